import type { EventName, RealtimeEvent } from "./events.ts";
import { Hearing, type AnyEvent, type Missed } from "./hearing.ts";
import type { Line, Outside, Reply } from "./line.ts";
import { pauseBefore } from "./pauses.ts";

export type Status = "catchingUp" | "live" | "offline" | "signedOut";

const OUT_OF_ORDER_MS = 100;
const PING_MS = 25_000;
const TOLD_OF_A_GAP_MS = 1_500;
export const POLL_MS = 8_000;

/** Hears the rooms that a page shows, through any cut: live, or by asking now and then. */
export class Live {
  private status: Status = "catchingUp";
  private line: Line | null = null;
  private isOpen = false;
  private isRenewing = false;
  private hasRenewed = false;
  // the line is there, but the server does not hear of everything
  private isCutOff = false;
  private failures = 0;
  private refusal = "";
  private retry: Timer;
  private pinging: Timer;
  private polling: Timer;
  private readonly rooms = new Map<string, Hearing>();
  private readonly listeners: ((event: AnyEvent) => void)[] = [];
  private readonly rereaders: (() => void)[] = [];
  private readonly heeders: ((message: string, body: unknown) => void)[] = [];
  private readonly watchers: ((status: Status) => void)[] = [];

  constructor(private readonly outside: Outside) {}

  get isLive(): boolean {
    return this.status === "live";
  }

  get hearsNothing(): boolean {
    return this.rooms.size === 0;
  }

  on<Type extends EventName>(type: Type, act: (event: RealtimeEvent<Type>) => void): void {
    this.onAny((event) => {
      if (event.type === type) act(event as unknown as RealtimeEvent<Type>);
    });
  }

  onAny(act: (event: AnyEvent) => void): void {
    this.listeners.push(act);
  }

  /** More was missed than can be told: what is shown must be read anew. */
  onReload(act: () => void): void {
    this.rereaders.push(act);
  }

  onStatus(act: (status: Status) => void): void {
    this.watchers.push(act);
  }

  /** What the server says besides events. */
  onTold(message: string, act: (body: unknown) => void): void {
    this.heeders.push((name, body) => name === message && act(body));
  }

  /** Over the live line; nothing where it is not open, or breaks. */
  async ask<Body>(message: string, body: object): Promise<Reply<Body> | null> {
    return (this.isOpen && (await this.line?.send<Body>(message, body).catch(() => null))) || null;
  }

  /** The rooms to hear from now on, by how far each had come when the page was made. */
  show(rooms: Record<string, number>): void {
    for (const room of this.rooms.keys()) if (!(room in rooms)) this.leave(room);
    for (const [room, last] of Object.entries(rooms)) {
      if (this.rooms.has(room)) continue;
      const hearing = new Hearing(room, last);
      this.rooms.set(room, hearing);
      if (this.isOpen) void this.catchUp(hearing);
    }
    if (this.failures === 0) this.hurry();
  }

  /** The line may be back, or somebody looks at the page again: no reason to wait longer. */
  hurry(): void {
    if (this.line || this.isRenewing || this.hearsNothing) return;
    if (this.status === "signedOut") this.become("catchingUp");
    this.connect();
  }

  /** The line is gone, though nothing was heard of its end. */
  drop(): void {
    this.line?.close();
  }

  private connect(): void {
    clearTimeout(this.retry);
    this.refusal = "";
    this.line = this.outside.connect({
      opened: () => void this.opened(),
      heard: (event) => this.heard(event),
      told: (message, body) => this.told(message, body),
      closed: (code) => this.closed(code || this.refusal),
    });
  }

  private async opened(): Promise<void> {
    const line = this.line;
    this.isOpen = true;
    await Promise.all([...this.rooms.values()].map((hearing) => this.catchUp(hearing)));
    if (!line || this.line !== line) return;
    this.failures = 0;
    this.hasRenewed = false;
    this.become(this.isCutOff ? "offline" : "live");
    this.pingSoon(PING_MS);
  }

  private closed(code: string): void {
    this.line = null;
    this.isOpen = false;
    this.isCutOff = false;
    clearTimeout(this.pinging);
    this.failures += 1;
    const wasLive = this.isLive;
    if (code === "unauthenticated" && !this.hasRenewed) return void this.renew();
    this.hasRenewed = false;
    if (this.status === "signedOut") return;
    this.become(wasLive ? "catchingUp" : "offline");
    this.retry = setTimeout(() => this.connect(), pauseBefore(this.failures, this.outside.random()));
  }

  /** A page's token lasts for minutes only, and a live line cannot renew it. */
  private async renew(): Promise<void> {
    this.become("catchingUp");
    this.hasRenewed = this.isRenewing = true;
    const signedIn = await this.outside.renew().catch(() => null);
    this.isRenewing = false;
    if (signedIn === false) this.become("signedOut");
    else if (signedIn) this.connect();
    else this.closed("");
  }

  private heard(event: AnyEvent): void {
    const hearing = this.rooms.get(event.room);
    if (!hearing) return;
    this.tell(hearing.hear(event));
    if (hearing.lacks) setTimeout(() => hearing.lacks && void this.catchUp(hearing), OUT_OF_ORDER_MS);
  }

  private told(message: string, body: unknown): void {
    for (const heed of this.heeders) heed(message, body);
    if (message === "cutOff") this.isCutOff = true;
    if (message === "cutOff" && this.isLive) this.become("offline");
    if (message === "catchUp") this.isCutOff = false;
    if (message === "catchUp") this.pingSoon(this.outside.random() * TOLD_OF_A_GAP_MS);
    if (message === "unsubscribed") this.rooms.delete((body as { room: string }).room);
    if (message === "closing") this.refusal = (body as { error: { code: string } }).error.code;
  }

  private pingSoon(after: number): void {
    clearTimeout(this.pinging);
    this.pinging = setTimeout(() => void this.ping(), after);
  }

  /** How far the rooms have come; a line that does not answer is none. */
  private async ping(): Promise<void> {
    const line = this.line;
    const rooms = Object.fromEntries([...this.rooms].map(([room, { last }]) => [room, last]));
    const pong = await line?.send<{ heads: Record<string, number> }>("ping", { rooms }).catch(() => null);
    if (!line || this.line !== line) return;
    if (!pong?.ok) return line.close();
    const behind = [...this.rooms.values()].filter(({ room, last }) => (pong.heads[room] ?? 0) > last);
    await Promise.all(behind.map((hearing) => this.catchUp(hearing)));
    if (this.line !== line) return;
    if (!this.isCutOff) this.become("live");
    this.pingSoon(PING_MS);
  }

  private async catchUp(hearing: Hearing): Promise<void> {
    const line = this.line;
    const body = { room: hearing.room, after: hearing.last };
    const reply = await line?.send<Missed>("subscribe", body).catch(() => null);
    if (!line || this.line !== line) return;
    if (reply?.ok) {
      this.take(hearing, reply);
      if (reply.more) await this.catchUp(hearing);
      return;
    }
    if (reply && ["forbidden", "not_found"].includes(reply.error.code)) this.rooms.delete(hearing.room);
    else line.close();
  }

  private take(hearing: Hearing, missed: Missed): void {
    const events = hearing.catchUp(missed);
    if (missed.reload) for (const reread of this.rereaders) reread();
    this.tell(events);
  }

  private tell(events: AnyEvent[]): void {
    for (const event of events) for (const listen of this.listeners) listen(event);
  }

  private leave(room: string): void {
    this.rooms.delete(room);
    void this.line?.send("unsubscribe", { room }).catch(() => null);
  }

  private become(status: Status): void {
    if (status === this.status) return;
    this.status = status;
    clearTimeout(this.polling);
    if (status === "offline") this.pollSoon(0);
    for (const watch of this.watchers) watch(status);
  }

  private pollSoon(after: number): void {
    this.polling = setTimeout(() => void this.poll(), after);
  }

  /** Without a live line the same is asked over plain requests. */
  private async poll(): Promise<void> {
    for (const hearing of [...this.rooms.values()]) {
      if (await this.askFor(hearing)) continue;
      await this.endIfSignedOut();
      break;
    }
    if (this.status === "offline") this.pollSoon(POLL_MS * (0.75 + this.outside.random() / 2));
  }

  /** Where no line opens at all, nothing else would tell. */
  private async endIfSignedOut(): Promise<void> {
    const signedIn = await this.outside.renew().catch(() => null);
    if (signedIn !== false || this.status !== "offline") return;
    clearTimeout(this.retry);
    this.become("signedOut");
  }

  private async askFor(hearing: Hearing): Promise<boolean> {
    const missed = await this.outside.ask(hearing.room, hearing.last).catch(() => undefined);
    if (missed === null) this.rooms.delete(hearing.room);
    if (missed) this.take(hearing, missed);
    return missed?.more ? this.askFor(hearing) : missed !== undefined;
  }
}

type Timer = ReturnType<typeof setTimeout> | undefined;
