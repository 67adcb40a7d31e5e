/** Whether somebody has begun to fill something in here, or is being asked something. */
export function isInUse(place: Element): boolean {
  if (place.querySelector("dialog[open]")) return true;
  return [...place.querySelectorAll("input, textarea, select")].some(isTouched);
}

/** Puts the newer part in the place of the older: folds, focus and scrolling stay as they are. */
export function replaceKeeping(old: Element, found: Element): void {
  const focus = wayTo(old, document.activeElement);
  const open = [...old.querySelectorAll("details")].map((each) => each.open);
  const scrolled = [old, ...old.querySelectorAll("*")]
    .filter((each) => each.scrollLeft !== 0 || each.scrollTop !== 0)
    .map((each) => ({ way: wayTo(old, each), left: each.scrollLeft, top: each.scrollTop }));
  found.querySelectorAll("details").forEach((each, at) => (each.open = open[at] ?? each.open));
  const { scrollX, scrollY } = window;
  old.replaceWith(found);
  window.scrollTo(scrollX, scrollY);
  for (const { way, left, top } of scrolled) follow(found, way)?.scrollTo(left, top);
  const focused = follow(found, focus);
  if (focused instanceof HTMLElement) focused.focus({ preventScroll: true });
}

function isTouched(field: Element): boolean {
  if (field instanceof HTMLSelectElement) return [...field.options].some((each) => each.selected !== each.defaultSelected);
  if (field instanceof HTMLTextAreaElement) return field.value !== field.defaultValue;
  if (!(field instanceof HTMLInputElement) || field.type === "hidden") return false;
  return field.value !== field.defaultValue || field.checked !== field.defaultChecked;
}

type Way = { href: string } | { id: string } | { steps: number[] } | null;

/** What a link leads to, or an id, says more of what it is than its place among others. */
function wayTo(top: Element, within: Element | null): Way {
  if (!within || !top.contains(within)) return null;
  const href = within.getAttribute("href");
  if (href) return { href };
  if (within.id) return { id: within.id };
  const steps: number[] = [];
  for (let at: Element = within; at !== top && at.parentElement; at = at.parentElement) {
    steps.unshift([...at.parentElement.children].indexOf(at));
  }
  return { steps };
}

function follow(top: Element, way: Way): Element | null | undefined {
  if (!way) return null;
  if ("href" in way) return top.querySelector(`[href="${CSS.escape(way.href)}"]`);
  if ("id" in way) return top.id === way.id ? top : top.querySelector(`#${CSS.escape(way.id)}`);
  return way.steps.reduce<Element | undefined>((at, step) => at?.children[step], top);
}
