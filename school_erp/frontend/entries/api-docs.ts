// The API browser; swagger-ui.js, loaded before this, leaves its constructor on window.
interface SwaggerUI {
  (options: Record<string, unknown>): unknown;
}

const place = document.querySelector<HTMLElement>("[data-openapi]");
const { SwaggerUIBundle } = window as unknown as { SwaggerUIBundle: SwaggerUI };

SwaggerUIBundle({
  domNode: place,
  url: place?.dataset["openapi"],
  deepLinking: true,
  docExpansion: "none",
  defaultModelsExpandDepth: 0,
  persistAuthorization: false,
  validatorUrl: null,
});
