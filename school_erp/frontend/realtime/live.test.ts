import { strict as assert } from "node:assert";
import { afterEach, beforeEach, mock, test } from "node:test";
import type { AnyEvent, Missed } from "./hearing.ts";
import type { Ends, Line, Reply } from "./line.ts";
import { Live, type Status } from "./live.ts";

const ROOM = "class_1";
const event = (seq: number, room = ROOM): AnyEvent => ({ seq, room, type: "JOB_PROGRESS" }) as AnyEvent;

/** The server as a screen meets it: it can be away, forget, refuse, and answer on either way. */
class Server {
  readonly said: string[] = [];
  events: AnyEvent[] = [];
  refuses = "";
  away = false;
  httpAway = false;
  kept = 500;
  fits = 500;
  signedIn = true;
  ends: Ends | undefined;

  missed(after: number): Missed {
    const seq = this.events.length;
    if (seq - after > this.kept) return { seq, reload: true };
    const events = this.events.slice(after, after + this.fits);
    return after + this.fits < seq ? { seq: after + this.fits, events, more: true } : { seq, events };
  }

  connect = (ends: Ends): Line => {
    this.said.push("connect");
    let open = true;
    const close = (code = ""): void => {
      if (open) queueMicrotask(() => ends.closed(code));
      open = false;
    };
    if (this.away || this.refuses) queueMicrotask(() => close(this.refuses));
    else {
      this.ends = { ...ends, closed: close };
      queueMicrotask(() => open && ends.opened());
    }
    return {
      close: () => close(),
      send: async <Body>(message: string, body: object): Promise<Reply<Body>> => {
        const { after = 0 } = body as { after?: number };
        this.said.push(message === "subscribe" ? `subscribe after ${after}` : message);
        if (this.away) throw new Error("no answer");
        const answer = message === "ping" ? { heads: { [ROOM]: this.events.length } } : this.missed(after);
        return { ok: true, ...answer } as unknown as Reply<Body>;
      },
    };
  };

  ask = async (_room: string, after: number): Promise<Missed> => {
    this.said.push(`ask after ${after}`);
    if (this.httpAway) throw new Error("no answer");
    return this.missed(after);
  };

  renew = async (): Promise<boolean> => {
    this.said.push("renew");
    return this.signedIn;
  };

  random = (): number => 0.5;

  /** Stored, and told unless the line is deaf. */
  tells(...seqs: number[]): void {
    for (const seq of seqs) {
      this.events.push(event(seq));
      this.ends?.heard(event(seq));
    }
  }
}

let server: Server;
let live: Live;
let heard: number[];
let statuses: Status[];
let reloads: number;

const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
};
const wait = async (ms: number): Promise<void> => {
  mock.timers.tick(ms);
  await settle();
};

beforeEach(async () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  [server, heard, statuses, reloads] = [new Server(), [], [], 0];
  live = new Live(server);
  live.on("JOB_PROGRESS", ({ seq }) => heard.push(seq));
  live.onStatus((status) => statuses.push(status));
  live.onReload(() => (reloads += 1));
});
afterEach(() => mock.timers.reset());

async function opened(last = 0): Promise<void> {
  live.show({ [ROOM]: last });
  await settle();
  assert.ok(live.isLive);
}

test("what happened between the page's making and the line's opening is told", async () => {
  server.events = [1, 2, 3].map((seq) => event(seq));
  await opened(1);
  server.tells(4);
  assert.deepEqual(heard, [2, 3, 4]);
  assert.deepEqual(statuses, ["live"]);
});

test("a page that shows no room opens no line", async () => {
  live.show({});
  live.hurry();
  await settle();
  assert.deepEqual(server.said, []);
});

test("a jump is mended after a moment, in order", async () => {
  await opened();
  server.events = [1, 2, 3].map((seq) => event(seq));
  server.ends?.heard(event(3));
  assert.deepEqual(heard, []);
  await wait(100);
  assert.deepEqual(heard, [1, 2, 3]);
});

test("what only comes out of order is not asked for", async () => {
  await opened();
  for (const seq of [2, 1, 3]) server.ends?.heard(event(seq));
  await wait(100);
  assert.deepEqual(heard, [1, 2, 3]);
  assert.deepEqual(server.said, ["connect", "subscribe after 0"]);
});

test("a ping finds what was never told", async () => {
  await opened();
  server.events = [event(1)];
  await wait(25_000);
  assert.deepEqual(heard, [1]);
  server.events.push(event(2));
  server.ends?.told("catchUp", {});
  await wait(1_500);
  assert.deepEqual(heard, [1, 2]);
});

test("a cut is mended within seconds, from the last number heard", async () => {
  await opened();
  server.tells(1);
  server.ends?.closed("");
  await settle();
  server.events.push(event(2));
  assert.deepEqual(statuses, ["live", "catchingUp"]);
  await wait(1_500);
  assert.deepEqual(server.said.at(-1), "subscribe after 1");
  assert.deepEqual(heard, [1, 2]);
  assert.deepEqual(statuses, ["live", "catchingUp", "live"]);
});

test("what does not fit into one answer is asked for in several, on either way", async () => {
  await opened();
  server.fits = 2;
  server.ends?.closed("");
  await settle();
  server.events = [1, 2, 3, 4, 5].map((seq) => event(seq));
  await wait(1_500);
  assert.deepEqual(heard, [1, 2, 3, 4, 5]);
  assert.deepEqual(server.said.slice(-3), [0, 2, 4].map((after) => `subscribe after ${after}`));
  server.away = true;
  server.ends?.closed("");
  await settle();
  server.events.push(event(6), event(7), event(8));
  await wait(8_000);
  await wait(4_000);
  assert.deepEqual(heard, [1, 2, 3, 4, 5, 6, 7, 8]);
  assert.ok(server.said.includes("ask after 7"));
});

test("while no line opens, the same is asked over plain requests, and tries go on", async () => {
  await opened();
  server.away = true;
  server.ends?.closed("");
  await settle();
  server.events = [event(1)];
  await wait(1_500);
  await wait(0);
  assert.deepEqual(statuses, ["live", "catchingUp", "offline"]);
  assert.deepEqual(heard, [1]);
  server.httpAway = true;
  await wait(8_000);
  server.httpAway = false;
  server.events.push(event(2));
  for (let second = 0; second < 10; second += 1) await wait(1_000);
  assert.deepEqual(heard, [1, 2]);
  server.away = false;
  server.events.push(event(3));
  for (let second = 0; second < 5; second += 1) await wait(1_000);
  assert.deepEqual(heard, [1, 2, 3]);
  assert.equal(statuses.at(-1), "live");
  const asked = server.said.length;
  await wait(20_000);
  assert.equal(server.said.length, asked);
});

test("a server that is cut off from the others is asked, until it says that it hears them", async () => {
  await opened();
  server.ends?.told("cutOff", {});
  server.events = [event(1)];
  await wait(0);
  assert.deepEqual([heard, statuses], [[1], ["live", "offline"]]);
  server.events.push(event(2));
  await wait(8_000);
  assert.deepEqual(heard, [1, 2]);
  server.events.push(event(3));
  server.ends?.told("catchUp", {});
  await wait(1_500);
  assert.deepEqual([heard, statuses], [[1, 2, 3], ["live", "offline", "live"]]);
});

test("tries come after one to five seconds", async () => {
  server.away = true;
  live.show({ [ROOM]: 0 });
  await settle();
  const tries = [];
  for (let ms = 0; ms < 20_000; ms += 100) {
    const before = server.said.filter((said) => said === "connect").length;
    await wait(100);
    if (server.said.filter((said) => said === "connect").length > before) tries.push(ms + 100);
  }
  const pauses = tries.map((at, number) => at - (tries[number - 1] ?? 0));
  assert.ok(pauses.length >= 5 && pauses.every((pause) => pause >= 1_000 && pause <= 5_000), String(pauses));
});

test("a line that no longer answers is taken for cut", async () => {
  await opened();
  server.away = true;
  await wait(25_000);
  assert.deepEqual(statuses, ["live", "catchingUp"]);
});

test("more than can be told is read anew, and what follows is heard", async () => {
  server.kept = 2;
  server.events = [1, 2, 3].map((seq) => event(seq));
  await opened();
  assert.deepEqual([heard, reloads], [[], 1]);
  server.tells(4);
  assert.deepEqual(heard, [4]);
});

test("a token that ran out is renewed before the next try", async () => {
  await opened();
  server.ends?.told("closing", { error: { code: "unauthenticated", message: "" } });
  server.ends?.closed("");
  await settle();
  assert.deepEqual(server.said.slice(2), ["renew", "connect", "subscribe after 0"]);
  assert.ok(live.isLive);
});

test("whoever is signed out is told, and no longer asked for", async () => {
  await opened();
  server.signedIn = false;
  server.ends?.closed("unauthenticated");
  await settle();
  assert.equal(statuses.at(-1), "signedOut");
  const said = server.said.length;
  await wait(60_000);
  assert.equal(server.said.length, said);
});

test("whoever is signed out while no line opens is told too, and heard again once signed in", async () => {
  server.away = server.httpAway = true;
  server.signedIn = false;
  live.show({ [ROOM]: 0 });
  await wait(0);
  await wait(0);
  assert.equal(statuses.at(-1), "signedOut");
  const said = server.said.length;
  await wait(60_000);
  assert.equal(server.said.length, said);
  server.away = server.httpAway = false;
  live.hurry();
  await settle();
  assert.ok(live.isLive);
});

test("a token refused though renewed is not renewed without a pause", async () => {
  server.refuses = "unauthenticated";
  live.show({ [ROOM]: 0 });
  await wait(0);
  await wait(900);
  assert.equal(server.said.filter((said) => said === "renew").length, 1);
  for (let second = 0; second < 9; second += 1) await wait(1_000);
  const renewals = server.said.filter((said) => said === "renew").length;
  assert.ok(renewals >= 2 && renewals <= 8, String(renewals));
});
