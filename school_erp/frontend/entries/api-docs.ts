// The API browser; swagger-ui.js, loaded before this, leaves its constructor on window.
interface SwaggerUI {
  (options: Record<string, unknown>): unknown;
}

const place = document.querySelector<HTMLElement>("[data-openapi]");
const { SwaggerUIBundle } = window as unknown as { SwaggerUIBundle: SwaggerUI };

// Swagger UI has a dark look of its own; it follows a class, ours follows the theme and the system.
const root = document.documentElement;
const dark = matchMedia("(prefers-color-scheme: dark)");
const followTheme = (): void => {
  const theme = root.dataset["bsTheme"];
  root.classList.toggle("dark-mode", theme === "dark" || (theme === "auto" && dark.matches));
};
followTheme();
dark.addEventListener("change", followTheme);
new MutationObserver(followTheme).observe(root, { attributeFilter: ["data-bs-theme"] });

SwaggerUIBundle({
  domNode: place,
  url: place?.dataset["openapi"],
  deepLinking: false,
  docExpansion: "list",
  defaultModelsExpandDepth: 0,
  persistAuthorization: false,
  validatorUrl: null,
});
