/** A button beside a password that shows what was typed; gone from the page when there is no script. */
export function passwordsCanBeShown(): void {
  for (const button of document.querySelectorAll<HTMLButtonElement>("button[data-shows]")) {
    const field = document.getElementById(button.dataset["shows"] ?? "");
    if (!(field instanceof HTMLInputElement)) continue;
    button.addEventListener("click", () => {
      const show = field.type === "password";
      field.type = show ? "text" : "password";
      button.setAttribute("aria-pressed", String(show));
      field.focus();
    });
    // The browser's own memory of typed texts must not keep a password.
    field.form?.addEventListener("submit", () => {
      field.type = "password";
    });
  }
}
