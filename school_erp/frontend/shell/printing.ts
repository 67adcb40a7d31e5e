/** A button marked `data-prints` prints the page it stands on. */
export function pagesCanBePrinted(): void {
  document.addEventListener("click", (event) => {
    if (event.target instanceof Element && event.target.closest("[data-prints]")) print();
  });
}
