const TIMEOUT_MS = 10_000;

/** A teacher need not know the numbers of the room they stand in. */
export function placeCanBeFound(): void {
  const place = document.querySelector<HTMLElement>("[data-place]");
  const button = place?.querySelector<HTMLButtonElement>("[data-place-here]");
  const said = place?.querySelector<HTMLElement>("[data-place-said]");
  if (!place || !button || !said) return;
  button.addEventListener("click", () => {
    button.setAttribute("aria-busy", "true");
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => {
        button.removeAttribute("aria-busy");
        fill(place, "latitude", coords.latitude);
        fill(place, "longitude", coords.longitude);
        said.textContent = "";
      },
      () => {
        button.removeAttribute("aria-busy");
        said.textContent = button.dataset["failed"] ?? "";
      },
      { enableHighAccuracy: true, timeout: TIMEOUT_MS },
    );
  });
}

function fill(place: HTMLElement, name: string, degrees: number): void {
  const field = place.querySelector<HTMLInputElement>(`[name=${name}]`);
  if (field) field.value = degrees.toFixed(5);
}
