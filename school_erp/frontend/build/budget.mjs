const LIMIT = 120 * 1024;

/** Every page loads these two; past the limit a phone on a school's network feels it. */
export function checkBudget(built, sizes) {
  for (const stylesheet of ["app.css", "app.rtl.css"]) {
    const bytes = sizes[built[stylesheet]] + sizes[built["app.js"]];
    const kilobytes = (bytes / 1024).toFixed(1);
    if (bytes > LIMIT) {
      throw new Error(`${stylesheet} and app.js are ${kilobytes} KB gzipped; the limit is ${LIMIT / 1024} KB`);
    }
    console.log(`${stylesheet} + app.js: ${kilobytes} KB gzipped`);
  }
}
