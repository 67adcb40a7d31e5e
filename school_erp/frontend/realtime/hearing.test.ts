import { strict as assert } from "node:assert";
import { test } from "node:test";
import { Hearing, type AnyEvent } from "./hearing.ts";

const event = (seq: number): AnyEvent => ({ seq, type: "JOB_PROGRESS" }) as AnyEvent;
const numbers = (events: AnyEvent[]): number[] => events.map(({ seq }) => seq);

test("what comes twice is told once", () => {
  const room = new Hearing("class_1", 4);
  assert.deepEqual(numbers(room.hear(event(5))), [5]);
  assert.deepEqual(room.hear(event(5)), []);
  assert.deepEqual(room.hear(event(2)), []);
  assert.equal(room.last, 5);
});

test("what comes too early waits for what it follows", () => {
  const room = new Hearing("class_1", 4);
  assert.deepEqual(room.hear(event(7)), []);
  assert.deepEqual(room.hear(event(6)), []);
  assert.ok(room.lacks);
  assert.deepEqual(numbers(room.hear(event(5))), [5, 6, 7]);
  assert.ok(!room.lacks);
});

test("what was missed is put before what came early", () => {
  const room = new Hearing("class_1", 4);
  room.hear(event(8));
  assert.deepEqual(numbers(room.catchUp({ seq: 7, events: [5, 6, 7].map(event) })), [5, 6, 7, 8]);
});

test("a room too far ahead goes on from where it is, without what was before", () => {
  const room = new Hearing("class_1", 4);
  room.hear(event(6));
  room.hear(event(900));
  assert.deepEqual(numbers(room.catchUp({ seq: 899, reload: true })), [900]);
  assert.equal(room.last, 900);
  assert.ok(!room.lacks);
});

test("an older answer takes nothing back", () => {
  const room = new Hearing("class_1", 4);
  room.hear(event(5));
  assert.deepEqual(room.catchUp({ seq: 4, events: [] }), []);
  assert.equal(room.last, 5);
});

test("whatever the order and however often, each event is told once and in order", () => {
  for (let round = 0; round < 200; round += 1) {
    const room = new Hearing("class_1", 0);
    const sent = [...Array(20).keys(), ...Array(20).keys()].map((seq) => seq + 1);
    sent.sort(() => Math.random() - 0.5);
    const lost = new Set(sent.filter(() => Math.random() < 0.2));
    const told = sent.filter((seq) => !lost.has(seq)).flatMap((seq) => room.hear(event(seq)));
    const missed = [...Array(20).keys()].map((seq) => event(seq + 1)).filter(({ seq }) => seq > room.last);
    told.push(...room.catchUp({ seq: 20, events: missed }));
    assert.deepEqual(numbers(told), [...Array(20).keys()].map((seq) => seq + 1));
  }
});
