import type { Mark } from "../attendance/pupil.ts";
import { newId } from "./new-id.ts";
import { placeOf, ready, settled, type Counts, type KeptSubmission, type Submission, type SubmissionAnswer, type SubmissionRow } from "./submissions.ts";

export interface Register {
  date: string;
  section_id: string;
  period: number;
}

export interface Said {
  student_id: string;
  // without one, the mark is taken back
  code: string;
  remarks: string;
  base_version: number;
  minutes_late?: number;
  reason?: string;
}

/** A mark that was made here: sent under its id until the school has answered. */
export type Operation = Register & Said & { id: string; marked_at: string };

export interface Answer {
  id: string;
  student_id: string;
  outcome: "created" | "changed" | "unchanged" | "kept" | "conflict" | "rejected";
  mark: Mark | null;
  by: string;
  // what was told of the register up to here is older
  register_version?: number | null;
  error?: { code: string; message: string };
}

export interface Answered {
  operation: Operation;
  answer: Answer;
}

export interface Kept {
  operation: Operation;
  // who and what it is about, for whoever has to settle it
  about: { student: string; section: string; codes: { [code: string]: string } };
  // it may be on its way, or there already: it is not changed any more
  tried: boolean;
  // the school did not take it, and somebody has to look at it
  parked?: Answer;
}

export type Item = Kept | KeptSubmission;

export interface Change {
  puts: [kept: Item, at?: number | undefined][];
  removes: number[];
}

export type Row = [at: number, kept: Kept];

/** What is sent together: marks, and then registers that they complete. */
export interface Batch {
  operations: Operation[];
  submissions: Submission[];
}

/** Where operations stand, oldest first. */
export interface Shelf {
  read(): Promise<[at: number, kept: Item][]>;
  /** All of it or nothing. */
  write(change: Change): Promise<void>;
  /** Nobody else changes anything meanwhile, in this tab or another. */
  alone<Done>(act: () => Promise<Done>): Promise<Done>;
}

/** What is said of a student now; nothing where what was said before is given up. */
export interface Word {
  student_id: string;
  said: Said | null;
  // the school has this, as far as is known: it is said only after something that may be on its way
  stands?: boolean;
  about: Kept["about"];
}

const STORED = new Set(["created", "changed", "unchanged"]);

interface Moved {
  id: string;
  from: number;
  to: number;
}

/** What was marked here and is not known to be at the school; never dropped but by whoever marked. */
export class Operations {
  // answered, but not yet heard by the page that says the next word: by whose mark it is
  private readonly moved = new Map<string, Moved>();

  constructor(
    private shelf: Shelf,
    private readonly changed: () => void,
  ) {}

  async all(): Promise<{ marks: Kept[]; submissions: KeptSubmission[] }> {
    const [marks, submissions] = apart(await this.shelf.read());
    return { marks: marks.map(([, kept]) => kept), submissions: submissions.map(([, kept]) => kept) };
  }

  /** The last word on a student takes the place of what was not sent yet; what may be on its way stays. */
  say(register: Register, words: Word[]): Promise<void> {
    return this.change((rows) => {
      const change: Change = { puts: [], removes: [] };
      for (const { student_id, said: word, stands, about } of words) {
        const own = rows.filter(([, kept]) => isOf(kept, register, student_id));
        const moved = this.moved.get(whose({ ...register, student_id }));
        const said = stands && !moved && !own.some(([, kept]) => isOnItsWay(kept)) ? null : word;
        const untried = said && own.find(([, kept]) => !kept.tried);
        const goes = own.filter(([at, kept]) => (!kept.tried || kept.parked !== undefined) && at !== untried?.[0]);
        change.removes.push(...goes.map(([at]) => at));
        if (said) change.puts.push([{ operation: made(register, said, untried?.[1], moved), about, tried: false }, untried?.[0]]);
      }
      return change;
    });
  }

  /** The last word on a register takes the place of what was said before; nothing gives it up. */
  submit(register: Register, counts: Counts | null, section: string): Promise<void> {
    return this.change((_marks, submissions) => {
      const before = submissions.filter(([, { submission }]) => placeOf(submission) === placeOf(register));
      const submission = counts && { ...register, counts, id: newId(), submitted_at: new Date().toISOString() };
      return { puts: submission ? [[{ submission, about: { section } }]] : [], removes: before.map(([at]) => at) };
    });
  }

  /** The next to be sent: of each student of a register only what was said first. */
  async take(most: number): Promise<Batch> {
    const taken: Operation[] = [];
    let submissions: Submission[] = [];
    await this.change((rows, waiting) => {
      const change: Change = { puts: [], removes: [] };
      const seen = new Set<string>();
      const gone = new Set<number>();
      for (const [at, kept] of rows) {
        const { operation } = kept;
        if (kept.parked || seen.has(whose(operation)) || taken.length === most) continue;
        seen.add(whose(operation));
        taken.push(operation);
        gone.add(at);
        if (!kept.tried) change.puts.push([{ ...kept, tried: true }, at]);
      }
      submissions = ready(waiting, rows, gone).slice(0, most - taken.length);
      return change;
    });
    return { operations: taken, submissions };
  }

  /** What is stored goes; what is not waits for somebody, unless they said something else since. */
  settle(answers: Answer[], submitted: SubmissionAnswer[] = []): Promise<void> {
    const byId = new Map(answers.map((answer) => [answer.id, answer]));
    return this.change((rows, submissions) => {
      const change = settled(submissions, submitted);
      for (const [at, kept] of rows) {
        const answer = byId.get(kept.operation.id);
        if (!answer) continue;
        const later = rows.find(([other, { operation }]) => other > at && isSameMark(operation, kept.operation));
        const isStored = STORED.has(answer.outcome);
        if (isStored) this.moved.set(whose(kept.operation), moved(kept.operation, answer));
        if (isStored && later) change.puts.push(rebased(later, answer));
        if (isStored || later) change.removes.push(at);
        else change.puts.push([{ ...kept, parked: answer }, at]);
      }
      return change;
    });
  }

  /** The page knows now what these came to. */
  heard(answered: Answered[]): void {
    for (const { operation } of answered) {
      if (this.moved.get(whose(operation))?.id === operation.id) this.moved.delete(whose(operation));
    }
  }

  /** Everything goes on where it is kept better. */
  move(to: Shelf): Promise<void> {
    return this.shelf.alone(async () => {
      const rows = await this.shelf.read();
      if (rows.length > 0) await to.write({ puts: rows.map(([, kept]) => [kept]), removes: [] });
      this.shelf = to;
    });
  }

  private async change(decide: (marks: Row[], submissions: SubmissionRow[]) => Change): Promise<void> {
    const isChanged = await this.shelf.alone(async () => {
      const change = decide(...apart(await this.shelf.read()));
      if (change.puts.length === 0 && change.removes.length === 0) return false;
      await this.shelf.write(change);
      return true;
    });
    if (isChanged) this.changed();
  }
}

function apart(rows: [number, Item][]): [Row[], SubmissionRow[]] {
  const marks: Row[] = [];
  const submissions: SubmissionRow[] = [];
  for (const [at, kept] of rows) "operation" in kept ? marks.push([at, kept]) : submissions.push([at, kept]);
  return [marks, submissions];
}

function made(register: Register, said: Said, before: Kept | undefined, moved: Moved | undefined): Operation {
  const known = before?.operation;
  const seen = said.base_version === moved?.from ? moved.to : said.base_version;
  const base_version = Math.max(seen, known?.base_version ?? 0);
  return { ...register, ...said, base_version, id: known?.id ?? newId(), marked_at: new Date().toISOString() };
}

function moved({ id, base_version: from }: Operation, { mark }: Answer): Moved {
  return { id, from, to: mark?.version ?? 0 };
}

function whose(operation: Register & { student_id: string }): string {
  return `${placeOf(operation)} ${operation.student_id}`;
}

function rebased([at, kept]: Row, { mark }: Answer): [Kept, number] {
  return [{ ...kept, operation: { ...kept.operation, base_version: mark?.version ?? 0 } }, at];
}

function isOf({ operation }: Kept, register: Register, student: string): boolean {
  return operation.student_id === student && placeOf(operation) === placeOf(register);
}

function isOnItsWay({ tried, parked }: Kept): boolean {
  return tried && !parked;
}

function isSameMark(one: Operation, other: Operation): boolean {
  return one.student_id === other.student_id && placeOf(one) === placeOf(other);
}
