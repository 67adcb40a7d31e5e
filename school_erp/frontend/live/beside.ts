import { live } from "../realtime/page.ts";
import { isInUse, replaceKeeping } from "../realtime/keeping.ts";

// what a teacher should look at is shown soon; the rest can wait while a hall comes in
const FLAGGED_MS = 2_000;
const OTHERWISE_MS = 10_000;

/** What stands beside the wall costs the server more than a figure, so it is asked for rarely. */
export function followBeside(): void {
  let due = Infinity;
  let asking: ReturnType<typeof setTimeout> | undefined;
  const soon = (wait: number): void => {
    const at = performance.now() + wait * (0.75 + Math.random() / 2);
    if (at >= due) return;
    due = at;
    clearTimeout(asking);
    asking = setTimeout(() => {
      due = Infinity;
      void refresh().then((done) => done || soon(OTHERWISE_MS));
    }, at - performance.now());
  };
  live.on("CHECK_IN", ({ payload }) => {
    soon(payload.check_ins.some(({ flags }) => flags.length > 0) ? FLAGGED_MS : OTHERWISE_MS);
  });
  live.onReload(() => soon(OTHERWISE_MS));
}

async function refresh(): Promise<boolean> {
  const place = document.getElementById("hall");
  if (!place || document.hidden || isInUse(place)) return false;
  const answer = await fetch(place.dataset["refreshFrom"] ?? "").catch(() => null);
  if (!answer?.ok || answer.redirected) return false;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const found = page.getElementById("hall");
  if (found && place.isConnected) replaceKeeping(place, found);
  return true;
}
