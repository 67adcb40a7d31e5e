import type { Device } from "../offline/device.ts";
import type { Register } from "../offline/operations.ts";
import { isCounted, placeOf, type Counts, type KeptSubmission } from "../offline/submissions.ts";
import { button } from "../shell/button.ts";
import { fill, toldCounts, type Words } from "./words.ts";

interface Ways {
  // nothing: it is not to be submitted
  submit: (counts: Counts | null) => void;
  // what is to be counted where what was counted no longer stands
  counts: () => Counts;
}

/** What becomes of a register that was submitted here, and how to settle it where the school did not take it. */
export function tellSubmission(kept: KeptSubmission, device: Device, words: Words, ways: Ways): { said: string; choices: HTMLElement[] } {
  const { submission, parked } = kept;
  const counts = toldCounts(submission.counts, words);
  const drop = button(words["submitNot"], () => ways.submit(null));
  if (!parked) {
    const isHeld = device.kept.some((mark) => mark.parked && !isCounted(mark) && placeOf(mark.operation) === placeOf(submission));
    return { said: fill(words[isHeld ? "submitHeld" : "submitWaits"], { counts }), choices: [drop] };
  }
  if (parked.outcome === "rejected") {
    const again = button(words["tryAgain"], () => ways.submit(submission.counts));
    return { said: fill(words["submitRefused"], { why: parked.error?.message ?? "" }), choices: [again, drop] };
  }
  const anew = button(words["submitAsIs"], () => ways.submit(ways.counts()));
  const differs = fill(words["submitDiffers"], { yours: counts, theirs: toldCounts(parked.counts, words) });
  const last = parked.by && parked.at ? fill(words["changedLast"], { who: parked.by, when: clock(parked.at) }) : "";
  return { said: `${differs} ${last}`.trim(), choices: [anew, drop] };
}

/** On the register's own page, beside the button that it takes the place of. */
export class SubmissionHere {
  private readonly place: HTMLElement | null;
  private readonly submits: HTMLElement | null;

  constructor(
    form: HTMLFormElement,
    private readonly register: Register,
    private readonly section: string,
    private readonly device: Device,
    private readonly words: Words,
    private readonly counts: () => Counts,
  ) {
    this.place = form.querySelector("[data-submission]");
    this.submits = form.querySelector("button[value=submit]");
    device.onChange(() => this.paint());
    this.paint();
  }

  /** As soon as there is a connection. */
  async keep(): Promise<void> {
    await this.device.submit(this.register, this.counts(), this.section);
  }

  /** What waits to be submitted is meant with the marks that were made since. */
  async follow(): Promise<void> {
    if (this.kept && !this.kept.parked) await this.keep();
  }

  private get kept(): KeptSubmission | undefined {
    return this.device.submissions.find(({ submission }) => placeOf(submission) === placeOf(this.register));
  }

  private paint(): void {
    const { kept, place } = this;
    if (this.submits) this.submits.hidden = kept !== undefined;
    if (!place) return;
    place.hidden = kept === undefined;
    if (!kept) return;
    const submit = (counts: Counts | null): void => void this.device.submit(this.register, counts, this.section);
    const { said, choices } = tellSubmission(kept, this.device, this.words, { submit, counts: this.counts });
    place.classList.toggle("is-parked", kept.parked !== undefined);
    const sentence = place.querySelector("[data-said]");
    if (sentence?.textContent === said) return;
    if (sentence) sentence.textContent = said;
    place.querySelector("[data-choices]")?.replaceChildren(...choices);
  }
}

function clock(moment: string): string {
  return new Date(moment).toLocaleTimeString(document.documentElement.lang, { hour: "numeric", minute: "2-digit" });
}
