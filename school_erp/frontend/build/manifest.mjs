import { readdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { STATIC } from "./places.mjs";

/** Written aside and renamed, so that a server reading it never sees half of it. */
export async function writeManifest(built) {
  const sorted = Object.fromEntries(Object.entries(built).sort());
  const aside = join(STATIC, "manifest.json.new");
  await writeFile(aside, `${JSON.stringify(sorted, null, 2)}\n`);
  await rename(aside, join(STATIC, "manifest.json"));
}

export async function removeStale(built) {
  const current = new Set(Object.values(built));
  for (const file of await readdir(STATIC)) {
    const plain = file.replace(/\.(gz|br)$/, "");
    if (file !== "manifest.json" && !current.has(plain)) await rm(join(STATIC, file), { recursive: true });
  }
}
