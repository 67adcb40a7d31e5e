import { post, wheneverItMayGo, wordOfPage } from "../offline/posting.ts";

export interface Kept {
  url: string;
  body: Record<string, unknown>;
  scanned_at: string;
  // it could not be sent at once: only then is it asked when it was seen
  waited?: true;
}

export interface Told {
  waiting: (kept: Kept) => void;
  signedOut: () => void;
  refused: (sentence: string) => void;
  arrived: () => void;
}

const PAUSES_MS = [1_000, 2_000, 5_000, 10_000, 15_000];
// a code seen longer ago is of no use at any school
const KEPT_MS = 48 * 3_600_000;

const NAME = "check-ins of ";

type Outcome = "arrived" | "again" | "signed-out" | { refused: string };

/** Of everybody who checked in on this device. */
export function countCodes(): number {
  const names = Object.keys(localStorage).filter((name) => name.startsWith(NAME));
  return names.map(read).flat().length;
}

/** What was scanned, until the school has answered. Sent twice it counts once, so it is sent until then. */
export class Outbox {
  private readonly name: string;
  private sending = false;
  private tries = 0;
  private retry: ReturnType<typeof setTimeout> | undefined;

  constructor(
    person: string,
    private readonly told: Told,
  ) {
    this.name = NAME + person;
    wheneverItMayGo(() => this.hurry());
  }

  put(kept: Kept): void {
    // of one session only what was seen last: codes run out
    this.write([...read(this.name).filter(({ url }) => url !== kept.url), kept]);
    this.hurry();
  }

  clear(url: string): void {
    this.write(read(this.name).filter((kept) => kept.url !== url));
  }

  async flush(): Promise<void> {
    clearTimeout(this.retry);
    const [first] = read(this.name);
    if (!first || this.sending) return;
    this.sending = true;
    const outcome = await this.send(first);
    this.sending = false;
    if (outcome === "again") return this.waitFor(first);
    if (outcome === "signed-out") return this.told.signedOut();
    this.tries = 0;
    this.drop(first);
    if (outcome === "arrived") this.told.arrived();
    else this.told.refused(outcome.refused);
    await this.flush();
  }

  private hurry(): void {
    this.tries = 0;
    void this.flush();
  }

  private waitFor(kept: Kept): void {
    this.write(read(this.name).map((each) => (each.scanned_at === kept.scanned_at ? { ...each, waited: true } : each)));
    this.told.waiting(kept);
    const pause = PAUSES_MS[Math.min(this.tries, PAUSES_MS.length - 1)];
    this.tries += 1;
    this.retry = setTimeout(() => void this.flush(), pause);
  }

  private async send(kept: Kept): Promise<Outcome> {
    const seen = kept.waited && "token" in kept.body ? { scanned_at: kept.scanned_at } : {};
    const sent = await post(kept.url, { ...kept.body, ...seen }, wordOfPage());
    if (sent.kind === "answered") return "arrived";
    if (sent.kind === "signed-out") return "signed-out";
    if (sent.kind === "unreachable" || sent.kind === "failed") return "again";
    // it came through before, and only the answer was lost
    return sent.code === "claim_used" ? "arrived" : { refused: sent.sentence };
  }

  private drop(done: Kept): void {
    this.write(read(this.name).filter((kept) => kept.url !== done.url || kept.scanned_at !== done.scanned_at));
  }

  private write(kept: Kept[]): void {
    if (kept.length) localStorage.setItem(this.name, JSON.stringify(kept));
    else localStorage.removeItem(this.name);
  }
}

function read(name: string): Kept[] {
  const kept = JSON.parse(localStorage.getItem(name) ?? "[]") as Kept[];
  return kept.filter(({ scanned_at }) => Date.now() - Date.parse(scanned_at) < KEPT_MS);
}
