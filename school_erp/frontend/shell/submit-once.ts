const SAME_CLICK_MS = 8000;

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
  });
}

function showProgress(form: HTMLFormElement, submitter: HTMLElement | null): void {
  form.dataset["sending"] = "yes";
  submitter?.setAttribute("aria-busy", "true");
  setTimeout(() => release(form), SAME_CLICK_MS);
}

function release(form: HTMLFormElement): void {
  delete form.dataset["sending"];
  for (const button of form.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
}
