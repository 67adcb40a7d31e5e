import { live } from "../realtime/page.ts";

const BEGINNING_MS = 250;
const BEGINNING_LOOKS = 12;
const BETWEEN_LOOKS_MS = 1_000;
const STEPS = 10;
const FINISHED = new Set(["done", "failed", "cancelled"]);

/** Its end is shown by the page as the server makes it; until then the bar follows what is told. */
export function followJob(id: string): void {
  live.on("JOB_PROGRESS", ({ payload }) => follow(id, payload.done));
  live.on("JOB_FINISHED", () => afterwards(() => location.reload()));
  void lookWhileNotLive(id);
}

let told = 0;
let moving = false;
const waiting: (() => void)[] = [];

function follow(id: string, done: number): void {
  told = Math.max(told, done);
  if (!moving) nextFrame(() => move(id));
}

/** Never ahead of what is told, and a tenth a frame, so that a quick job is seen to go on too. */
function move(id: string): void {
  const bar = document.getElementById(id)?.querySelector("progress");
  if (bar && bar.value < told) {
    bar.value = document.hidden ? told : Math.min(told, bar.value + bar.max / STEPS);
    return nextFrame(() => move(id));
  }
  moving = false;
  waiting.splice(0).forEach((act) => act());
}

/** When the bar has arrived. */
function afterwards(act: () => void): void {
  if (moving) waiting.push(act);
  else act();
}

/** Where nobody looks there are no frames. */
function nextFrame(act: () => void): void {
  moving = true;
  if (document.hidden) queueMicrotask(act);
  else requestAnimationFrame(act);
}

async function lookWhileNotLive(id: string): Promise<void> {
  for (let look = 0; ; look += 1) {
    await new Promise((resume) => setTimeout(resume, look < BEGINNING_LOOKS ? BEGINNING_MS : BETWEEN_LOOKS_MS));
    if (live.isLive) continue;
    const found = await lookAgain(id);
    if (found === "gone") return location.reload();
    if (!found) continue;
    if (FINISHED.has(found.dataset["job"] ?? "")) return location.reload();
    document.getElementById(id)?.replaceWith(found);
  }
}

/** Nothing while the line is away; gone where the page no longer shows a job. */
async function lookAgain(id: string): Promise<HTMLElement | "gone" | undefined> {
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } });
    if (answer.status >= 500 || answer.status === 429) return undefined;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    return page.getElementById(id) ?? "gone";
  } catch {
    return undefined;
  }
}
