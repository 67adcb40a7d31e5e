import { announce } from "../shell/messages.ts";
import { tellTimesNow } from "../shell/relative-time.ts";
import { showStatus } from "./chip.ts";
import { isInUse, replaceKeeping } from "./keeping.ts";
import { live } from "./page.ts";

// all screens of a school hear of it at once, and shall not ask at once
const SOONEST_MS = 50;
const LATEST_MS = 450;
const BETWEEN_MS = 2_000;
const AFTER_FAILING_MS = 8_000;
const STALE = "[data-refresh-on][data-stale]";

let asked: ReturnType<typeof setTimeout> | undefined;
let looked = 0;

/** Parts of the page say by `data-refresh-on` at which events they are fetched again. */
export function keepScreenTrue(): void {
  showStatus(live);
  live.onAny(({ type }) => staleWhere((types) => types.includes(type)));
  live.onReload(() => staleWhere(() => true));
  live.on("NEW_NOTIFICATION", () => announce(document.getElementById("bell")?.dataset["said"] ?? ""));
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return;
    live.hurry();
    refreshSoon();
  });
  addEventListener("online", () => live.hurry());
  addEventListener("offline", () => live.drop());
  // lists are replaced when one filters them, and may then show other rooms
  new MutationObserver(listen).observe(document.body, { childList: true, subtree: true });
  listen();
}

function listen(): void {
  const shown = [...document.querySelectorAll<HTMLElement>("[data-rooms]")];
  const rooms = shown.map((place) => JSON.parse(place.dataset["rooms"] ?? "{}") as Record<string, number>);
  live.show(Object.assign({}, ...rooms) as Record<string, number>);
}

function staleWhere(concerns: (types: string[]) => boolean): void {
  for (const place of document.querySelectorAll<HTMLElement>("[data-refresh-on]")) {
    if (concerns((place.dataset["refreshOn"] ?? "").split(" "))) place.dataset["stale"] = "";
  }
  refreshSoon();
}

function refreshSoon(): void {
  if (asked || document.hidden || !document.querySelector(STALE)) return;
  const soon = SOONEST_MS + Math.random() * (LATEST_MS - SOONEST_MS);
  asked = setTimeout(() => void refresh(), Math.max(soon, looked + BETWEEN_MS - performance.now()));
}

async function refresh(): Promise<void> {
  looked = performance.now();
  const stale = [...document.querySelectorAll<HTMLElement>(STALE)].filter((place) => !isInUse(place));
  // what happens from here on is not surely on the page that is fetched
  for (const place of stale) delete place.dataset["stale"];
  const addresses = [...new Set(stale.map(addressOf))];
  const pages = new Map(await Promise.all(addresses.map(async (each) => [each, await fetchPage(each)] as const)));
  if ([...pages.values()].includes(undefined)) looked += AFTER_FAILING_MS;
  asked = undefined;
  for (const place of stale) {
    const page = pages.get(addressOf(place));
    const found = page?.getElementById(place.id);
    if (!page || (found && isInUse(place))) place.dataset["stale"] = "";
    else if (found && place.isConnected) replaceKeeping(place, found);
  }
  tellTimesNow();
  refreshSoon();
}

/** A part that stands on many pages is fetched alone. */
function addressOf(place: HTMLElement): string {
  return place.dataset["refreshFrom"] ?? location.href;
}

/** Nothing where the line is away, or the person is no longer signed in. */
async function fetchPage(address: string): Promise<Document | undefined> {
  const answer = await fetch(address, { headers: { Accept: "text/html" } }).catch(() => null);
  if (!answer?.ok || answer.redirected) return undefined;
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}
