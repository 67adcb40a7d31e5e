import type { Change, Kept, Register, Row } from "./operations.ts";

/** Students by status; `unmarked` for those without a mark. */
export type Counts = Record<string, number>;

/** A register that was said to be complete here, with what stood on the screen. */
export type Submission = Register & { id: string; counts: Counts; submitted_at: string };

export interface SubmissionAnswer {
  id: string;
  outcome: "changed" | "unchanged" | "conflict" | "rejected";
  counts: Counts;
  // who else marked last, and when
  by: string;
  at: string | null;
  error?: { code: string; message: string };
}

export interface KeptSubmission {
  submission: Submission;
  about: { section: string };
  // the school did not take it, and somebody has to look at it
  parked?: SubmissionAnswer;
}

export interface SubmissionAnswered {
  submission: Submission;
  answer: SubmissionAnswer;
}

export type SubmissionRow = [at: number, kept: KeptSubmission];

/** Where its page is. */
export const placeOf = ({ section_id, date, period }: Register): string => `/registers/${section_id}/${date}/${period}`;

/** What the office entered instead is shown as it stands, and so is counted. */
export const isCounted = ({ parked }: Kept): boolean => parked?.outcome === "kept";

/** Those whose marks are all at the school, or go with them. */
export function ready(submissions: SubmissionRow[], marks: Row[], taken: Set<number>): Submission[] {
  const behind = marks.filter(([at, kept]) => !taken.has(at) && !isCounted(kept));
  const waiting = new Set(behind.map(([, { operation }]) => placeOf(operation)));
  const ready = submissions.filter(([, { submission, parked }]) => !parked && !waiting.has(placeOf(submission)));
  return ready.map(([, { submission }]) => submission);
}

/** What is done goes, the rest waits for somebody. */
export function settled(submissions: SubmissionRow[], answers: SubmissionAnswer[]): Change {
  const byId = new Map(answers.map((answer) => [answer.id, answer]));
  const change: Change = { puts: [], removes: [] };
  for (const [at, kept] of submissions) {
    const answer = byId.get(kept.submission.id);
    if (!answer) continue;
    const isDone = answer.outcome === "changed" || answer.outcome === "unchanged";
    if (isDone) change.removes.push(at);
    else change.puts.push([{ ...kept, parked: answer }, at]);
  }
  return change;
}
