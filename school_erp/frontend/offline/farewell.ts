import { wheneverItMayGo, wordOfNow } from "./posting.ts";

const LEFT = "sign-in that was left";
const AGAIN_MS = 3_000;
const PATIENCE_MS = 5_000;
// of a keyed hash: enough to tell two sign-ins apart, too little to speak for one
const TELLING = 12;

/** On the device: nothing, or marks of somebody else. */
export type Stays = "nothing" | "sealed";

interface Left {
  signIn: string;
  endsAt: string;
  stays: Stays;
}

/** `clear` takes the person off this device and says what stays there; null, where they stay themselves. */
export function watchSigningOut(clear: () => Promise<Stays | null>): void {
  let isLeaving = false;
  const leave = async (form: HTMLFormElement): Promise<void> => {
    isLeaving = true;
    const stays = await clear();
    if (stays) {
      const left: Left = { signIn: signInHere(), endsAt: form.action, stays };
      localStorage.setItem(LEFT, JSON.stringify(left));
      await end();
    } else isLeaving = false;
  };
  const heed = (event: SubmitEvent): void => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || !form.matches("[data-sign-out]")) return;
    event.preventDefault();
    event.stopPropagation();
    if (!isLeaving) void leave(form);
  };
  document.addEventListener("submit", heed, { capture: true });
}

/** The page was closed before the school was reached: whoever opens one next shall not go on as that person. */
export function endWhatWasLeft(): void {
  const left = whatWasLeft();
  if (!left) return;
  if (left.signIn !== signInHere()) return localStorage.removeItem(LEFT);
  document.documentElement.hidden = true;
  void end();
}

/** Out of reach nothing of the person is left here, but the school holds them for signed in: it is told when it can be. */
async function end(): Promise<void> {
  let isTold = await tell();
  if (isTold) return;
  sayFarewell();
  const again = async (): Promise<void> => {
    if (isTold) return;
    isTold = true;
    isTold = await tell();
  };
  wheneverItMayGo(() => void again());
  setInterval(() => void again(), AGAIN_MS);
}

/** What was left stands until the answer is there; by then somebody else may be signed in, whom it does not concern. */
async function tell(): Promise<boolean> {
  const left = whatWasLeft();
  if (!left || left.signIn !== signInHere()) return goOn("/");
  const body = new URLSearchParams({ csrf_token: wordOfNow(), keeps: left.stays });
  const asked = { method: "POST", body, signal: AbortSignal.timeout(PATIENCE_MS) };
  const answer = await fetch(left.endsAt, asked).catch(() => null);
  return Boolean(answer?.ok && answer.redirected) && goOn(answer?.url ?? "/");
}

function goOn(where: string): true {
  localStorage.removeItem(LEFT);
  location.replace(where);
  return true;
}

function sayFarewell(): void {
  const words = document.querySelector<HTMLTemplateElement>("[data-farewell]");
  if (words) document.body.replaceChildren(words.content.cloneNode(true));
  document.documentElement.hidden = false;
  const heading = document.querySelector<HTMLElement>("h1");
  document.title = heading?.textContent ?? "";
  heading?.focus();
}

function whatWasLeft(): Left | null {
  return JSON.parse(localStorage.getItem(LEFT) ?? "null") as Left | null;
}

function signInHere(): string {
  return wordOfNow().slice(0, TELLING);
}
