const THEMES = ["auto", "light", "dark"];

/** The theme's buttons act at once; what they post without a script is posted behind the page. */
export function switchTheme(): void {
  const buttons = document.querySelectorAll<HTMLButtonElement>("button[name='theme']");
  for (const button of buttons) {
    button.addEventListener("click", (event) => {
      if (!button.form || !THEMES.includes(button.value)) return;
      event.preventDefault();
      document.documentElement.dataset["bsTheme"] = button.value;
      for (const other of buttons) {
        other.setAttribute("aria-pressed", String(other.value === button.value));
      }
      remember(button.form, button);
    });
  }
}

/** The server keeps the choice in a cookie, so that the next page is right from its first paint. */
function remember(form: HTMLFormElement, chosen: HTMLButtonElement): void {
  const body = new URLSearchParams();
  for (const [name, value] of new FormData(form, chosen)) body.append(name, String(value));
  void fetch(form.action, { method: "POST", body, redirect: "manual", keepalive: true });
}
