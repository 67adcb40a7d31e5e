import { deviceName } from "./device.ts";
import { locate, type Place } from "./location.ts";
import { closeScanner, scan } from "./scanner.ts";
import { Outbox, type Kept } from "./outbox.ts";

interface Words {
  otherCode: string;
  noCamera: string;
  waiting: string;
  signIn: string;
}

/** What a student does on a phone: scan or type, be told, and lose nothing with the connection. */
export function arriveFrom(place: HTMLElement): void {
  const words = JSON.parse(place.dataset["words"] ?? "{}") as Words;
  const codes = JSON.parse(place.dataset["codes"] ?? "[]") as string[];
  const outbox = new Outbox(place.dataset["person"] ?? "", {
    waiting: (kept) => tell("waiting", words.waiting.replace("{time}", timeOf(kept))),
    signedOut: () => tell("waiting", words.signIn),
    refused: (sentence) => {
      tell("waiting", "");
      tell("refused", sentence);
    },
    arrived: () => location.replace(place.dataset["here"] ?? location.href),
  });
  const send = async (said: { token: string } | { typed_code: string }, seenAt: Date): Promise<void> => {
    tell("refused", "");
    const where = here()?.dataset["asksLocation"] ? await locate() : null;
    const body = { ...said, device: deviceName(), ...(where ? { location: where } : {}) };
    outbox.put({ url: place.dataset["checkIn"] ?? "", body, scanned_at: seenAt.toISOString() });
  };
  document.addEventListener("click", ({ target }) => {
    if (!(target instanceof Element) || !target.closest("[data-scan]")) return;
    scan(cameraDialog()).then(
      (text) => {
        const token = tokenIn(text, codes);
        if (token) void send({ token }, new Date());
        else if (text) tell("refused", words.otherCode);
      },
      () => tell("refused", words.noCamera),
    );
  });
  document.addEventListener("submit", (event) => void submitted(event, send), { capture: true });
  addEventListener("pagehide", () => closeScanner(cameraDialog()));
  if (place.dataset["done"]) outbox.clear(place.dataset["checkIn"] ?? "");
  void outbox.flush();
}

async function submitted(
  event: SubmitEvent,
  send: (said: { typed_code: string }, seenAt: Date) => Promise<void>,
): Promise<void> {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || !form.querySelector("[data-device]")) return;
  const typed = form.querySelector<HTMLInputElement>("[name=typed_code]");
  event.preventDefault();
  if (typed) return send({ typed_code: typed.value }, new Date());
  // what was scanned is kept in a cookie of the server's: the form itself goes there
  await fill(form);
  form.submit();
}

async function fill(form: HTMLFormElement): Promise<void> {
  const where: Partial<Place> = (here()?.dataset["asksLocation"] && (await locate())) || {};
  const values: Record<string, string | number | undefined> = { device: deviceName(), ...where };
  for (const [name, value] of Object.entries(values)) {
    const field = form.querySelector<HTMLInputElement>(`[name=${name}]`);
    if (field && value !== undefined) field.value = String(value);
  }
}

/** The code's address names the session, or the group that shares it. */
function tokenIn(text: string, codes: string[]): string | null {
  try {
    const { pathname, searchParams } = new URL(text);
    return codes.includes(pathname.split("/").pop() ?? "") ? searchParams.get("c") : null;
  } catch {
    return null;
  }
}

export function tell(id: "waiting" | "refused", sentence: string): void {
  const note = document.getElementById(id);
  const said = note?.querySelector("[data-said]");
  if (!note || !said) return;
  said.textContent = sentence;
  note.hidden = sentence === "";
}

export function timeOf(kept: Kept): string {
  return new Date(kept.scanned_at).toLocaleTimeString(document.documentElement.lang, { timeStyle: "short" });
}

function here(): HTMLElement | null {
  return document.getElementById("arrival");
}

export function cameraDialog(): HTMLDialogElement {
  return document.getElementById("camera") as HTMLDialogElement;
}
