import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { writeHashed } from "./content-hash.mjs";
import { FRONTEND, MODULES, TEMPLATES } from "./places.mjs";

const OUTLINES = join(MODULES, "@tabler/icons/icons/outline");
const NAMED_IN_TEMPLATE = /\bicon(?:=|\(\s*)["']([a-z0-9-]+)["']/g;

/** One sprite with the icons of icons.json; a template that names another fails the build. */
export async function buildIconSprite() {
  const names = JSON.parse(await readFile(join(FRONTEND, "icons.json"), "utf8"));
  await refuseUnknownIcons(new Set(names));
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

async function refuseUnknownIcons(known) {
  const files = await readdir(TEMPLATES, { recursive: true });
  for (const file of files.filter((path) => path.endsWith(".html"))) {
    const text = await readFile(join(TEMPLATES, file), "utf8");
    for (const [, name] of text.matchAll(NAMED_IN_TEMPLATE)) {
      if (!known.has(name)) throw new Error(`${file} uses icon "${name}": add it to icons.json`);
    }
  }
}
