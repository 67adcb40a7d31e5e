const OPEN = "details.menu[open]";

export function closeMenusFromOutside(): void {
  document.addEventListener("click", closeOthers);
  document.addEventListener("focusin", closeOthers);
  document.addEventListener("keydown", ({ key }) => {
    if (key === "Escape") closeByKey();
  });
}

function closeOthers({ target }: Event): void {
  for (const menu of document.querySelectorAll<HTMLDetailsElement>(OPEN)) {
    if (target instanceof Node && !menu.contains(target)) menu.open = false;
  }
}

function closeByKey(): void {
  const menu = document.querySelector<HTMLDetailsElement>(OPEN);
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary")?.focus();
}
