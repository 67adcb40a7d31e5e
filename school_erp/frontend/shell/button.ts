export function button(label: unknown, act: () => void): HTMLElement {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "btn btn-small";
  made.textContent = String(label);
  made.addEventListener("click", act);
  return made;
}
