import type { Answer, Answered, Batch, Operation, Operations } from "./operations.ts";
import type { Posted } from "./posting.ts";
import type { Submission, SubmissionAnswer, SubmissionAnswered } from "./submissions.ts";

const MOST = 100;
const FIRST_PAUSE_MS = 2_000;
const LONGEST_PAUSE_MS = 30_000;

export interface Answers {
  operations: Answer[];
  submissions: SubmissionAnswer[];
}

/** What became of what was sent. */
export interface Told {
  answered: Answered[];
  submitted: SubmissionAnswered[];
}

type Send = (batch: Batch, leaving: boolean) => Promise<Posted<Answers>>;

/** Sends what waits, oldest first, until nothing is left that can be sent. */
export class Sender {
  isSending = false;
  isSignedOut = false;
  isCutOff = false;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private pause = FIRST_PAUSE_MS;
  private current: Promise<void> | undefined;
  private askedAgain = false;

  constructor(
    private readonly operations: Operations,
    private readonly send: Send,
    // one tab at a time
    private readonly exclusively: (act: () => Promise<void>) => Promise<void>,
    private readonly answered: (told: Told) => void,
    private readonly changed: () => void,
  ) {}

  soon(after: number): void {
    this.stop();
    this.timer = setTimeout(() => void this.flush(), after);
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  /** Once everything that can be sent is answered. */
  flush(leaving = false): Promise<void> {
    this.stop();
    if (this.current) this.askedAgain = true;
    this.current ??= this.exclusively(() => this.run(leaving)).finally(() => {
      this.current = undefined;
    });
    return this.current;
  }

  private async run(leaving: boolean): Promise<void> {
    let goesOn = true;
    let most = MOST;
    do {
      this.askedAgain = false;
      for (;;) {
        const batch = await this.operations.take(most);
        const size = batch.operations.length + batch.submissions.length;
        if (size === 0) break;
        this.become(true);
        const sent = await this.send(batch, leaving);
        // one that cannot be right must not hold up the others: they go one by one
        if ("sentence" in sent && size > 1) most = 1;
        else goesOn = await this.heed(batch, sent);
        if (!goesOn) break;
      }
    } while (goesOn && this.askedAgain);
    this.become(false);
  }

  private async heed(batch: Batch, sent: Posted<Answers>): Promise<boolean> {
    this.isSignedOut = sent.kind === "signed-out";
    this.isCutOff = sent.kind === "unreachable";
    if (this.isSignedOut) return false;
    if (this.isCutOff) {
      this.soon(this.pause);
      this.pause = Math.min(this.pause * 2, LONGEST_PAUSE_MS);
      return false;
    }
    this.pause = FIRST_PAUSE_MS;
    if ("sentence" in sent || sent.kind === "answered") await this.take(batch, "body" in sent ? sent.body : refused(batch, sent));
    return true;
  }

  private async take(batch: Batch, { operations, submissions }: Answers): Promise<void> {
    await this.operations.settle(operations, submissions);
    this.answered({
      answered: paired(batch.operations, operations).map(([operation, answer]) => ({ operation, answer })),
      submitted: paired(batch.submissions, submissions).map(([submission, answer]) => ({ submission, answer })),
    });
  }

  private become(isSending: boolean): void {
    this.isSending = isSending;
    this.changed();
  }
}

function paired<Sent extends { id: string }, Got extends { id: string }>(sent: Sent[], got: Got[]): [Sent, Got][] {
  const byId = new Map(sent.map((each) => [each.id, each]));
  return got.flatMap((answer): [Sent, Got][] => {
    const each = byId.get(answer.id);
    return each ? [[each, answer]] : [];
  });
}

function refused({ operations, submissions }: Batch, { code, sentence }: { code: string; sentence: string }): Answers {
  const why = { outcome: "rejected", by: "", error: { code, message: sentence } } as const;
  return {
    operations: operations.map(({ id, student_id }: Operation) => ({ ...why, id, student_id, mark: null })),
    submissions: submissions.map(({ id }: Submission) => ({ ...why, id, counts: {}, at: null })),
  };
}
