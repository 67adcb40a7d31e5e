import { announce } from "../shell/messages.ts";
import type { Live, Status } from "./live.ts";

const LOOKS: Record<Status, string> = {
  live: "tag-good",
  catchingUp: "tag-plain",
  offline: "tag-wait",
  signedOut: "tag-bad",
};

/** Whether the screen is live stands on top of the page; its loss, and its end, are read out. */
export function showStatus(live: Live): void {
  const chip = document.querySelector<HTMLElement>("[data-live]");
  if (!chip) return;
  const word = chip.querySelector("[data-live-word]");
  const words = JSON.parse(chip.dataset["live"] ?? "{}") as Record<Status, [string, string]>;
  let wasAway = false;
  live.onStatus((status) => {
    // the bell alone makes no live page
    chip.hidden = live.hearsNothing || !document.querySelector("main [data-rooms]");
    chip.className = `tag live-chip ${LOOKS[status]}`;
    chip.dataset["status"] = status;
    const [short, long] = words[status];
    chip.title = long;
    if (word) word.textContent = short;
    const isAway = status === "offline" || status === "signedOut";
    if (isAway || (wasAway && status === "live")) announce(isAway ? long : short);
    if (status !== "catchingUp") wasAway = isAway;
  });
}
