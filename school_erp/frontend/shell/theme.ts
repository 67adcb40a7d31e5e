import { rememberPreference } from "./cookies.ts";

const THEMES = ["auto", "light", "dark"];

/** Makes the theme's buttons act at once; without a script they post a form that does the same. */
export function switchTheme(): void {
  const buttons = document.querySelectorAll<HTMLButtonElement>("button[name='theme']");
  for (const button of buttons) {
    button.addEventListener("click", (event) => {
      if (!THEMES.includes(button.value)) return;
      event.preventDefault();
      document.documentElement.dataset["bsTheme"] = button.value;
      rememberPreference("theme", button.value);
      for (const other of buttons) {
        other.setAttribute("aria-pressed", String(other.value === button.value));
      }
    });
  }
}
