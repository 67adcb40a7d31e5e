import { fill, type Words } from "../attendance/words.ts";
import type { Chip } from "./chip.ts";
import { erase } from "./database.ts";
import type { Device } from "./device.ts";
import { keepingSealed, leaveOnceReached } from "./farewell.ts";
import { isReachable } from "./posting.ts";
import { eraseOwn } from "./shelves.ts";
import { canKeep } from "./vault.ts";

const GOING_ON_MS = 1_500;
const LAST_TRY_MS = 4_000;

/** Whoever leaves with marks that were not sent is told; whoever signs out leaves nothing behind. */
export function guardLeaving(device: Device, chip: Chip, words: Words): void {
  let goesOnSince = -Infinity;
  let leavesKnowingly = false;
  // from one page of ours to the next nothing is left: the chip stands there too
  const goesOn = ({ target }: Event): void => {
    const link = target instanceof Element ? target.closest<HTMLAnchorElement>("a[href]") : null;
    if (target instanceof HTMLFormElement || link?.origin === location.origin) goesOnSince = performance.now();
  };
  addEventListener("click", goesOn, { capture: true });
  addEventListener("submit", goesOn, { capture: true });
  addEventListener("beforeunload", (event) => {
    const isOurs = performance.now() - goesOnSince < GOING_ON_MS;
    // what is parked was seen, and stays until it is settled
    const isUnsent = device.waiting.some(({ parked }) => !parked) || chip.saying > 0 || chip.lacksReason;
    if (!leavesKnowingly && !isOurs && isUnsent) event.preventDefault();
  });
  const signOut = async (form: HTMLFormElement): Promise<void> => {
    await Promise.race([device.sender.flush(), new Promise((resume) => setTimeout(resume, LAST_TRY_MS))]);
    await device.refresh();
    if (device.count > 0 && !(await agreed(words, device.count))) return;
    leavesKnowingly = true;
    if (canKeep() && (await wipe(device))) form.append(keepingSealed());
    if (await isReachable()) form.submit();
    else leaveOnceReached(form, words["left"] as unknown as string[]);
  };
  document.addEventListener(
    "submit",
    (event) => {
      const form = event.target;
      if (!(form instanceof HTMLFormElement) || !form.matches("[data-sign-out]")) return;
      event.preventDefault();
      event.stopPropagation();
      void signOut(form);
    },
    { capture: true },
  );
}

/** Says whether marks of somebody else stay, sealed: neither to be read nor to be lost by whoever leaves. */
async function wipe(device: Device): Promise<boolean> {
  const staysSealed = device.ofOthers > 0;
  if (staysSealed) {
    await eraseOwn(device.person);
    localStorage.clear();
  } else await erase();
  for (const name of await caches.keys()) await caches.delete(name);
  for (const worker of (await navigator.serviceWorker?.getRegistrations()) ?? []) await worker.unregister();
  device.wiped();
  return staysSealed;
}

function agreed(words: Words, unsent: number): Promise<boolean> {
  const question = document.querySelector<HTMLDialogElement>("[data-leave]");
  const title = question?.querySelector("h2");
  if (!question || !title) return Promise.resolve(false);
  title.textContent = fill(words["leave"], { n: String(unsent) });
  question.returnValue = "";
  question.showModal();
  return new Promise((resolve) => {
    question.addEventListener("close", () => resolve(question.returnValue === "lose"), { once: true });
  });
}
