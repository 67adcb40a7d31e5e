const ROW_LINKS = "a.row-link";

/** Up and down, Home and End move between the rows of a list whose rows are links. */
export function moveThroughRowsByKey(): void {
  document.addEventListener("keydown", (event) => {
    const current = event.target;
    if (!(current instanceof HTMLElement) || !current.matches(ROW_LINKS)) return;
    const list = current.closest("table, ul");
    if (!list || event.ctrlKey || event.metaKey || event.altKey) return;
    const next = rowAfter(event.key, current, [...list.querySelectorAll<HTMLElement>(ROW_LINKS)]);
    if (!next) return;
    event.preventDefault();
    next.focus();
  });
}

function rowAfter(key: string, current: HTMLElement, rows: HTMLElement[]): HTMLElement | undefined {
  const at = rows.indexOf(current);
  switch (key) {
    case "ArrowDown":
      return rows[at + 1];
    case "ArrowUp":
      return rows[at - 1];
    case "Home":
      return rows[0];
    case "End":
      return rows.at(-1);
    default:
      return undefined;
  }
}
