import type { AnyEvent, Missed } from "./hearing.ts";

export interface Failure {
  error: { code: string; message: string };
}

export type Reply<Body> = ({ ok: true } & Body) | ({ ok: false } & Failure);

/** One connection to the server, from the asking for it to its end. */
export interface Line {
  send<Body>(message: string, body: object): Promise<Reply<Body>>;
  close(): void;
}

export interface Ends {
  opened(): void;
  heard(event: AnyEvent): void;
  told(message: string, body: unknown): void;
  /** Once, whoever ended it and whether or not it was open; with the server's reason where it gave one. */
  closed(code: string): void;
}

/** What there is outside: the live line, and plain requests beside it. */
export interface Outside {
  connect(ends: Ends): Line;
  /** Over HTTP; nothing where the room is closed to us. */
  ask(room: string, after: number): Promise<Missed | null>;
  /** Whether the person is still signed in; renews the page's cookies. */
  renew(): Promise<boolean>;
  random(): number;
}
