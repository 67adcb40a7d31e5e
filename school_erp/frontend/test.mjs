// Bundles the tests as the browser's code is bundled and runs them with Node's own runner.
import { spawnSync } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as esbuild from "esbuild";
import { FRONTEND } from "./build/places.mjs";

const out = await mkdtemp(join(tmpdir(), "front-end-tests-"));
const files = await readdir(FRONTEND, { recursive: true });
await esbuild.build({
  entryPoints: files.filter((file) => file.endsWith(".test.ts")).map((file) => join(FRONTEND, file)),
  outdir: out,
  outExtension: { ".js": ".mjs" },
  bundle: true,
  platform: "node",
  format: "esm",
  logLevel: "warning",
});
// by name: the runner of one Node searches a folder, that of the next takes it for a module
const tests = (await readdir(out, { recursive: true }))
  .filter((file) => file.endsWith(".test.mjs"))
  .map((file) => join(out, file));
const { status } = spawnSync(process.execPath, ["--test", ...tests], { stdio: "inherit" });
await rm(out, { recursive: true });
process.exitCode = status ?? 1;
