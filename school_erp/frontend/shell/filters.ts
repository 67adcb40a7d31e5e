import { debounce } from "./debounce.ts";

const PAUSE_IN_TYPING_MS = 350;

/** Plain GET forms that need no button: a choice submits at once, typing after a pause. */
export function submitFiltersAsTheyChange(): void {
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-filters]")) {
    const results = form.dataset["filters"] ?? "";
    const refresh = (): void => void showResults(form, results);
    const soon = debounce(refresh, PAUSE_IN_TYPING_MS);
    form.addEventListener("input", ({ target }) => {
      if (target instanceof HTMLInputElement && target.type === "search") soon();
      else refresh();
    });
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      refresh();
    });
  }
}

let latest: AbortController | undefined;

/** Replaces the results alone, so that the field keeps its focus and the typing goes on. */
async function showResults(form: HTMLFormElement, id: string): Promise<void> {
  const url = addressOf(form);
  latest?.abort();
  latest = new AbortController();
  const place = document.getElementById(id);
  place?.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(url, { signal: latest.signal, headers: { Accept: "text/html" } });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const results = page.getElementById(id);
    if (!place || !results || !answer.ok) return location.assign(url);
    place.replaceWith(results);
    history.replaceState(null, "", url);
    announce(results.dataset["summary"] ?? "");
  } catch (error) {
    if (!(error instanceof DOMException && error.name === "AbortError")) location.assign(url);
  }
}

function announce(summary: string): void {
  const place = document.querySelector("[data-announce]");
  if (place) place.textContent = summary;
}

function addressOf(form: HTMLFormElement): URL {
  const url = new URL(form.action);
  url.search = "";
  for (const [name, value] of new FormData(form)) {
    if (typeof value === "string" && value !== "") url.searchParams.append(name, value);
  }
  return url;
}
