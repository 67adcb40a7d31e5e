import type { Answer, Answered, Operation, Operations } from "./operations.ts";
import type { Posted } from "./posting.ts";

const MOST = 100;
const FIRST_PAUSE_MS = 2_000;
const LONGEST_PAUSE_MS = 30_000;

type Send = (operations: Operation[], leaving: boolean) => Promise<Posted<{ operations: Answer[] }>>;

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
    private readonly answered: (answered: Answered[]) => void,
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
        if (batch.length === 0) break;
        this.become(true);
        const sent = await this.send(batch, leaving);
        // one that cannot be right must not hold up the others: they go one by one
        if ("sentence" in sent && batch.length > 1) most = 1;
        else goesOn = await this.heed(batch, sent);
        if (!goesOn) break;
      }
    } while (goesOn && this.askedAgain);
    this.become(false);
  }

  private async heed(batch: Operation[], sent: Posted<{ operations: Answer[] }>): Promise<boolean> {
    this.isSignedOut = sent.kind === "signed-out";
    this.isCutOff = sent.kind === "unreachable";
    if (this.isSignedOut) return false;
    if (this.isCutOff) {
      this.soon(this.pause);
      this.pause = Math.min(this.pause * 2, LONGEST_PAUSE_MS);
      return false;
    }
    this.pause = FIRST_PAUSE_MS;
    const answers = sent.kind === "answered" ? sent.body.operations : "sentence" in sent ? batch.map(refusedBy(sent)) : [];
    await this.operations.settle(answers);
    const byId = new Map(batch.map((operation) => [operation.id, operation]));
    this.answered(
      answers.flatMap((answer) => {
        const operation = byId.get(answer.id);
        return operation ? [{ operation, answer }] : [];
      }),
    );
    return true;
  }

  private become(isSending: boolean): void {
    this.isSending = isSending;
    this.changed();
  }
}

function refusedBy({ code, sentence }: { code: string; sentence: string }): (operation: Operation) => Answer {
  return ({ id, student_id }) => ({
    id,
    student_id,
    outcome: "rejected",
    mark: null,
    by: "",
    error: { code, message: sentence },
  });
}
