import { keyForThePage } from "../shell/keys.ts";
import type { Pupil } from "./pupil.ts";

const STATUSES: Record<string, string> = { P: "PRESENT", A: "ABSENT", L: "LATE", E: "EXCUSED" };
const TYPED_IN = "input:not([type=radio]), textarea, select";
const SAME_NUMBER_MS = 1_500;

/** What a key may ask of the register. */
interface Asked {
  marked: (pupil: Pupil) => void;
  undo: () => void;
  submit: () => void;
}

/** P, A, L and E mark the student one stands on and go to the next; a number or an arrow goes without marking. */
export function followKeys(pupils: Pupil[], asked: Asked): void {
  const rowOf = numberedRow();
  document.addEventListener("keydown", (event) => {
    const target = event.target as Element;
    if (target.matches(TYPED_IN) || document.querySelector("dialog[open]")) return;
    const at = pupils.findIndex((pupil) => pupil.row.contains(target));
    const done = chord(event, asked) || step(event, pupils, at) || single(event, pupils, at, asked, rowOf);
    if (done) event.preventDefault();
  });
}

function chord(event: KeyboardEvent, { undo, submit }: Asked): boolean {
  if (!(event.ctrlKey || event.metaKey) || event.repeat) return false;
  const does = { z: undo, enter: submit }[event.key.toLowerCase()];
  does?.();
  return does !== undefined;
}

function step({ key, altKey, ctrlKey, metaKey }: KeyboardEvent, pupils: Pupil[], at: number): boolean {
  if (at < 0 || altKey || ctrlKey || metaKey || !["ArrowUp", "ArrowDown"].includes(key)) return false;
  pupils[at + (key === "ArrowUp" ? -1 : 1)]?.focus();
  return true;
}

function single(event: KeyboardEvent, pupils: Pupil[], at: number, asked: Asked, rowOf: RowOf): boolean {
  const key = keyForThePage(event);
  if (key === null) return false;
  const numbered = /^\d$/.test(key) ? pupils[rowOf(key, event.timeStamp, pupils.length) - 1] : undefined;
  numbered?.focus();
  const status = STATUSES[key];
  const pupil = pupils[at];
  if (!pupil || !status) return numbered !== undefined;
  if (pupil.choose(status)) asked.marked(pupil);
  pupils[at + 1]?.focus();
  return true;
}

type RowOf = (digit: string, at: number, last: number) => number;

/** 1 goes to the first row, and 2 soon after it to the twelfth. */
function numberedRow(): RowOf {
  let typed = "";
  let before = 0;
  return (digit, at, last) => {
    const longer = at - before < SAME_NUMBER_MS ? Number(typed + digit) : 0;
    typed = longer > 0 && longer <= last ? String(longer) : digit;
    before = at;
    return Number(typed);
  };
}
