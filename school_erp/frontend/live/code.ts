import type { Words } from "./wall.ts";

interface Code {
  visible: boolean;
  svg: string | null;
  typed_code: string | null;
  step_seconds: number;
  expires_in_ms: number;
}

const AGAIN_MS = 1_500;
const SECOND_MS = 1_000;
// asked for as the step begins, and not just before
const AFTER_MS = 60;

/** The code of each moment. The server says how long it holds, whatever the clock of this device shows. */
export class CodeOnScreen {
  private next: ReturnType<typeof setTimeout> | undefined;
  private ticking: ReturnType<typeof setInterval> | undefined;
  private holdsUntil = 0;
  private asked = 0;

  constructor(
    private readonly wall: HTMLElement,
    private readonly words: Words,
  ) {}

  /** From what is on the page now; nothing goes on where no code is shown. */
  start(): void {
    clearTimeout(this.next);
    clearInterval(this.ticking);
    if (!this.place("[data-picture]")) return;
    this.ticking = setInterval(() => this.tick(), SECOND_MS);
    void this.ask();
  }

  private async ask(): Promise<void> {
    const asking = ++this.asked;
    const code = await this.fetchCode();
    if (asking !== this.asked) return;
    if (!code) {
      this.place(".wall-code")?.toggleAttribute("data-lost", performance.now() > this.holdsUntil);
      this.tick();
      this.next = setTimeout(() => void this.ask(), AGAIN_MS);
      return;
    }
    if (code.visible) this.show(code);
  }

  private async fetchCode(): Promise<Code | null> {
    try {
      const answer = await fetch(this.wall.dataset["code"] ?? "", { cache: "no-store" });
      return answer.ok ? ((await answer.json()) as Code) : null;
    } catch {
      return null;
    }
  }

  private show(code: Code): void {
    const [picture, typed] = [this.place("[data-picture]"), this.place("[data-typed]")];
    if (!picture || !typed) return;
    // our own server's picture
    picture.innerHTML = code.svg ?? "";
    const text = code.typed_code ?? "";
    const shown = `${text.slice(0, 3)} ${text.slice(3)}`;
    if (typed.textContent !== shown) typed.textContent = shown;
    this.place(".wall-code")?.removeAttribute("data-lost");
    this.holdsUntil = performance.now() + code.expires_in_ms;
    this.turnRing(code);
    this.tick();
    this.next = setTimeout(() => void this.ask(), code.expires_in_ms + AFTER_MS);
  }

  private turnRing({ step_seconds, expires_in_ms }: Code): void {
    const ring = this.place("[data-ring]");
    const step = step_seconds * SECOND_MS;
    for (const old of ring?.getAnimations() ?? []) old.cancel();
    const turning = ring?.animate({ strokeDashoffset: ["0", "100"] }, { duration: step, fill: "forwards" });
    if (turning) turning.currentTime = Math.max(0, step - expires_in_ms);
  }

  private tick(): void {
    const clock = this.place("[data-clock]");
    if (!clock) return;
    const left = Math.max(0, Math.ceil((this.holdsUntil - performance.now()) / SECOND_MS));
    const isLost = this.place(".wall-code")?.hasAttribute("data-lost");
    clock.textContent = isLost ? this.words.lost : this.words.left.replace("{num}", String(left));
  }

  private place(selector: string): Element | null {
    return this.wall.querySelector(selector);
  }
}
