// Tabler is 640 KB of rules; the pages use a twentieth. What no template or script names is left out.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { PurgeCSS } from "purgecss";
import { FRONTEND, TEMPLATES } from "./places.mjs";

const CONTENT = [join(TEMPLATES, "**/*.html"), join(FRONTEND, "**/*.ts")];

// Names that are put together while a page is rendered, so that no file spells them out.
const COMPOSED = [/^btn-(primary|danger)$/, /^card(-|$)/];

// Names both Tabler and our own styles use, for different things: ours alone shall be seen.
const OURS = ["page-header", "page", "ribbon", "tag", "mark", "btn-square", "sidebar", "brand", "tabs", "count", "note"];

export function keepUsedStyles() {
  return {
    name: "keep-used-styles",
    setup(build) {
      build.onLoad({ filter: /@tabler\/core\/dist\/css\/[\w.]+\.css$/ }, async ({ path }) => {
        const [{ css }] = await new PurgeCSS().purge({
          content: CONTENT,
          css: [{ raw: await readFile(path, "utf8") }],
          defaultExtractor: (text) => text.match(/[\w-]+/g) ?? [],
          safelist: { standard: ["html", "body", "data-bs-theme", ...COMPOSED] },
          blocklist: OURS.map((name) => new RegExp(`^\\.?${name}$`)),
          keyframes: true,
        });
        return { contents: css, loader: "css" };
      });
    },
  };
}
