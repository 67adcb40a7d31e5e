// What a person would see and a machine can measure: what sticks out, is cut off, or is hard to hit.
({ targets, clipped }) => {
  const found = [];
  const LEAST = 43.5;
  const SLACK = 2;
  // the school's name in the bar on top stands whole in one's own menu
  const SAID_ELSEWHERE = ".topbar-place";
  const root = document.documentElement;

  const named = (element) => {
    const name = element.id ? `#${element.id}` : [...element.classList].slice(0, 2).map((each) => `.${each}`).join("");
    return `${element.localName}${name}`;
  };
  /** For readers of screens alone. */
  const isUnseen = (element) => {
    for (let each = element; each; each = each.parentElement) {
      const { clipPath, width, height } = getComputedStyle(each);
      if (clipPath === "inset(50%)" || (width === "1px" && height === "1px")) return true;
    }
    return false;
  };
  const isSeen = (element) =>
    element.checkVisibility({ visibilityProperty: true, opacityProperty: true }) &&
    !element.closest("[inert], [aria-hidden=true], .skip-link") && !isUnseen(element);
  const said = (text) => text.trim().replace(/\s+/g, " ").slice(0, 40);

  if (root.scrollWidth > innerWidth) {
    const right = (element) => element.getBoundingClientRect().right;
    const left = (element) => element.getBoundingClientRect().left;
    const out = [...document.body.querySelectorAll("*")].filter(
      (each) => isSeen(each) && (right(each) > innerWidth + 1 || left(each) < -1),
    );
    found.push(["sideways scroll", `${root.scrollWidth - innerWidth} px, ${out.slice(0, 3).map(named).join(" ")}`]);
  }

  for (const list of document.querySelectorAll(".sheet:has(.table-cards)")) {
    const beyond = list.scrollWidth - list.clientWidth;
    if (targets && beyond > SLACK) found.push(["cards wider than the screen", `${named(list)} by ${beyond} px`]);
  }

  const boxOf = (element) => {
    const boxes = [element, ...(element.labels ?? [])].map((each) => each.getBoundingClientRect());
    return {
      width: Math.max(...boxes.map((box) => box.right)) - Math.min(...boxes.map((box) => box.left)),
      height: Math.max(...boxes.map((box) => box.bottom)) - Math.min(...boxes.map((box) => box.top)),
    };
  };
  const CONTROLS =
    "button, .btn, summary, select, textarea, input:not([type=hidden]), [role=button], [role=tab], nav a, .nav-link";
  if (targets) {
    for (const control of document.querySelectorAll(CONTROLS)) {
      const hidden = control.matches("input") && control.labels?.length && isSeen(control.labels[0]);
      if (!isSeen(control) && !hidden) continue;
      const { width, height } = boxOf(control);
      if (width < LEAST || height < LEAST) {
        found.push(["small target", `${named(control)} “${said(control.textContent || control.name || "")}” ${Math.round(width)} × ${Math.round(height)}`]);
      }
    }
  }

  /** The element that cuts this rectangle off, unless one can scroll to it. */
  const cutBy = (rect, element) => {
    for (let each = element; each && each !== document.body; each = each.parentElement) {
      const style = getComputedStyle(each);
      const box = each.getBoundingClientRect();
      if (/auto|scroll/.test(style.overflowX + style.overflowY)) return null;
      const cutsAcross = style.overflowX !== "visible" && (rect.right > box.right + SLACK || rect.left < box.left - SLACK);
      const cutsDown = style.overflowY !== "visible" && (rect.bottom > box.bottom + SLACK || rect.top < box.top - SLACK);
      if (cutsAcross || cutsDown) return each;
      if (style.position === "fixed") return rect.right > innerWidth + SLACK || rect.left < -SLACK ? each : null;
    }
    return null;
  };
  if (clipped) {
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const range = document.createRange();
    for (let text = texts.nextNode(); text; text = texts.nextNode()) {
      // what a bar holds stands there for browsers that draw none
      if (!text.data.trim() || text.parentElement.matches("progress") || !isSeen(text.parentElement)) continue;
      range.selectNodeContents(text);
      const by = cutBy(range.getBoundingClientRect(), text.parentElement);
      if (by && !by.matches(SAID_ELSEWHERE)) found.push(["clipped text", `“${said(text.data)}” by ${named(by)}`]);
    }
  }
  return found;
}
