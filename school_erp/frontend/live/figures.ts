import { live } from "../realtime/page.ts";
import type { Payloads } from "../realtime/events.ts";
import type { Words } from "./wall.ts";

type Stats = Omit<Payloads["STATS_UPDATE"], "live_id">;
type CheckIn = Payloads["CHECK_IN"]["check_ins"][number];

const SHOWN = 10;

/** The figures and the last names, as they are told. */
export function followFigures(wall: HTMLElement, words: Words): void {
  const id = wall.dataset["liveId"];
  live.on("STATS_UPDATE", ({ payload }) => {
    if (payload.live_id === id) showStats(wall, payload);
  });
  live.on("CHECK_IN", ({ payload }) => {
    if (payload.live_id !== id) return;
    for (const line of payload.check_ins) showArrival(wall, line, words);
  });
  live.onReload(() => void lookAgain(wall));
}

async function lookAgain(wall: HTMLElement): Promise<void> {
  const answer = await fetch(wall.dataset["stats"] ?? "").catch(() => null);
  if (answer?.ok) showStats(wall, (await answer.json()) as Stats);
}

function showStats(wall: HTMLElement, stats: Stats): void {
  for (const place of wall.querySelectorAll<HTMLElement>("[data-figure]")) {
    place.textContent = String(stats[place.dataset["figure"] as keyof Stats]);
  }
  const bar = wall.querySelector<HTMLProgressElement>("[data-bar]");
  if (bar) bar.max = Math.max(1, stats.total_students);
  if (bar) bar.value = stats.students_present;
}

function showArrival(wall: HTMLElement, line: CheckIn, words: Words): void {
  const list = wall.querySelector("[data-arrivals]");
  if (!list || line.standing === "joined") return;
  list.querySelector(`[data-student="${CSS.escape(line.student_id)}"]`)?.remove();
  const row = rowOf(wall, line, words);
  if (!row) return;
  list.prepend(row);
  wall.querySelector("[data-nobody]")?.toggleAttribute("hidden", true);
  while (list.children.length > SHOWN) list.lastElementChild?.remove();
}

function rowOf(wall: HTMLElement, line: CheckIn, words: Words): HTMLElement | null {
  const template = wall.querySelector<HTMLTemplateElement>(`[data-arrival=${kindOf(line)}]`);
  const row = template?.content.firstElementChild?.cloneNode(true);
  if (!(row instanceof HTMLElement)) return null;
  row.dataset["student"] = line.student_id;
  const name = row.querySelector("bdi");
  if (name) name.textContent = line.name;
  const tag = row.querySelector(".tag");
  if (tag?.lastChild && line.minutes_late && kindOf(line) === "late") {
    tag.lastChild.textContent = words.minutes.replace("{num}", String(line.minutes_late));
  }
  return row;
}

function kindOf(line: CheckIn): "present" | "late" | "rejected" | "other" {
  if (line.standing === "rejected") return "rejected";
  if (line.status === "PRESENT") return "present";
  return line.status === "LATE" ? "late" : "other";
}
