import { saidBy, type Mark, type Pupil, type Said } from "./pupil.ts";
import type { Answer } from "../offline/operations.ts";
import { button } from "../shell/button.ts";
import { fill, toldMark, type Words } from "./words.ts";

export interface Ways {
  again: () => void;
  drop: () => void;
}

/** What became of one mark that the school did not take, told in its row with the ways to settle it. */
export function tellOutcome(pupil: Pupil, answer: Answer, words: Words, { again, drop }: Ways): void {
  const { mark, outcome } = answer;
  if (outcome === "rejected") {
    return pupil.tell(
      line(answer.error?.message ?? ""),
      choices(button(words["tryAgain"], again), button(words["discard"], () => back(pupil, drop))),
    );
  }
  const { yours, theirs } = bothNamed(pupil, mark, words);
  const keepTheirs = button(words["keepTheirs"], () => {
    pupil.accept(mark);
    pupil.tell();
    drop();
  });
  if (outcome === "kept") {
    pupil.accept(mark);
    return pupil.tell(line(fill(words["officeStands"], { theirs, yours })), choices(keepTheirs));
  }
  const useMine = button(words["useMine"], () => {
    pupil.stored(mark);
    again();
  });
  const who = answer.by || unnamed(mark, words);
  pupil.tell(line(changedBy(who, pupil, mark, words)), choices(useMine, keepTheirs));
}

function back(pupil: Pupil, drop: () => void): void {
  pupil.goBack();
  pupil.tell();
  drop();
}

/** Somebody else marked a student while a change of one's own is not saved yet: nothing is to be done. */
export function tellQuietly(pupil: Pupil, mark: Mark | null, words: Words, people: string): void {
  const hint = line(changedBy(unnamed(mark, words), pupil, mark, words));
  hint.className = "quiet small mb-0";
  hint.setAttribute("role", "status");
  pupil.hint(hint);
  if (!mark?.marked_by) return;
  void nameOf(people + mark.marked_by).then((name) => {
    if (name) hint.textContent = changedBy(name, pupil, mark, words);
  });
}

function changedBy(who: string, pupil: Pupil, mark: Mark | null, words: Words): string {
  return fill(words["changedMeanwhile"], { who, when: clock(mark), ...bothNamed(pupil, mark, words) });
}

function bothNamed(pupil: Pupil, mark: Mark | null, words: Words): { yours: string; theirs: string } {
  return {
    yours: whole(pupil, pupil.said, words),
    theirs: mark ? whole(pupil, saidBy(mark), words) : String(words["unmarked"]),
  };
}

function whole(pupil: Pupil, { code, minutes, remarks }: Said, words: Words): string {
  return toldMark(code ? pupil.nameOf(code) : String(words["unmarked"]), minutes, remarks, words);
}

function unnamed(mark: Mark | null, words: Words): string {
  return String(words[mark?.source === "OFFICE" ? "office" : "somebody"]);
}

async function nameOf(url: string): Promise<string> {
  const response = await fetch(url, { credentials: "same-origin" }).catch(() => null);
  return response?.ok ? ((await response.json()) as { name: string }).name : "";
}

function clock(mark: Mark | null): string {
  const language = document.documentElement.lang;
  return mark ? new Date(mark.marked_at).toLocaleTimeString(language, { hour: "numeric", minute: "2-digit" }) : "";
}

function line(sentence: string): HTMLElement {
  const paragraph = document.createElement("p");
  paragraph.className = "field-error";
  paragraph.setAttribute("role", "alert");
  paragraph.textContent = sentence;
  return paragraph;
}

function choices(...buttons: HTMLElement[]): HTMLElement {
  const cluster = document.createElement("div");
  cluster.className = "cluster";
  cluster.append(...buttons);
  return cluster;
}
