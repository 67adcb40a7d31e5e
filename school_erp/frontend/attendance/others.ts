import { live } from "../realtime/page.ts";
import { thisPage } from "../offline/page.ts";
import { announce } from "../shell/messages.ts";
import { tellQuietly } from "./outcomes.ts";
import { packed, saidBy, type Mark, type Pupil } from "./pupil.ts";
import type { Words } from "./words.ts";

const UNTOUCHED_MS = 10_000;
// one's own button tells it too, and is on its way to another page
const ON_THE_WAY_MS = 1_000;
// every register of the school hears of it
const ALL_AT_ONCE_MS = 3_000;

type Stands = Pick<Mark, "status" | "code" | "minutes_late" | "version" | "marked_at"> & Partial<Mark>;
interface Records {
  state: string;
  version: number;
  students: { student_id: string; mark: Mark | null }[];
}

/** What others do to the register that stands here: painted where nothing unsaved would be lost. */
export function hearOthers(
  form: HTMLFormElement,
  pupils: Pupil[],
  words: Words,
  changed: () => void,
): (state: string) => void {
  const byId = new Map(pupils.map((pupil) => [pupil.id, pupil]));
  const paint = (marks: { student_id: string; mark: Stands | null }[], version: number): void => {
    // a family is told its own without remarks: the class hears the same with them
    if (marks.some(({ mark }) => mark && mark.remarks === undefined)) return;
    const whole = marks.map(({ student_id, mark }) => ({
      student_id,
      mark: mark && { remarks: "", source: "", marked_by: null, ...mark },
    }));
    for (const { student_id, mark } of whole) {
      const pupil = byId.get(student_id);
      if (pupil?.hear(version)) take(form, pupil, mark, words);
    }
    const { section = "", date = "", slot } = form.dataset;
    const stands = Object.fromEntries(whole.map(({ student_id, mark }) => [student_id, mark]));
    void thisPage().device.note({ section_id: section, date, period: Number(slot) }, stands);
    changed();
  };
  live.on("attendanceUpdate", ({ payload }) => isHere(form, payload) && paint(payload.marks, payload.register_version));
  live.onReload(() => {
    const { marking, section, date, slot } = form.dataset;
    void fetch(`${marking}/registers/${section}/${date}/${slot}`).then(async (answer) => {
      if (!answer.ok) return;
      const { state, students, version } = (await answer.json()) as Records;
      paint(students, version);
      moved(state);
    });
  });
  const moved = followState(form, () => pupils.every((pupil) => !pupil.touched), words);
  return moved;
}

/** Submitted, opened again or locked by somebody else, the page is another one. */
export function followState(form: HTMLFormElement, isClean: () => boolean, words: Words): (state: string) => void {
  let touchedAt = -Infinity;
  for (const type of ["input", "click"]) addEventListener(type, () => (touchedAt = performance.now()), { capture: true });
  const show = (state: string): void => {
    const isIdle = performance.now() - touchedAt > UNTOUCHED_MS && !document.querySelector("dialog[open]");
    if (isIdle && isClean()) location.reload();
    else offerToShow(form, words, state);
  };
  const moved = (state: string): void => {
    if (state !== form.dataset["state"]) setTimeout(() => show(state), ON_THE_WAY_MS);
  };
  for (const type of ["REGISTER_SUBMITTED", "REGISTER_REOPENED", "REGISTER_LOCKED"] as const) {
    live.on(type, ({ payload }) => isHere(form, payload) && moved(payload.state));
  }
  live.on("SETTINGS_CHANGED", () => setTimeout(() => show("rules"), ON_THE_WAY_MS + Math.random() * ALL_AT_ONCE_MS));
  return moved;
}

function isHere({ dataset }: HTMLFormElement, told: { section_id: string; date: string; slot: number }): boolean {
  return told.section_id === dataset["section"] && told.date === dataset["date"] && told.slot === Number(dataset["slot"]);
}

function take(form: HTMLFormElement, pupil: Pupil, mark: Mark | null, words: Words): void {
  if (mark ? mark.version <= pupil.baseVersion : pupil.baseVersion === 0) return;
  if (!pupil.touched) {
    pupil.accept(mark);
    pupil.glow();
    announce(`${pupil.name}: ${pupil.standing}`);
  } else if (packed(pupil.said) === packed(saidBy(mark))) {
    pupil.stored(mark);
  } else if (mark?.marked_by !== form.dataset["me"] && !pupil.needsSomebody) {
    tellQuietly(pupil, mark, words, form.dataset["people"] ?? "");
  }
}

function offerToShow(form: HTMLFormElement, words: Words, state: string): void {
  const note = document.createElement("p");
  note.className = "note";
  note.dataset["moved"] = "";
  note.setAttribute("role", "status");
  const link = document.createElement("a");
  link.href = location.href;
  link.textContent = String(words["show"]);
  note.append(`${(words["moved"] as { [state: string]: string })[state] ?? ""} `, link);
  form.parentElement?.querySelector("[data-moved]")?.remove();
  form.before(note);
}
