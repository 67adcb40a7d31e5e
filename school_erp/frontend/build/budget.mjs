const LIMIT = 120 * 1024;
// the API browser is for developers, and comes from elsewhere; what reads codes is loaded only
// when a camera is opened in a browser that cannot read them itself
const APART = /^(api-docs|swagger-ui|jsQR)/;

/** What a page loads at most, live parts included; past the limit a phone on a school's network feels it. */
export function checkBudget(built, sizes) {
  const scripts = Object.keys(built).filter((name) => name.endsWith(".js") && !APART.test(name));
  const scripted = scripts.reduce((sum, name) => sum + sizes[built[name]], 0);
  for (const stylesheet of ["app.css", "app.rtl.css"]) {
    const bytes = sizes[built[stylesheet]] + scripted;
    const kilobytes = (bytes / 1024).toFixed(1);
    if (bytes > LIMIT) {
      throw new Error(`${stylesheet} and all scripts are ${kilobytes} KB gzipped; the limit is ${LIMIT / 1024} KB`);
    }
    console.log(`${stylesheet} + all scripts: ${kilobytes} KB gzipped`);
  }
}
