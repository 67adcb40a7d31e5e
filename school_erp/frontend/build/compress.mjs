import { readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import { STATIC } from "./places.mjs";

const TEXT = /\.(css|js|svg|json|webmanifest)$/;
const SLOW_FROM = 300_000; // brotli's best level takes seconds on the API browser's bundle

/** Writes .gz and .br beside each text file and returns the gzipped sizes by file. */
export async function compressText(files) {
  const sizes = {};
  await Promise.all(
    files.filter((file) => TEXT.test(file)).map(async (file) => {
      sizes[file] = await compressed(join(STATIC, file));
    }),
  );
  return sizes;
}

async function compressed(path) {
  // The name carries the content's hash: what stands there already is right.
  const known = await Promise.all([stat(`${path}.gz`), stat(`${path}.br`)]).catch(() => null);
  if (known) return known[0].size;
  const content = await readFile(path);
  const quality = content.length > SLOW_FROM ? 6 : 11;
  const [zipped, squeezed] = await Promise.all([
    promisify(gzip)(content, { level: 9 }),
    promisify(brotliCompress)(content, { params: { [constants.BROTLI_PARAM_QUALITY]: quality } }),
  ]);
  await Promise.all([writeFile(`${path}.gz`, zipped), writeFile(`${path}.br`, squeezed)]);
  return zipped.length;
}
