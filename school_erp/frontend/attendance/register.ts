import { thisPage } from "../offline/page.ts";
import { isReachable } from "../offline/posting.ts";
import { placeOf } from "../offline/submissions.ts";
import { announce, say } from "../shell/messages.ts";
import { followKeys } from "./keys.ts";
import { hearOthers } from "./others.ts";
import { tellOutcome } from "./outcomes.ts";
import { Pupil, type WayBack } from "./pupil.ts";
import { Saver } from "./saver.ts";
import { SubmissionHere } from "./submission.ts";
import { counted, fill, toldCounts, type Words } from "./words.ts";

// whoever looks at the same register sees it within half a second
const AFTER_TAP_MS = 100;
const AFTER_TYPING_MS = 1_500;
// a whole class is filled with one tap, and a slip of it need not be told to anybody
const AFTER_FILLING_MS = 4_000;
// a school that does not answer sooner is as good as out of reach
const PATIENCE_MS = 5_000;
type Change = [Pupil, WayBack];

/** Marks are painted at once and saved by themselves; the form below stays the form it is. */
export function keepRegister(form: HTMLFormElement): void {
  const words = JSON.parse(form.dataset["words"] ?? "{}") as Words;
  const pupils = [...form.querySelectorAll<HTMLElement>("[data-pupil]")].map((row) => new Pupil(row));
  const byRow = new Map(pupils.map((pupil) => [pupil.row, pupil]));
  const undo = form.querySelector<HTMLButtonElement>("[data-undo]");
  const reason = form.querySelector<HTMLInputElement>("[data-reason]");
  const history: Change[][] = [];

  const { section = "", date = "", slot, name = "" } = form.dataset;
  const register = { section_id: section, date, period: Number(slot) };
  const { device } = thisPage();
  const tally = (): Record<string, number> => counted(pupils.map((pupil) => pupil.status));
  const submission = new SubmissionHere(form, register, name, device, words, tally);
  const saver = new Saver(
    pupils,
    register,
    name,
    () => (reason ? reason.value.trim() || null : ""),
    thisPage(),
    {
      left: (pupil, answer) =>
        tellOutcome(pupil, answer, words, {
          again: () => changed([pupil], 0),
          drop: () => {
            saver.drop(pupil);
            count();
          },
        }),
      changed: count,
    },
  );

  function count(): void {
    const counts = toldCounts(tally(), words);
    for (const place of form.querySelectorAll("[data-counts]")) place.textContent = counts;
    for (const place of form.querySelectorAll("[data-submit]")) place.textContent = fill(words["submit"], { counts });
  }

  function changed(those: Pupil[], after: number): void {
    const step = those.map((pupil): Change => [pupil, pupil.takeBefore()]);
    if (step.length > 0) history.push(step);
    if (undo) undo.disabled = history.length === 0;
    for (const pupil of those) saver.touch(pupil, after);
    void submission.follow();
    count();
  }

  function takeBack(): void {
    const step = history.pop() ?? [];
    const open = step.filter(([, before]) => before.isOpen());
    for (const [pupil, before] of open) {
      pupil.put(before.said);
      saver.touch(pupil, AFTER_TAP_MS);
    }
    if (undo) undo.disabled = history.length === 0;
    say(String(words[open.length < step.length ? "overtaken" : "undone"]));
    count();
  }

  form.addEventListener("input", ({ target }) => {
    const pupil = byRow.get((target as Element).closest<HTMLElement>("[data-pupil]") as HTMLElement);
    if (!pupil) return void (target === reason && saver.say(AFTER_TYPING_MS));
    const tapped = target instanceof HTMLSelectElement || (target as HTMLInputElement).type === "radio";
    pupil.settle(target);
    changed([pupil], tapped ? AFTER_TAP_MS : AFTER_TYPING_MS);
  });
  form.addEventListener("click", ({ target }) => {
    const pupil = byRow.get((target as Element).closest("[data-cycle]")?.closest("[data-pupil]") as HTMLElement);
    if (!pupil) return;
    pupil.cycle();
    changed([pupil], AFTER_TAP_MS);
  });
  undo?.addEventListener("click", takeBack);
  document.querySelector("[data-all-present]")?.addEventListener("click", (event) => {
    event.preventDefault();
    const filled = pupils.filter((pupil) => !pupil.said.code && !pupil.isSuggested && pupil.choose("PRESENT"));
    changed(filled, AFTER_FILLING_MS);
    announce(toldCounts(tally(), words));
  });
  followKeys(pupils, {
    marked: (pupil) => {
      changed([pupil], AFTER_TAP_MS);
      announce(`${pupil.name}: ${pupil.standing}`);
    },
    undo: takeBack,
    submit: () => form.querySelector<HTMLButtonElement>("button[value=submit]")?.click(),
  });

  let goes = false;
  const send = async (button: HTMLElement | null): Promise<void> => {
    await Promise.race([saver.settled(), new Promise((resume) => setTimeout(resume, PATIENCE_MS))]);
    const open = pupils.find((pupil) => pupil.needsSomebody);
    if (saver.isClean && (await isReachable())) {
      goes = true;
      form.requestSubmit(button);
      goes = false;
    } else if (open && !saver.isClean) open.focus();
    else if (button?.getAttribute("value") === "submit") await submission.keep();
    else say(String(words["keptHere"]));
  };
  form.addEventListener("submit", (event) => {
    if (goes) return;
    event.preventDefault();
    void send(event.submitter);
  });
  const moved = hearOthers(form, pupils, words, count);
  device.onAnswers(({ submitted }) => {
    for (const { submission: sent, answer } of submitted) {
      if (answer.outcome === "changed") say(fill(words["submitted"], { name, counts: toldCounts(sent.counts, words) }));
      if (!answer.error && answer.outcome !== "conflict" && placeOf(sent) === placeOf(register)) moved("submitted");
    }
  });
  for (const pupil of pupils) pupil.settle(null);
  count();
  void saver.restore();
}
