import { announce } from "./messages.ts";

const SAME_CLICK_MS = 8000;
// whoever waits for longer wants to see that something goes on
const LONG_MS = 1_000;
// an answer that takes no page's place, such as a file
const NO_LONGER_MS = 120_000;

/** A second press of the button while the first is under way sends nothing. */
export function submitEachFormOnce(): void {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || !(form instanceof HTMLFormElement) || form.method !== "post") return;
    if (form.dataset["sending"]) return event.preventDefault();
    showProgress(form, event.submitter);
  });
  // A page that comes back from the browser's cache must be usable again.
  addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll<HTMLFormElement>("form[data-sending]")) release(form);
    showBar(false);
  });
}

function showProgress(form: HTMLFormElement, submitter: HTMLElement | null): void {
  form.dataset["sending"] = "yes";
  submitter?.setAttribute("aria-busy", "true");
  setTimeout(() => release(form), SAME_CLICK_MS);
  clearTimeout(waiting);
  waiting = setTimeout(() => showBar(true), LONG_MS);
}

let waiting: ReturnType<typeof setTimeout> | undefined;

/** Nobody knows how long a page takes to come, so it says only that something goes on. */
function showBar(shown: boolean): void {
  clearTimeout(waiting);
  const bar = document.querySelector<HTMLElement>("[data-working]");
  if (!bar) return;
  bar.hidden = !shown;
  if (!shown) return;
  announce(bar.getAttribute("aria-label") ?? "");
  waiting = setTimeout(() => showBar(false), NO_LONGER_MS);
}

function release(form: HTMLFormElement): void {
  delete form.dataset["sending"];
  for (const button of form.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
}
