import { live } from "../realtime/page.ts";
import { say } from "../shell/messages.ts";
import { CodeOnScreen } from "./code.ts";
import { followFigures } from "./figures.ts";
import { projectOnKey } from "./projection.ts";
import { steerFromHere } from "./steering.ts";

const SOON_MS = 60;
const PARTS = ["wall-code", "wall-controls"];

export interface Words {
  present: string;
  late: string;
  minutes: string;
  came: string;
  left: string;
  lost: string;
  failed: string;
}

/** The screen of a running session: the code, who is there, and what the teacher does. */
export function runWall(wall: HTMLElement): void {
  const words = JSON.parse(wall.dataset["words"] ?? "{}") as Words;
  const code = new CodeOnScreen(wall, words);
  const show = (page: Document): void => {
    for (const id of PARTS) {
      const [old, found] = [document.getElementById(id), page.getElementById(id)];
      const question = old?.querySelector("dialog[open]");
      // whoever is being asked something is left in peace until they have answered
      if (question) question.addEventListener("close", look, { once: true });
      else if (found) old?.replaceWith(found);
    }
    // over: what became of it is another page
    if (page.getElementById("wall")?.dataset["state"] === "ended") return location.reload();
    const told = page.querySelector(".messages .note-text")?.textContent;
    if (told) say(told.trim());
    code.start();
  };
  // a group tells of each of its sessions
  let asked: ReturnType<typeof setTimeout> | undefined;
  const look = (): void => {
    clearTimeout(asked);
    asked = setTimeout(() => void read(), SOON_MS);
  };
  const read = async (): Promise<void> => {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" } }).catch(() => null);
    if (answer?.ok && !answer.redirected) show(new DOMParser().parseFromString(await answer.text(), "text/html"));
  };
  followFigures(wall, words);
  if (wall.dataset["state"] === "ended") return;
  steerFromHere(wall, words, show);
  projectOnKey(wall);
  live.on("SESSION_STATUS", ({ payload }) => {
    if (payload.live_id === wall.dataset["liveId"]) look();
  });
  live.onReload(look);
  document.addEventListener("visibilitychange", () => document.hidden || code.start());
  addEventListener("online", look);
  code.start();
}
