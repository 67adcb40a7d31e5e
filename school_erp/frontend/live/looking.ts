import { replaceKeeping } from "../realtime/keeping.ts";

const BETWEEN_MS = 8_000;

/** No room tells a student of sessions that have yet to begin: whoever waits for one asks now and then. */
export function lookForSessions(place: HTMLElement): void {
  setTimeout(() => void look(place.id), BETWEEN_MS * (0.75 + Math.random() / 2));
}

async function look(id: string): Promise<void> {
  const place = document.getElementById(id);
  if (!place) return;
  const found = document.hidden ? null : await fetchPart(id);
  if (found && found.outerHTML !== place.outerHTML) replaceKeeping(place, found);
  lookForSessions(found ?? place);
}

async function fetchPart(id: string): Promise<HTMLElement | null> {
  const answer = await fetch(location.href, { headers: { Accept: "text/html" } }).catch(() => null);
  if (!answer?.ok || answer.redirected) return null;
  return new DOMParser().parseFromString(await answer.text(), "text/html").getElementById(id);
}
