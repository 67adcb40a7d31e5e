import { say } from "../shell/messages.ts";
import type { Words } from "./wall.ts";

/** What the teacher presses is sent without leaving the page, so that the whole screen stays whole. */
export function steerFromHere(wall: HTMLElement, words: Words, show: (page: Document) => void): void {
  wall.addEventListener("submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement)) return;
    event.preventDefault();
    form.closest("dialog")?.close();
    void send(form, event.submitter).then((page) => (page ? show(page) : say(words.failed)));
  });
}

/** The page as it is afterwards; nothing where it did not get through. */
async function send(form: HTMLFormElement, submitter: HTMLElement | null): Promise<Document | null> {
  submitter?.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form, submitter) });
    if (!answer.ok) return null;
    return new DOMParser().parseFromString(await answer.text(), "text/html");
  } catch {
    return null;
  } finally {
    submitter?.removeAttribute("aria-busy");
  }
}
