import { createHash } from "node:crypto";
import { join } from "node:path";
import * as esbuild from "esbuild";
import { writeHashed } from "./content-hash.mjs";
import { FRONTEND, STATIC_URL } from "./places.mjs";

// What a register and a check-in need without a network. The API browser needs one anyway.
const NEEDED = /^(app|register|kept|check-in|jsQR|chunk-|page|screen|socket-line|icons|inter-latin|favicon|site)/;

/** The one script that the browser keeps running; it names the files that it keeps. */
export async function buildServiceWorker(built, { development }) {
  const names = Object.keys(built).filter((name) => NEEDED.test(name)).sort();
  const files = names.map((name) => STATIC_URL + built[name]);
  const version = createHash("sha256").update(files.join()).digest("hex").slice(0, 12);
  const { outputFiles } = await esbuild.build({
    entryPoints: [join(FRONTEND, "offline/service-worker.ts")],
    bundle: true,
    format: "iife",
    minify: !development,
    target: ["chrome123", "firefox128", "safari17.5"],
    define: {
      STATIC_FILES: JSON.stringify(files),
      VERSION: JSON.stringify(version),
      HOME: JSON.stringify("/registers/kept"),
      CHECK_IN: JSON.stringify("/check-in/kept"),
    },
    write: false,
    legalComments: "none",
    logLevel: "warning",
  });
  return writeHashed("service-worker.js", outputFiles[0].contents);
}
