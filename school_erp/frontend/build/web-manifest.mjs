import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { writeHashed } from "./content-hash.mjs";
import { FRONTEND, STATIC_URL } from "./places.mjs";

/** What a phone needs to put the product on its home screen. */
export async function buildWebManifest(files) {
  const product = JSON.parse(await readFile(join(FRONTEND, "product.json"), "utf8"));
  const icon = (name, sizes, extra = {}) => ({ src: STATIC_URL + files[name], sizes, ...extra });
  const manifest = {
    ...product,
    short_name: product.name,
    id: "/",
    start_url: "/",
    scope: "/",
    display: "standalone",
    icons: [
      icon("favicon.svg", "any", { type: "image/svg+xml" }),
      icon("icon-192.png", "192x192", { type: "image/png" }),
      icon("icon-512.png", "512x512", { type: "image/png" }),
      icon("icon-maskable.png", "512x512", { type: "image/png", purpose: "maskable" }),
    ],
  };
  return writeHashed("site.webmanifest", JSON.stringify(manifest));
}
