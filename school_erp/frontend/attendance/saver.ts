import { Pupil } from "./pupil.ts";
import { send, type Answer, type Sent } from "./sending.ts";

export type State = "saved" | "waiting" | "saving" | "retrying" | "attention" | "signedOut" | "reasonNeeded";

export interface Place {
  url: string;
  csrf: string;
  date: string;
  section: string;
  slot: number;
}

interface Parcel {
  key: string;
  body: object;
  pupils: Map<string, Pupil>;
}

const FIRST_RETRY_MS = 2_000;
const LONGEST_RETRY_MS = 30_000;

/** Sends what was touched, one parcel at a time, each under its own key until it is answered. */
export class Saver {
  private parcel: Parcel | null = null;
  private timer = 0;
  private pause = FIRST_RETRY_MS;
  private idle: (() => void)[] = [];
  private running = false;
  private readonly stuck = new Set<Pupil>();

  constructor(
    private readonly pupils: Pupil[],
    private readonly place: Place,
    private readonly reason: () => string | null,
    private readonly answered: (pupil: Pupil, answer: Answer) => void,
    private readonly show: (state: State) => void,
  ) {
    addEventListener("online", () => this.soon(0));
    addEventListener("pagehide", () => this.leave());
  }

  /** Somebody changed this row: what was wrong with it may be right now. */
  touch(pupil: Pupil, after: number): void {
    this.stuck.delete(pupil);
    pupil.tell();
    this.soon(after);
  }

  soon(after: number): void {
    clearTimeout(this.timer);
    if (!this.running) this.show(this.resting());
    this.timer = window.setTimeout(() => void this.run(), after);
  }

  /** Once everything that can be sent is answered. */
  settled(): Promise<void> {
    const done = new Promise<void>((resolve) => this.idle.push(resolve));
    this.soon(0);
    return done;
  }

  get isClean(): boolean {
    return this.parcel === null && this.waiting().length === 0 && this.stuck.size === 0;
  }

  private async run(): Promise<void> {
    if (this.running) return;
    this.running = true;
    let again = true;
    while (again && (this.parcel ??= this.pack())) {
      this.show("saving");
      again = this.take(await this.dispatch(this.parcel), this.parcel);
    }
    this.running = false;
    if (again) this.show(this.resting());
    for (const resolve of this.idle.splice(0)) resolve();
  }

  private dispatch(parcel: Parcel, leaving = false): Promise<Sent> {
    return send(this.place.url, parcel.key, this.place.csrf, parcel.body, leaving);
  }

  private resting(): State {
    if (this.waiting().length > 0) return this.reason() === null ? "reasonNeeded" : "waiting";
    return this.pupils.some((pupil) => pupil.needsSomebody) ? "attention" : "saved";
  }

  private waiting(): Pupil[] {
    return this.pupils.filter((pupil) => pupil.touched && !this.stuck.has(pupil));
  }

  private pack(): Parcel | null {
    const pupils = this.waiting().filter((pupil) => pupil.said.code !== "");
    const reason = this.reason();
    if (pupils.length === 0 || reason === null) return null;
    const body = {
      date: this.place.date,
      section_id: this.place.section,
      period: this.place.slot,
      records: pupils.map((pupil) => record(pupil)),
      ...(reason && { reason }),
    };
    return { key: newKey(), body, pupils: new Map(pupils.map((pupil) => [pupil.id, pupil])) };
  }

  /** True where the next parcel may follow. */
  private take(sent: Sent, parcel: Parcel): boolean {
    if (sent.kind === "unreachable") return this.retry();
    this.pause = FIRST_RETRY_MS;
    this.parcel = null;
    if (sent.kind === "signed-out") {
      this.show("signedOut");
      return false;
    }
    if (sent.kind === "refused" && sent.answers.length === 0) {
      for (const pupil of parcel.pupils.values()) this.refuse(pupil, sent.sentence);
    }
    for (const answer of sent.answers) this.note(parcel.pupils.get(answer.student_id), answer);
    return true;
  }

  private note(pupil: Pupil | undefined, answer: Answer): void {
    if (!pupil) return;
    if (["conflict", "rejected"].includes(answer.outcome)) this.stuck.add(pupil);
    this.answered(pupil, answer);
  }

  private refuse(pupil: Pupil, message: string): void {
    this.note(pupil, { student_id: pupil.id, outcome: "rejected", mark: null, error: { code: "", message } });
  }

  private retry(): boolean {
    this.show("retrying");
    this.timer = window.setTimeout(() => void this.run(), this.pause);
    this.pause = Math.min(this.pause * 2, LONGEST_RETRY_MS);
    return false;
  }

  private leave(): void {
    const parcel = (this.parcel ??= this.pack());
    if (parcel) void this.dispatch(parcel, true);
  }
}

function record(pupil: Pupil): object {
  const { code, minutes, remarks } = pupil.said;
  return {
    student_id: pupil.id,
    code,
    remarks,
    base_version: pupil.baseVersion,
    marked_at: new Date().toISOString(),
    ...(/^\d+$/.test(minutes) && { minutes_late: Number(minutes) }),
  };
}

/** `crypto.randomUUID` is there on secure pages only; a school's own network may be none. */
function newKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
