/** What stands in one row: code, minutes late, remark; packed as the page's hidden field is. */
export interface Said {
  code: string;
  minutes: string;
  remarks: string;
}

/** What stood before a change, as long as nobody else has changed it since. */
export interface WayBack {
  said: Said;
  isOpen: () => boolean;
}

export interface Mark {
  status: string;
  code: string;
  minutes_late: number | null;
  remarks: string;
  source: string;
  version: number;
  marked_by: string | null;
  marked_at: string;
}

export const packed = ({ code, minutes, remarks }: Said): string => JSON.stringify([code, minutes, remarks]);

export const saidBy = (mark: Mark | null): Said => ({
  code: mark?.code ?? "",
  minutes: mark?.minutes_late?.toString() ?? "",
  remarks: mark?.remarks ?? "",
});

/** One student's row: reads and paints its controls; knows what is stored of it. */
export class Pupil {
  readonly id: string;
  private readonly radios: HTMLInputElement[];
  private readonly others: HTMLSelectElement | null;
  private readonly minutes: HTMLInputElement;
  private readonly remark: HTMLTextAreaElement;
  private readonly version: HTMLInputElement;
  private readonly shown: HTMLInputElement;
  private stood: Said;
  // the register's version that the school last told of this row
  private asOf = 0;
  // how often somebody else's mark was put in the place of what stood here
  private overtaken = 0;

  constructor(readonly row: HTMLElement) {
    this.id = row.dataset["pupil"] ?? "";
    this.radios = [...row.querySelectorAll<HTMLInputElement>("input[type=radio]")];
    this.others = row.querySelector("select");
    this.minutes = one(row, "input[type=number]");
    this.remark = one(row, "textarea");
    this.version = one(row, "[data-version]");
    this.shown = one(row, "[data-shown]");
    this.stood = this.said;
  }

  get said(): Said {
    const radio = this.radios.find((each) => each.checked);
    const code = this.others?.value || radio?.value || "";
    const minutes = this.status === "LATE" ? this.minutes.value.trim() : "";
    return { code, minutes, remarks: this.remark.value.trim() };
  }

  get status(): string {
    const option = this.others?.value ? this.others.selectedOptions[0] : undefined;
    return (option ?? this.radios.find((each) => each.checked))?.dataset["status"] ?? "";
  }

  get baseVersion(): number {
    return Number(this.version.value);
  }

  get touched(): boolean {
    return packed(this.said) !== this.shown.value;
  }

  get isSuggested(): boolean {
    return this.row.querySelector("[data-suggestion]") !== null;
  }

  /** How to go back before the last change; from now on, what stands is the start of the next one. */
  takeBefore(): WayBack {
    const [said, overtaken] = [this.stood, this.overtaken];
    this.stood = this.said;
    return { said, isOpen: () => this.overtaken === overtaken };
  }

  /** A button replaces another code, and the other way round: one of them is meant. */
  settle(changed: EventTarget | null): void {
    if (changed === this.others && this.others?.value) for (const radio of this.radios) radio.checked = false;
    else if (changed instanceof HTMLInputElement && changed.type === "radio" && this.others) this.others.value = "";
    this.paint();
  }

  choose(status: string): boolean {
    const radio = this.radios.find((each) => each.dataset["status"] === status);
    if (!radio || (radio.checked && !this.others?.value)) return false;
    radio.checked = true;
    this.settle(radio);
    return true;
  }

  cycle(): void {
    const at = this.radios.findIndex((each) => each.checked);
    const next = this.radios[(at + 1) % this.radios.length];
    if (next) this.choose(next.dataset["status"] ?? "");
  }

  put({ code, minutes, remarks }: Said): void {
    for (const radio of this.radios) radio.checked = radio.value === code;
    if (this.others) this.others.value = this.radios.some((each) => each.checked) ? "" : code;
    this.minutes.value = minutes;
    this.remark.value = remarks;
    this.stood = this.said;
    this.paint();
  }

  /** Answers and events come by two ways, and a mark that was taken back begins at its first version again. */
  isOlder(register_version: number): boolean {
    return register_version < this.asOf;
  }

  /** Says whether it is news. */
  hear(register_version: number): boolean {
    const isNews = register_version > this.asOf;
    if (isNews) this.asOf = register_version;
    return isNews;
  }

  /** The server has this now. */
  stored(mark: Mark | null): void {
    this.version.value = String(mark?.version ?? 0);
    this.shown.value = packed(saidBy(mark));
  }

  /** What stands here was said of this version, whatever the page was made with since. */
  standOn(version: number): void {
    this.version.value = String(version);
  }

  /** The server has this now, and it replaces what stands here. */
  accept(mark: Mark | null): void {
    this.overtaken += 1;
    this.stored(mark);
    this.put(saidBy(mark));
  }

  /** What was chosen here is given up for what the server has. */
  goBack(): void {
    this.overtaken += 1;
    this.put(this.there);
  }

  /** Every code that this row can show, in words. */
  get codes(): { [code: string]: string } {
    const values = [...this.radios, ...(this.others?.options ?? [])].map(({ value }) => value);
    return Object.fromEntries(values.filter(Boolean).map((code) => [code, this.nameOf(code)]));
  }

  get name(): string {
    return one(this.row, "[data-name]").textContent?.trim() ?? "";
  }

  /** How they stand, in words. */
  get standing(): string {
    return one(this.row, "[data-stands]").textContent?.trim() ?? "";
  }

  focus(): void {
    (this.radios.find((each) => each.checked) ?? this.radios[0])?.focus();
    this.row.scrollIntoView({ block: "nearest" });
  }

  nameOf(code: string): string {
    const option = [...(this.others?.options ?? [])].find((each) => each.value === code);
    const radio = this.radios.find((each) => each.value === code);
    const word = radio?.closest("label")?.querySelector(".code-word")?.textContent;
    return option?.textContent ?? (word ? `${code} ${word}` : code);
  }

  tell(...parts: (string | Node)[]): void {
    one(this.row, "[data-notice]").replaceChildren(...parts);
    this.row.classList.toggle("pupil-attention", parts.length > 0);
  }

  /** Told beside the row, which asks for nothing. */
  hint(hint: Node): void {
    one(this.row, "[data-notice]").replaceChildren(hint);
  }

  /** For a moment, so that one sees what somebody else changed. */
  glow(): void {
    this.row.classList.remove("pupil-news");
    void this.row.offsetWidth;
    this.row.classList.add("pupil-news");
  }

  get needsSomebody(): boolean {
    return this.row.classList.contains("pupil-attention");
  }

  private get there(): Said {
    const [code = "", minutes = "", remarks = ""] = JSON.parse(this.shown.value) as string[];
    return { code, minutes, remarks };
  }

  private paint(): void {
    const { code, minutes, remarks } = this.said;
    const badge = one(this.row, ".mark");
    badge.className = `mark mark-${this.status.toLowerCase() || "unmarked"}`;
    badge.textContent = code;
    one(this.row, ".pupil-printed").textContent = [this.nameOf(code), minutes, remarks].filter(Boolean).join(" · ");
    const stands = one(this.row, "[data-stands]");
    stands.textContent = code ? this.nameOf(code) : (stands.dataset["stands"] ?? "");
    if (code) this.row.querySelector("[data-suggestion]")?.remove();
    if (code) this.row.querySelector(".code-suggested")?.classList.remove("code-suggested");
  }
}

function one<Kind extends HTMLElement>(within: Element, selector: string): Kind {
  const found = within.querySelector<Kind>(selector);
  if (!found) throw new Error(`a register's row lacks ${selector}`);
  return found;
}
