/** The wall alone, for a projector; pressed again, or with Escape, the page comes back. */
export function projectOnKey(wall: HTMLElement): void {
  wall.addEventListener("click", ({ target }) => {
    if (!(target instanceof Element) || !target.closest("[data-project]")) return;
    if (document.fullscreenElement) void document.exitFullscreen();
    else void wall.requestFullscreen();
  });
  // what is said at the bottom of the page is said at the bottom of the wall
  document.addEventListener("fullscreenchange", () => {
    const toasts = document.querySelector("[data-toasts]");
    if (toasts) (document.fullscreenElement ?? document.body).append(toasts);
  });
}
