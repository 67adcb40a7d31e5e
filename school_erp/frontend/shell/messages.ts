const SHOWN_MS = 6_000;

/** Server messages get a working close button. */
export function messagesCanBeDismissed(): void {
  document.addEventListener("click", ({ target }) => {
    if (target instanceof Element && target.closest("[data-dismiss]")) target.closest(".note")?.remove();
  });
}

/** A short line at the bottom of the screen, read out by screen readers, gone after a while. */
export function say(sentence: string): void {
  const place = document.querySelector("[data-toasts]");
  if (!place) return;
  const line = document.createElement("p");
  line.className = "toast-line";
  line.textContent = sentence;
  place.append(line);
  setTimeout(() => line.remove(), SHOWN_MS);
}

/** Read out by screen readers, and shown nowhere. */
export function announce(sentence: string): void {
  const place = document.querySelector("[data-announce]");
  if (place) place.textContent = sentence;
}
