import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { extname, join } from "node:path";
import { STATIC } from "./places.mjs";

/** Writes `content` under a name that carries its hash and returns {logical name: file}. */
export async function writeHashed(name, content) {
  const hash = createHash("sha256").update(content).digest("hex").slice(0, 8).toUpperCase();
  const extension = extname(name);
  const file = `${name.slice(0, -extension.length)}-${hash}${extension}`;
  await writeFile(join(STATIC, file), content);
  return { [name]: file };
}
