import { contact, isFresh } from "./contact.ts";
import { stopKeeping } from "./database.ts";
import { noteMarks } from "./marks.ts";
import { Operations, type Kept, type Register } from "./operations.ts";
import { post, wheneverItMayGo, wordOfNow } from "./posting.ts";
import { Sender, type Told } from "./sender.ts";
import { countSealed, OpenShelf, SealedShelf } from "./shelves.ts";
import { placeOf, type Counts, type KeptSubmission } from "./submissions.ts";
import { canKeep, openVault, type Vault } from "./vault.ts";

const LOOK_AGAIN_MS = 30_000;
const SIGNED_OUT_MS = 2_000;

type News = Told | "changed" | "wiped";

export interface Place {
  person: string;
  operations: string;
  contact: string;
  beside: string[];
}

/** What this page knows of what is kept on this device; tabs tell each other. */
export class Device {
  readonly operations: Operations;
  readonly sender: Sender;
  readonly ready: Promise<Vault | null>;
  /** Once the copies are there too. */
  copied: Promise<void> = Promise.resolve();
  kept: Kept[] = [];
  submissions: KeptSubmission[] = [];
  // before that, nothing can be said of what is kept
  isRead = false;
  isSealed = false;
  // kept here, and not to be read until the key is here again; or by somebody else alone
  unread = 0;
  ofOthers = 0;
  private readonly tabs = "BroadcastChannel" in globalThis ? new BroadcastChannel("registers") : null;
  private readonly watchers: (() => void)[] = [];
  private readonly listeners: ((told: Told) => void)[] = [];

  constructor(private readonly place: Place) {
    this.operations = new Operations(new OpenShelf(), () => this.tell("changed"));
    this.sender = new Sender(
      this.operations,
      (batch, leaving) => post(place.operations, { person_id: place.person, ...batch }, wordOfNow(), leaving),
      (act) => (canKeep() ? (navigator.locks.request("sending", act) as Promise<void>) : act()),
      (told) => this.tell(told),
      () => this.show(),
    );
    if (this.tabs) this.tabs.onmessage = ({ data }: MessageEvent<News>) => void this.hear(data);
    this.ready = canKeep() ? this.open(false) : this.refresh().then(() => null);
    void this.ready.then(() => this.sender.flush());
    wheneverItMayGo(() => this.goOn());
    setInterval(() => this.goOn(), LOOK_AGAIN_MS);
  }

  /** With the key that is here, at once; the copies anew where they are old, or came with older pages. */
  async open(anew: boolean): Promise<Vault | null> {
    const { person, contact: url, beside } = this.place;
    const known = await openVault();
    const own = known?.person === person ? known : null;
    if (own) await this.seal(own);
    await this.refresh();
    if (own && !anew && (await isFresh(own))) return own;
    const reached = contact(url, beside);
    this.copied = reached.then((found) => found?.copied);
    if (own) return own;
    const vault = (await reached)?.vault;
    if (vault?.person !== person) return null;
    await this.seal(vault);
    await this.refresh();
    return vault;
  }

  onChange(act: () => void): void {
    this.watchers.push(act);
  }

  onAnswers(act: (told: Told) => void): void {
    this.listeners.push(act);
  }

  async note(register: Register, marks: Parameters<typeof noteMarks>[2]): Promise<void> {
    const vault = await this.ready;
    if (vault) await noteMarks(vault, placeOf(register), marks);
  }

  get person(): string {
    return this.place.person;
  }

  wiped(): void {
    this.tabs?.postMessage("wiped" satisfies News);
  }

  /** Of a register that is complete; with nothing counted, what was said before is given up. */
  async submit(register: Register, counts: Counts | null, section: string): Promise<void> {
    await this.operations.submit(register, counts, section);
    await this.refresh();
    void this.sender.flush();
  }

  /** All that is not known to be at the school. */
  get waiting(): (Kept | KeptSubmission)[] {
    return [...this.kept, ...this.submissions];
  }

  get count(): number {
    return this.waiting.length + this.unread;
  }

  async refresh(): Promise<void> {
    ({ marks: this.kept, submissions: this.submissions } = await this.operations.all());
    if (canKeep()) {
      const { own, others } = await countSealed(this.place.person);
      [this.unread, this.ofOthers] = [this.isSealed ? 0 : own, others];
    }
    this.isRead = true;
    this.show();
  }

  private goOn(): void {
    void this.sender.flush(document.hidden);
    // the line was away before the key was there
    if (canKeep() && !this.isSealed) void this.open(false);
  }

  private async seal(vault: Vault): Promise<void> {
    if (this.isSealed) return;
    this.isSealed = true;
    await this.operations.move(new SealedShelf(vault));
  }

  private tell(news: News): void {
    this.tabs?.postMessage(news);
    void this.hear(news);
  }

  private async hear(news: News): Promise<void> {
    if (news === "wiped") {
      await stopKeeping();
      // by then nobody is signed in any more
      setTimeout(() => location.reload(), SIGNED_OUT_MS);
      return;
    }
    await this.refresh();
    if (news === "changed") return;
    for (const act of this.listeners) act(news);
    this.operations.heard(news.answered);
  }

  private show(): void {
    for (const act of this.watchers) act();
  }
}
