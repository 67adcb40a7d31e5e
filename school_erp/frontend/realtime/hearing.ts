import type { EventName, RealtimeEvent } from "./events.ts";

export type AnyEvent = { [Type in EventName]: RealtimeEvent<Type> }[EventName];

/** What the server says to "I heard this room up to that number". */
export interface Missed {
  seq: number;
  events?: AnyEvent[];
  reload?: boolean;
  /** Not all of it: the rest is to be asked for. */
  more?: boolean;
}

/** What was heard of one room: each event once and in order, whatever way and whenever it came. */
export class Hearing {
  private readonly early = new Map<number, AnyEvent>();

  constructor(
    readonly room: string,
    private heard: number,
  ) {}

  get last(): number {
    return this.heard;
  }

  /** Something came before what it follows. */
  get lacks(): boolean {
    return this.early.size > 0;
  }

  /** The events whose turn it is now that this one came. */
  hear(event: AnyEvent): AnyEvent[] {
    if (event.seq > this.heard) this.early.set(event.seq, event);
    return this.inTurn();
  }

  /** The events whose turn it is now that the server said what was missed. */
  catchUp({ seq, events = [], reload }: Missed): AnyEvent[] {
    for (const event of events) if (event.seq > this.heard) this.early.set(event.seq, event);
    const turned = reload ? [] : this.inTurn();
    if (seq > this.heard) this.heard = seq;
    for (const early of this.early.keys()) if (early <= this.heard) this.early.delete(early);
    return [...turned, ...this.inTurn()];
  }

  private inTurn(): AnyEvent[] {
    const turned: AnyEvent[] = [];
    for (let next = this.early.get(this.heard + 1); next; next = this.early.get(this.heard + 1)) {
      this.early.delete(next.seq);
      this.heard = next.seq;
      turned.push(next);
    }
    return turned;
  }
}
