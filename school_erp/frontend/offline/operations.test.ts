import assert from "node:assert/strict";
import { test } from "node:test";
import { Operations, type Answer, type Batch, type Kept, type Operation, type Word } from "./operations.ts";
import type { Posted } from "./posting.ts";
import { Sender, type Answers } from "./sender.ts";
import { OpenShelf } from "./shelves.ts";
import type { Submission, SubmissionAnswer } from "./submissions.ts";

const REGISTER = { date: "2026-11-21", section_id: "7a", period: 1 };

function word(student_id: string, code: string, base_version = 0): Word {
  const said = code ? { student_id, code, remarks: "", base_version } : null;
  return { student_id, said, about: { student: student_id, section: "7A", codes: {} } };
}

/** A school of one class, whose lines can fail in both directions. */
class School {
  readonly marks = new Map<string, { code: string; version: number }>();
  readonly answers = new Map<string, Answer>();
  writes = 0;
  refuses = "";

  take(operations: Operation[]): Answer[] {
    return operations.map((each) => {
      const known = this.answers.get(each.id);
      if (known) return known;
      const answer = this.judge(each);
      this.answers.set(each.id, answer);
      return answer;
    });
  }

  private judge({ id, student_id, code, base_version }: Operation): Answer {
    const stands = this.marks.get(student_id);
    const told = { id, student_id, by: "Cora" };
    const shown = (mark: { code: string; version: number } | undefined): Answer["mark"] =>
      mark ? ({ ...mark } as unknown as Answer["mark"]) : null;
    if (code === this.refuses) return { ...told, outcome: "rejected", mark: shown(stands), error: { code: "x", message: "No." } };
    if (stands?.code === code) return { ...told, outcome: "unchanged", mark: shown(stands) };
    if ((stands?.version ?? 0) !== base_version) return { ...told, outcome: "conflict", mark: shown(stands) };
    this.writes += 1;
    const mark = { code, version: base_version + 1 };
    this.marks.set(student_id, mark);
    return { ...told, outcome: stands ? "changed" : "created", mark: shown(mark) };
  }
}

type Send = (operations: Operation[], submissions: Submission[]) => Promise<Posted<{ operations: Answer[]; submissions?: SubmissionAnswer[] }>>;

function device(send: Send) {
  const operations = new Operations(new OpenShelf(), () => undefined);
  const posted = async (batch: Batch): Promise<Posted<Answers>> => {
    const sent = await send(batch.operations, batch.submissions);
    return sent.kind === "answered" ? { ...sent, body: { submissions: [], ...sent.body } } : sent;
  };
  const sender = new Sender(operations, posted, (act) => act(), () => undefined, () => undefined);
  return { operations, sender };
}

const marksOf = async (operations: Operations): Promise<Kept[]> => (await operations.all()).marks;

test("what is said last of a student takes the place of what was not sent yet", async () => {
  const { operations } = device(async () => ({ kind: "unreachable" }));
  await operations.say(REGISTER, [word("pia", "A"), word("paul", "P")]);
  await operations.say(REGISTER, [word("pia", "L")]);
  await operations.say({ ...REGISTER, period: 2 }, [word("pia", "A")]);
  assert.deepEqual((await marksOf(operations)).map(({ operation }) => operation.code), ["L", "P", "A"]);
  await operations.say(REGISTER, [word("paul", "")]);
  assert.deepEqual((await marksOf(operations)).map(({ operation }) => operation.code), ["L", "A"]);
});

test("what may be on its way is not changed, and what follows it stands on what came of it", async () => {
  const school = new School();
  const { operations } = device(async () => ({ kind: "unreachable" }));
  await operations.say(REGISTER, [word("pia", "A")]);
  const { operations: first } = await operations.take(10);
  await operations.say(REGISTER, [word("pia", "L")]);
  await operations.say(REGISTER, [word("pia", "P")]);
  assert.equal((await marksOf(operations)).length, 2);
  assert.deepEqual((await operations.take(10)).operations, first, "one at a time of each student");
  await operations.settle(school.take(first));
  const [next] = (await operations.take(10)).operations;
  assert.equal(next?.base_version, 1);
  await operations.settle(school.take(next ? [next] : []));
  assert.deepEqual(school.marks.get("pia"), { code: "P", version: 2 });
  assert.deepEqual(await marksOf(operations), []);
});

test("what is taken back is said only after something that may be on its way, looked up as it is said", async () => {
  const school = new School();
  const { operations } = device(async () => ({ kind: "unreachable" }));
  const back = (student_id: string, code: string): Word => ({
    ...word(student_id, "X"),
    said: { student_id, code, remarks: "", base_version: 0 },
    stands: true,
  });
  await operations.say(REGISTER, [word("pia", "P"), word("paul", "P")]);
  await operations.say(REGISTER, [back("paul", "")]);
  assert.deepEqual((await marksOf(operations)).map(({ operation }) => operation.student_id), ["pia"]);
  const { operations: sent } = await operations.take(10);
  await operations.say(REGISTER, [back("pia", ""), back("paul", "")]);
  assert.deepEqual((await marksOf(operations)).map(({ operation }) => operation.code), ["P", ""]);
  await operations.settle(school.take(sent));
  const [next] = (await operations.take(10)).operations;
  assert.deepEqual([next?.student_id, next?.code, next?.base_version], ["pia", "", 1]);
});

test("what is said before the page has heard of an answer stands on it all the same", async () => {
  const school = new School();
  const { operations } = device(async () => ({ kind: "unreachable" }));
  const send = async (): Promise<Operation[]> => {
    const { operations: sent } = await operations.take(10);
    await operations.settle(school.take(sent));
    return sent;
  };
  await operations.say(REGISTER, [word("pia", "P"), word("paul", "P")]);
  const sent = await send();
  const back: Word = { ...word("paul", "X"), said: { student_id: "paul", code: "E", remarks: "", base_version: 0 }, stands: true };
  await operations.say(REGISTER, [word("pia", "A"), back]);
  assert.deepEqual((await marksOf(operations)).map(({ operation }) => [operation.code, operation.base_version]), [["A", 1], ["E", 1]]);
  operations.heard(sent.map((operation) => ({ operation, answer: school.answers.get(operation.id) as Answer })));
  await send();
  assert.deepEqual(school.marks.get("pia"), { code: "A", version: 2 });
  assert.deepEqual(await marksOf(operations), []);
});

test("a thousand lines that fail at random lose nothing and double nothing", async () => {
  const school = new School();
  let seed = 7;
  const chance = (): number => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647;
  const { operations } = device(async () => ({ kind: "unreachable" }));
  const expected = new Map<string, string>();
  for (let step = 0; step < 1_000; step += 1) {
    const student = `pupil ${Math.floor(chance() * 30)}`;
    const code = "PALE"[Math.floor(chance() * 4)] ?? "";
    const stands = school.marks.get(student);
    const waits = (await marksOf(operations)).some(({ operation }) => operation.student_id === student);
    if (!waits || chance() < 0.3) {
      await operations.say(REGISTER, [word(student, code, stands?.version)]);
      expected.set(student, code);
    }
    const { operations: batch } = await operations.take(1 + Math.floor(chance() * 20));
    // cut before it came, or after, or not at all
    const fate = chance();
    if (fate < 0.3) continue;
    const answers = school.take(batch);
    if (fate > 0.5) await operations.settle(answers);
  }
  for (;;) {
    const { operations: last } = await operations.take(99);
    if (last.length === 0) break;
    await operations.settle(school.take(last));
  }
  const left = (await marksOf(operations)).map(({ operation, parked }) => [operation.student_id, parked?.outcome]);
  for (const [student, code] of expected) {
    const isShown = left.some(([who, outcome]) => who === student && outcome === "conflict");
    assert.ok(isShown || school.marks.get(student)?.code === code, student);
  }
  const versions = [...school.marks.values()].reduce((sum, { version }) => sum + version, 0);
  assert.equal(versions, school.writes);
});

test("a mark that is refused is parked with its reason, and one that cannot be read holds up nobody", async () => {
  const school = new School();
  school.refuses = "A";
  const sizes: number[] = [];
  const { operations, sender } = device(async (batch) => {
    sizes.push(batch.length);
    if (batch.some(({ code }) => code === "?")) return { kind: "refused", code: "validation", sentence: "Not a code." };
    return { kind: "answered", body: { operations: school.take(batch) } };
  });
  await operations.say(REGISTER, [word("pia", "A"), word("paul", "?"), word("quinn", "P")]);
  await sender.flush();
  assert.deepEqual(sizes, [3, 1, 1, 1]);
  const parked = (await marksOf(operations)).map((kept) => [kept.operation.student_id, kept.parked?.error?.message]);
  assert.deepEqual(parked, [
    ["pia", "No."],
    ["paul", "Not a code."],
  ]);
  assert.equal(school.marks.get("quinn")?.code, "P");
  await sender.flush();
  assert.equal(sizes.length, 4, "what is parked waits for somebody");
});

test("while nobody is signed in, or nothing answers, everything stays", async () => {
  let kind: "unreachable" | "signed-out" = "signed-out";
  const { operations, sender } = device(async () => ({ kind }));
  await operations.say(REGISTER, [word("pia", "A")]);
  await sender.flush();
  assert.ok(sender.isSignedOut);
  kind = "unreachable";
  await sender.flush();
  sender.stop();
  assert.ok(!sender.isSignedOut && sender.isCutOff);
  assert.equal((await marksOf(operations)).length, 1);
});

test("a register is submitted behind the marks that it counts, once, and not while one of them is parked", async () => {
  const school = new School();
  school.refuses = "A";
  const sent: [number, number][] = [];
  let isAway = true;
  let outcome: SubmissionAnswer["outcome"] = "conflict";
  const ids: string[] = [];
  const { operations, sender } = device(async (marks, submissions) => {
    sent.push([marks.length, submissions.length]);
    ids.push(...submissions.map(({ id }) => id));
    if (isAway) return { kind: "unreachable" };
    const told = submissions.map(({ id }) => ({ id, outcome, counts: { ABSENT: 2 }, by: "Cora", at: null }));
    return { kind: "answered", body: { operations: school.take(marks), submissions: told } };
  });
  await operations.say(REGISTER, [word("pia", "A"), word("paul", "P")]);
  await operations.say({ ...REGISTER, period: 2 }, [word("pia", "P")]);
  await operations.submit(REGISTER, { PRESENT: 1, ABSENT: 1 }, "7A");
  assert.deepEqual((await operations.take(2)).submissions, [], "its marks go with it or before it");
  await sender.flush();
  sender.stop();
  isAway = false;
  await operations.submit({ ...REGISTER, period: 3 }, { PRESENT: 2 }, "7A");
  await sender.flush();
  assert.deepEqual(sent, [[3, 1], [3, 2]]);
  assert.equal(ids[0], ids[1], "under the same id");
  assert.deepEqual((await operations.all()).submissions.map(({ parked }) => parked?.by), ["Cora", "Cora"]);

  outcome = "changed";
  await operations.submit(REGISTER, { ABSENT: 2 }, "7A");
  await operations.submit({ ...REGISTER, period: 3 }, null, "7A");
  await sender.flush();
  assert.equal(sent.length, 2, "a mark of it is parked");
  await operations.say(REGISTER, [word("pia", "")]);
  await sender.flush();
  assert.deepEqual(sent.at(-1), [0, 1]);
  assert.notEqual(ids.at(-1), ids[0]);
  assert.deepEqual(await operations.all(), { marks: [], submissions: [] });
});

test("what finds no line is tried again by itself, soon, and every half a minute in the end", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const settled = async (): Promise<void> => {
    for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate);
  };
  const school = new School();
  let tries = 0;
  let isAway = true;
  const { operations, sender } = device(async (batch) => {
    tries += 1;
    return isAway ? { kind: "unreachable" } : { kind: "answered", body: { operations: school.take(batch) } };
  });
  await operations.say(REGISTER, [word("pia", "A")]);
  await sender.flush();
  for (const [before, pause] of [2, 4, 8, 16, 30, 30].entries()) {
    t.mock.timers.tick(pause * 1_000 - 1);
    await settled();
    assert.equal(tries, before + 1);
    t.mock.timers.tick(1);
    await settled();
    assert.equal(tries, before + 2, `after ${pause} seconds`);
  }
  isAway = false;
  t.mock.timers.tick(30_000);
  await settled();
  assert.deepEqual(await operations.all(), { marks: [], submissions: [] });
  t.mock.timers.tick(600_000);
  await settled();
  assert.equal(tries, 8, "and nothing is sent for nothing");
});
