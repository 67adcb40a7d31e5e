/** The wall alone, for a projector; pressed again, or with Escape, the page comes back. */
export function projectOnKey(wall: HTMLElement): void {
  wall.addEventListener("click", ({ target }) => {
    if (!(target instanceof Element) || !target.closest("[data-project]")) return;
    if (document.fullscreenElement) void document.exitFullscreen();
    else void wall.requestFullscreen();
  });
}
