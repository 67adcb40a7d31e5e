import { wordOfPage } from "../offline/posting.ts";
import { cameraDialog, tell, timeOf } from "./arriving.ts";
import { deviceName } from "./device.ts";
import { Outbox } from "./outbox.ts";
import { closeScanner, scan } from "./scanner.ts";

const CODE = /^\/check-in\/([0-9a-f-]{36})$/;

/** The page that opens where the school cannot be reached: whatever code it is led to, or scans, is kept. */
export function keepCodes(place: HTMLElement): void {
  const words = JSON.parse(place.dataset["words"] ?? "{}") as Record<string, string>;
  let arrivesAt = "/check-in";
  const outbox = new Outbox(place.dataset["keepsCodes"] ?? "", {
    waiting: (kept) => tell("waiting", (words["waiting"] ?? "").replace("{time}", timeOf(kept))),
    signedOut: () => tell("waiting", words["signIn"] ?? ""),
    refused: (sentence) => {
      tell("waiting", "");
      tell("refused", sentence);
    },
    arrived: () => location.replace(arrivesAt),
  });
  const keep = (address: string): void => {
    tell("refused", "");
    const found = read(address);
    if (!found) return tell("refused", words["otherCode"] ?? "");
    arrivesAt = `/check-in/${found.id}`;
    const body = { token: found.token, device: deviceName() };
    outbox.put({ url: `/api/v1/sessions/${found.id}/attendance`, body, scanned_at: new Date().toISOString(), waited: true });
  };
  if (read(location.href)) keep(location.href);
  else void outbox.flush();
  place.querySelector("[data-scan]")?.addEventListener("click", () => {
    scan(cameraDialog()).then(
      (text) => void (text && keep(text)),
      () => tell("refused", words["noCamera"] ?? ""),
    );
  });
  addEventListener("pagehide", () => closeScanner(cameraDialog()));
}

/** Its worker and its files come with the first page that somebody who checks in opens. */
export async function makeReadyForLater(person: string, page: string): Promise<void> {
  if (!isSecureContext || !navigator.serviceWorker) return;
  await navigator.serviceWorker.register("/service-worker.js").catch(() => undefined);
  await navigator.serviceWorker.ready;
  const name = (await caches.keys()).find((each) => each.startsWith("files "));
  if (!name) return;
  const cache = await caches.open(name);
  const kept = await (await cache.match(page))?.text();
  // of somebody else, or of a sign-in that has ended
  const isTheirs = kept?.includes(person) && kept.includes(wordOfPage());
  if (!isTheirs) await cache.add(page).catch(() => undefined);
}

function read(address: string): { id: string; token: string } | null {
  if (!URL.canParse(address)) return null;
  const { pathname, searchParams } = new URL(address);
  const id = CODE.exec(pathname)?.[1];
  const token = searchParams.get("c");
  return id && token ? { id, token } : null;
}
