import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { writeHashed } from "./content-hash.mjs";
import { FRONTEND, MODULES } from "./places.mjs";

const SWAGGER = join(MODULES, "swagger-ui-dist");

/** Copies what needs no bundling: our images, and the API browser's two files. */
export async function copyFiles() {
  const images = join(FRONTEND, "images");
  const wanted = (await readdir(images)).map((name) => [name, join(images, name)]);
  wanted.push(["swagger-ui.js", join(SWAGGER, "swagger-ui-bundle.js")]);
  wanted.push(["swagger-ui.css", join(SWAGGER, "swagger-ui.css")]);
  const written = await Promise.all(
    wanted.map(async ([name, path]) => writeHashed(name, withoutSourceMap(name, await readFile(path)))),
  );
  return Object.assign({}, ...written);
}

function withoutSourceMap(name, content) {
  if (!/\.(js|css)$/.test(name)) return content;
  return content.toString("utf8").replace(/(\/\/|\/\*)# sourceMappingURL=.*/, "");
}
