import type { Pupil } from "./pupil.ts";

const STATUSES: Record<string, string> = { p: "PRESENT", a: "ABSENT", l: "LATE", e: "EXCUSED" };
const TYPED_IN = "input:not([type=radio]), textarea, select";

/** P, A, L and E mark the student one stands on and go to the next; up and down go on without marking. */
export function followKeys(
  form: HTMLElement,
  byRow: Map<HTMLElement, Pupil>,
  marked: (pupil: Pupil) => void,
  undo: () => void,
): void {
  const pupils = [...byRow.values()];
  form.addEventListener("keydown", (event) => {
    const target = event.target as HTMLElement;
    if (target.matches(TYPED_IN) || event.altKey) return;
    const at = pupils.findIndex((pupil) => pupil.row.contains(target));
    const key = event.key.toLowerCase();
    if (event.ctrlKey || event.metaKey) {
      if (key !== "z") return;
      event.preventDefault();
      return undo();
    }
    const pupil = pupils[at];
    const status = STATUSES[key];
    if (!pupil || (!status && !["arrowup", "arrowdown"].includes(key))) return;
    event.preventDefault();
    if (status && pupil.choose(status)) marked(pupil);
    pupils[at + (key === "arrowup" ? -1 : 1)]?.focus();
  });
}
