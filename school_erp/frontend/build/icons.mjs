import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { writeHashed } from "./content-hash.mjs";
import { FRONTEND, MODULES } from "./places.mjs";

const OUTLINES = join(MODULES, "@tabler/icons/icons/outline");

/** One sprite with the icons that icons.json names, so that a page fetches them once. */
export async function buildIconSprite() {
  const names = JSON.parse(await readFile(join(FRONTEND, "icons.json"), "utf8"));
  const symbols = await Promise.all(names.map(symbolOf));
  return writeHashed("icons.svg", `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>`);
}

async function symbolOf(name) {
  const source = await readFile(join(OUTLINES, `${name}.svg`), "utf8").catch(() => {
    throw new Error(`icons.json names "${name}", which Tabler does not have`);
  });
  const shapes = source
    .replace(/^[\s\S]*?<svg[^>]*>|<\/svg>\s*$/g, "")
    .replace(/<path stroke="none"[^>]*\/>/, "")
    .replace(/\s*\n\s*/g, "");
  return `<symbol id="${name}" viewBox="0 0 24 24">${shapes}</symbol>`;
}
