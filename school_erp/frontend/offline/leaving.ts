import type { Chip } from "./chip.ts";
import { agreesToLose, clearDevice } from "./clearing.ts";
import type { Device } from "./device.ts";
import type { Stays } from "./farewell.ts";

const GOING_ON_MS = 1_500;
const LAST_TRY_MS = 4_000;

/** Whoever leaves with marks that were not sent is told; whoever signs out leaves nothing behind. */
export function guardLeaving(device: Device, chip: Chip): () => Promise<Stays | null> {
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
  return async () => {
    await Promise.race([device.sender.flush(), new Promise((resume) => setTimeout(resume, LAST_TRY_MS))]);
    await device.refresh();
    if (device.count > 0 && !(await agreesToLose(device.count))) return null;
    leavesKnowingly = true;
    const stays = await clearDevice(device.person);
    device.wiped();
    return stays;
  };
}
