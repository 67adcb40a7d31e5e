import { tellSubmission } from "../attendance/submission.ts";
import { fill, toldMark, type Words } from "../attendance/words.ts";
import { button } from "../shell/button.ts";
import { listed, type Listed } from "./copies.ts";
import type { Device } from "./device.ts";
import type { Kept } from "./operations.ts";
import { thisPage } from "./page.ts";
import { placeOf, type KeptSubmission } from "./submissions.ts";

/** What this device keeps: registers that open without a network, and marks that were not sent. */
export async function showWhatIsKept(place: HTMLElement): Promise<void> {
  const words = JSON.parse(place.dataset["words"] ?? "{}") as Words;
  const { device } = thisPage();
  const marks = place.querySelector<HTMLElement>("[data-kept-marks]");
  const registers = place.querySelector<HTMLElement>("[data-kept-registers]");
  const list = async (): Promise<void> => {
    const vault = await device.ready;
    const found = vault ? (await listed(vault)).registers : [];
    registers?.replaceChildren(...found.map((each) => line(place, each, String(words["comma"]))));
    toggle(place, "registers", found.length > 0);
  };
  await list();
  void device.copied.then(list);
  const paint = (): void => {
    const submissions = device.submissions.map((kept) => submissionRow(kept, device, words));
    marks?.replaceChildren(...device.kept.map((kept) => row(kept, device, words)), ...submissions);
    toggle(place, "marks", device.count > 0);
    tell(place, "unread", device.unread, words);
    tell(place, "ofOthers", device.ofOthers, words);
  };
  device.onChange(paint);
  paint();
}

function toggle(place: HTMLElement, what: string, some: boolean): void {
  const [full, empty] = [place.querySelector<HTMLElement>(`[data-some-${what}]`), place.querySelector<HTMLElement>(`[data-no-${what}]`)];
  if (full) full.hidden = !some;
  if (empty) empty.hidden = some;
}

/** What stands here sealed, and cannot be shown. */
function tell(place: HTMLElement, what: string, many: number, words: Words): void {
  const note = place.querySelector<HTMLElement>(`[data-sealed=${what}]`);
  if (!note) return;
  note.hidden = many === 0;
  note.textContent = fill(words[what], { n: String(many) });
}

function line(place: HTMLElement, { address, name, slot_name, date, starts_at }: Listed, comma: string): HTMLElement {
  const item = from(place, "register");
  put(item, "when", `${dayOf(date)}${comma}${slot_name || starts_at.slice(0, 5)}`);
  const link = item.querySelector("a");
  if (link) link.href = address;
  put(item, "name", name);
  return item;
}

function row(kept: Kept, device: Device, words: Words): HTMLElement {
  const { operation, about, parked } = kept;
  const item = from(document, "mark");
  put(item, "when", dayOf(operation.date));
  put(item, "name", about.student);
  put(item, "section", about.section);
  put(item, "said", sentence(kept, words));
  const link = item.querySelector("a");
  if (link) link.href = placeOf(operation);
  item.querySelector("[data-choices]")?.replaceChildren(...choices(kept, device, words));
  item.classList.toggle("pupil-attention", parked !== undefined);
  return item;
}

function submissionRow(kept: KeptSubmission, device: Device, words: Words): HTMLElement {
  const { submission, about, parked } = kept;
  const item = from(document, "submission");
  const { id: _id, counts: _counts, submitted_at: _at, ...register } = submission;
  const { said, choices } = tellSubmission(kept, device, words, {
    submit: (counts) => void device.submit(register, counts, about.section),
    counts: () => parked?.counts ?? submission.counts,
  });
  put(item, "when", dayOf(submission.date));
  put(item, "name", about.section);
  put(item, "said", said);
  const link = item.querySelector("a");
  if (link) link.href = placeOf(submission);
  item.querySelector("[data-choices]")?.replaceChildren(...choices);
  item.classList.toggle("pupil-attention", parked !== undefined);
  return item;
}

function sentence({ operation, about, parked }: Kept, words: Words): string {
  const named = (code: string, minutes: number | null | undefined, remarks: string): string =>
    toldMark(code ? (about.codes[code] ?? code) : String(words["unmarked"]), minutes?.toString() ?? "", remarks, words);
  const yours = named(operation.code, operation.minutes_late, operation.remarks);
  if (!parked) return fill(words["waits"], { yours, when: moment(operation.marked_at) });
  const { mark } = parked;
  const theirs = mark ? named(mark.code, mark.minutes_late, mark.remarks) : String(words["unmarked"]);
  if (parked.outcome === "rejected") return `${parked.error?.message ?? ""} ${fill(words["youChose"], { yours })}`;
  if (parked.outcome === "kept") return fill(words["officeStands"], { theirs, yours });
  const who = parked.by || String(words["somebody"]);
  return fill(words["changedMeanwhile"], { who, when: mark ? moment(mark.marked_at) : "", theirs, yours });
}

function choices({ operation, about, parked }: Kept, device: Device, words: Words): HTMLElement[] {
  if (!parked) return [];
  const { date, section_id, period, student_id } = operation;
  const register = { date, section_id, period };
  const again = (): void => {
    const { id: _id, marked_at: _made, ...said } = operation;
    const base_version = parked.outcome === "rejected" ? said.base_version : (parked.mark?.version ?? 0);
    const word = { student_id, said: { ...said, base_version }, about };
    void device.operations.say(register, [word]).then(() => device.sender.flush());
  };
  const drop = button(words[parked.outcome === "rejected" ? "discard" : "keepTheirs"], () => void device.operations.say(register, [{ student_id, said: null, about }]));
  if (parked.outcome === "kept") return [drop];
  return [button(words[parked.outcome === "rejected" ? "tryAgain" : "useMine"], again), drop];
}

function from(within: ParentNode, name: string): HTMLElement {
  const found = within.querySelector<HTMLTemplateElement>(`template[data-line=${name}]`)?.content.firstElementChild;
  return found?.cloneNode(true) as HTMLElement;
}

function put(within: Element, name: string, text: string): void {
  const found = within.querySelector(`[data-${name}]`);
  if (found) found.textContent = text;
}

function dayOf(date: string): string {
  const options = { weekday: "short", day: "numeric", month: "short", timeZone: "UTC" } as const;
  return new Date(`${date}T00:00Z`).toLocaleDateString(document.documentElement.lang, options);
}

function moment(when: string): string {
  return new Date(when).toLocaleTimeString(document.documentElement.lang, { hour: "numeric", minute: "2-digit" });
}
