import type { Chip } from "../offline/chip.ts";
import type { Device } from "../offline/device.ts";
import { marksSince } from "../offline/marks.ts";
import type { Answer, Answered, Kept, Register, Said as Sent, Word } from "../offline/operations.ts";
import { isCounted, placeOf } from "../offline/submissions.ts";
import type { Pupil } from "./pupil.ts";

const STORED = new Set(["created", "changed", "unchanged"]);

interface Told {
  left: (pupil: Pupil, answer: Answer) => void;
  changed: () => void;
}

/** Keeps on the device what is touched here, and shows in its rows what became of it. */
export class Saver {
  private readonly byId: Map<string, Pupil>;
  private readonly touched = new Set<Pupil>();
  // touched since the device was told, or while a reason is missing
  private readonly unsaid = new Set<Pupil>();
  private keeping: Promise<void> | undefined;

  constructor(
    pupils: Pupil[],
    private readonly register: Register,
    private readonly section: string,
    private readonly reason: () => string | null,
    private readonly page: { device: Device; chip: Chip },
    private readonly told: Told,
  ) {
    this.byId = new Map(pupils.map((pupil) => [pupil.id, pupil]));
    page.device.onAnswers(({ answered }) => this.hear(answered.filter(({ operation }) => this.isHere(operation))));
  }

  /** What this device knows beyond what the page was made with. */
  async restore(): Promise<void> {
    const { device } = this.page;
    const vault = await device.ready;
    if (vault && "copied" in document.documentElement.dataset) {
      const marks = await marksSince(vault, placeOf(this.register));
      for (const [student, mark] of Object.entries(marks)) {
        const pupil = this.byId.get(student);
        if (pupil && !pupil.touched && (!mark || mark.version > pupil.baseVersion)) pupil.accept(mark);
      }
    }
    for (const kept of this.own()) this.show(kept);
    // a browser that comes back to the page may have kept choices that were never said
    const said = new Set(this.own().map(({ operation }) => operation.student_id));
    const isUnsaid = (pupil: Pupil): boolean => pupil.touched && !said.has(pupil.id) && !this.touched.has(pupil);
    for (const pupil of this.byId.values()) if (isUnsaid(pupil)) this.unsaid.add(pupil);
    this.say(0);
    this.told.changed();
  }

  /** Somebody changed this row: what was wrong with it may be right now. */
  touch(pupil: Pupil, after: number): void {
    pupil.tell();
    this.touched.add(pupil);
    this.unsaid.add(pupil);
    this.say(after);
  }

  say(after: number): void {
    const reason = this.reason();
    this.page.chip.lacksReason = reason === null && this.unsaid.size > 0;
    this.page.chip.paint();
    if (reason === null) return;
    this.keeping ??= this.keep(reason).finally(() => {
      this.keeping = undefined;
    });
    // sent once it is kept: a slow device has nothing to send before
    void this.keeping.then(() => this.page.device.sender.soon(after));
  }

  /** The mark that somebody gave up. */
  drop(pupil: Pupil): void {
    this.unsaid.add(pupil);
    this.say(0);
  }

  /** Once everything that can be sent is answered. */
  async settled(): Promise<void> {
    this.say(0);
    await this.keeping;
    await this.page.device.sender.flush();
    await this.page.device.refresh();
  }

  /** Where the office's mark stands, nothing of one's own is left to send. */
  get isClean(): boolean {
    const isDone = this.own().every(isCounted);
    return isDone && this.unsaid.size === 0 && this.page.chip.saying === 0;
  }

  /** All that was touched meanwhile goes together: to write one takes as long as to write thirty. */
  private async keep(reason: string): Promise<void> {
    const { operations } = this.page.device;
    while (this.unsaid.size > 0) {
      const pupils = [...this.unsaid];
      this.unsaid.clear();
      this.becomes(pupils.length);
      await operations.say(this.register, pupils.map((pupil) => this.word(pupil, reason)));
      await this.page.device.refresh();
    }
    this.becomes(0);
  }

  private word(pupil: Pupil, reason: string): Word {
    return {
      student_id: pupil.id,
      // without a code, it is taken back
      said: { ...sent(pupil), ...(reason && { reason }) },
      stands: !pupil.touched,
      about: { student: pupil.name, section: this.section, codes: pupil.codes },
    };
  }

  private becomes(saying: number): void {
    this.page.chip.saying = saying;
    this.page.chip.paint();
  }

  private own(): Kept[] {
    return this.page.device.kept.filter(({ operation }) => this.isHere(operation));
  }

  private isHere(register: Register): boolean {
    return placeOf(register) === placeOf(this.register);
  }

  private show({ operation, parked }: Kept): void {
    const pupil = this.byId.get(operation.student_id);
    if (!pupil || this.touched.has(pupil)) return;
    const { code, remarks, minutes_late } = operation;
    pupil.put({ code, remarks, minutes: minutes_late?.toString() ?? "" });
    if (parked) this.told.left(pupil, parked);
    else pupil.standOn(operation.base_version);
  }

  private hear(answered: Answered[]): void {
    const known = answered.filter(({ answer }) => answer.mark || STORED.has(answer.outcome));
    const marks = known.map(({ answer: { student_id, mark } }) => [student_id, mark]);
    if (marks.length > 0) void this.page.device.note(this.register, Object.fromEntries(marks));
    for (const { answer } of answered) this.take(answer);
    this.told.changed();
  }

  private take(answer: Answer): void {
    const pupil = this.byId.get(answer.student_id);
    if (!pupil) return;
    const kept = this.own().find(({ operation }) => operation.student_id === pupil.id);
    const { mark, register_version: version } = answer;
    const isOlder = (version && pupil.isOlder(version)) || (mark && mark.version < pupil.baseVersion);
    if (version) pupil.hear(version);
    if (kept?.parked?.id === answer.id) this.told.left(pupil, answer);
    else if (STORED.has(answer.outcome) && !isOlder) pupil.stored(mark);
    // given up meanwhile, or overtaken by what the page was made with
    if (!kept && pupil.touched && !this.unsaid.has(pupil) && this.page.chip.saying === 0) pupil.goBack();
  }
}

function sent(pupil: Pupil): Sent {
  const { code, minutes, remarks } = pupil.said;
  return {
    student_id: pupil.id,
    code,
    remarks: code && remarks,
    base_version: pupil.baseVersion,
    ...(/^\d+$/.test(minutes) && { minutes_late: Number(minutes) }),
  };
}
