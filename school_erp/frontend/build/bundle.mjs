import { readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import * as esbuild from "esbuild";
import { FRONTEND, STATIC } from "./places.mjs";
import { keepUsedStyles } from "./used-styles.mjs";

// Below these, CSS light-dark() and colour mixing, which the design stands on, do not exist.
const BROWSERS = ["chrome123", "firefox128", "safari17.5"];

export async function bundleEntries({ development }) {
  const entries = join(FRONTEND, "entries");
  const result = await esbuild.build({
    entryPoints: (await readdir(entries)).map((name) => join(entries, name)),
    outdir: STATIC,
    entryNames: "[name]-[hash]",
    chunkNames: "[name]-[hash]",
    assetNames: "[name]-[hash]",
    bundle: true,
    format: "esm",
    splitting: true,
    minify: true,
    target: BROWSERS,
    sourcemap: development ? "linked" : false,
    legalComments: "none",
    loader: { ".woff2": "file" },
    metafile: true,
    plugins: [keepUsedStyles()],
    logLevel: "warning",
  });
  return logicalNames(result.metafile);
}

function logicalNames({ outputs }) {
  const names = {};
  for (const path of Object.keys(outputs)) {
    const file = basename(path);
    const plain = file.replace(/-[A-Z0-9]{8}(\.[^/]+)$/, "$1");
    names[file.startsWith("chunk-") ? file : plain] = file;
  }
  return names;
}
