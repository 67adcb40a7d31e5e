import { fill, type Words } from "../attendance/words.ts";
import type { Device } from "./device.ts";

export type State = "saved" | "waiting" | "saving" | "attention" | "signedOut" | "reasonNeeded";

const LOOKS: Record<State, string> = {
  saved: "tag-good",
  waiting: "tag-wait",
  saving: "tag-plain",
  attention: "tag-bad",
  signedOut: "tag-bad",
  reasonNeeded: "tag-wait",
};

/** One chip on every page: saved, so many waiting, being sent, or somebody has to look. */
export class Chip {
  // something on this page that is not kept yet, because it lacks a reason
  lacksReason = false;
  // on their way to what is kept
  saying = 0;
  private readonly words: Words;
  private readonly word: Element | null;

  constructor(
    private readonly place: HTMLElement,
    private readonly device: Device,
  ) {
    this.words = JSON.parse(place.dataset["words"] ?? "{}") as Words;
    this.word = place.querySelector("[data-chip-word]");
    device.onChange(() => this.paint());
  }

  get state(): State {
    const { sender, waiting } = this.device;
    if (this.lacksReason) return "reasonNeeded";
    if (this.saying > 0 || !this.device.isRead) return "saving";
    if (this.device.count > 0 && sender.isSignedOut) return "signedOut";
    if (waiting.some(({ parked }) => parked)) return "attention";
    if (this.device.count === 0) return "saved";
    return sender.isSending ? "saving" : "waiting";
  }

  paint(): void {
    const { state } = this;
    const isOpen = state === "waiting" && !this.device.isSealed;
    const where = this.device.unread > 0 ? "unread" : "open";
    const [short, long] = (this.words[isOpen ? where : state] ?? ["", ""]) as unknown as [string, string];
    const isQuiet = (state === "saved" || !this.device.isRead) && this.place.dataset["chip"] === "quiet" && this.place.hidden;
    this.place.hidden = isQuiet;
    this.place.className = `tag chip ${LOOKS[state]} needs-script`;
    this.place.dataset["state"] = state;
    this.place.title = long;
    const text = fill(short, { n: String(this.device.count) });
    if (this.word && this.word.textContent !== text) this.word.textContent = text;
  }
}
