import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { writeHashed } from "./content-hash.mjs";
import { FRONTEND, MODULES } from "./places.mjs";

/** Copies what needs no bundling: our images, and the API browser's script. */
export async function copyFiles() {
  const images = join(FRONTEND, "images");
  const wanted = (await readdir(images)).map((name) => [name, join(images, name)]);
  wanted.push(["swagger-ui.js", join(MODULES, "swagger-ui-dist/swagger-ui-bundle.js")]);
  const written = await Promise.all(
    wanted.map(async ([name, path]) => writeHashed(name, withoutSourceMap(name, await readFile(path)))),
  );
  return Object.assign({}, ...written);
}

function withoutSourceMap(name, content) {
  if (!name.endsWith(".js")) return content;
  return content.toString("utf8").replace(/\/\/# sourceMappingURL=.*/, "");
}
