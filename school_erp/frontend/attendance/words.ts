export interface Words {
  [name: string]: string | { [status: string]: string };
  counts: { [status: string]: string };
}

/** `fill("{n} absent", {n: "2"})` */
export function fill(sentence: unknown, values: Record<string, string>): string {
  return String(sentence ?? "").replace(/\{(\w+)\}/g, (_all, name: string) => values[name] ?? "");
}

const ALWAYS = new Set(["PRESENT", "ABSENT"]);
const ORDER = ["PRESENT", "ABSENT", "LATE", "EXCUSED", "unmarked"];

/** Of statuses as they stand on the page, blank for unmarked. */
export function counted(statuses: string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const status of statuses) counts[status || "unmarked"] = (counts[status || "unmarked"] ?? 0) + 1;
  return counts;
}

/** "26 present, 2 absent, 1 late" */
export function toldCounts(counts: Record<string, number>, words: Words): string {
  return ORDER.filter((status) => counts[status] || ALWAYS.has(status))
    .map((status) => fill(words.counts[status], { n: String(counts[status] ?? 0) }))
    .join(String(words["comma"]));
}

/** "L Late · 5 min · bus": all that a mark says, so that two of them can be told apart. */
export function toldMark(named: string, minutes: string, remarks: string, words: Words): string {
  const late = minutes && fill(words["minutes"], { n: minutes });
  // a remark may be written in another direction than the sentence
  return [named, late, remarks && `\u2068${remarks}\u2069`].filter(Boolean).join(" · ");
}
