import { live } from "../realtime/page.ts";

const BEGINNING_MS = 250;
const BEGINNING_LOOKS = 12;
const BETWEEN_LOOKS_MS = 1_000;
const FINISHED = new Set(["done", "failed", "cancelled"]);

/** Its end is shown by the page as the server makes it; until then the bar follows what is told. */
export function followJob(id: string): void {
  live.on("JOB_PROGRESS", ({ payload }) =>
    inTurn(() => {
      const bar = document.getElementById(id)?.querySelector("progress");
      if (bar) bar.value = payload.done;
    }),
  );
  live.on("JOB_FINISHED", () => inTurn(() => location.reload()));
  void lookWhileNotLive(id);
}

const waiting: (() => void)[] = [];

/** One a frame, so that each move of a quick job is seen; at once where nobody looks. */
function inTurn(show: () => void): void {
  if (waiting.push(show) === 1) nextFrame();
}

function nextFrame(): void {
  if (document.hidden) return waiting.splice(0).forEach((show) => show());
  requestAnimationFrame(() => {
    waiting.shift()?.();
    if (waiting.length) nextFrame();
  });
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
