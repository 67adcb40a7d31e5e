// Builds school_erp/static: every file but manifest.json is named after its content, so that the
// server may let browsers keep it for ever.
import { watch } from "node:fs";
import { mkdir } from "node:fs/promises";
import { bundleEntries } from "./build/bundle.mjs";
import { checkBudget } from "./build/budget.mjs";
import { compressText } from "./build/compress.mjs";
import { copyFiles } from "./build/files.mjs";
import { buildIconSprite } from "./build/icons.mjs";
import { FRONTEND, STATIC, TEMPLATES } from "./build/places.mjs";
import { removeStale, writeManifest } from "./build/manifest.mjs";
import { buildServiceWorker } from "./build/service-worker.mjs";
import { buildWebManifest } from "./build/web-manifest.mjs";

async function build({ development }) {
  const started = performance.now();
  await mkdir(STATIC, { recursive: true });
  const [bundles, copied, sprite] = await Promise.all([
    bundleEntries({ development }),
    copyFiles(),
    buildIconSprite(),
  ]);
  const built = { ...bundles, ...copied, ...sprite };
  Object.assign(built, await buildWebManifest(built));
  Object.assign(built, await buildServiceWorker(built, { development }));
  const sizes = await compressText(Object.values(built));
  if (!development) checkBudget(built, sizes);
  await writeManifest(built);
  await removeStale(built);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`front end built: ${Object.keys(built).length} files in ${seconds} s`);
}

async function buildOnEveryChange() {
  let waiting;
  const rebuild = () => build({ development: true }).catch((error) => console.error(error.message));
  await rebuild();
  for (const folder of [FRONTEND, TEMPLATES]) {
    watch(folder, { recursive: true }, () => {
      clearTimeout(waiting);
      waiting = setTimeout(rebuild, 80);
    });
  }
}

if (process.argv.includes("--watch")) {
  await buildOnEveryChange();
} else {
  await build({ development: process.argv.includes("--development") }).catch((error) => {
    console.error(`front end not built: ${error.message}`);
    process.exitCode = 1;
  });
}
