import { say } from "./messages.ts";

/** A button beside a text that puts it on the clipboard and says so. */
export function textsCanBeCopied(): void {
  document.addEventListener("click", ({ target }) => {
    const button = target instanceof Element ? target.closest<HTMLElement>("[data-copies]") : null;
    const source = document.getElementById(button?.dataset["copies"] ?? "");
    if (!button || !(source instanceof HTMLInputElement)) return;
    source.select();
    void navigator.clipboard.writeText(source.value).then(() => say(button.dataset["said"] ?? ""));
  });
}
