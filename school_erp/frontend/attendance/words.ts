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

/** "26 present, 2 absent, 1 late": statuses as they stand on the page, blank for unmarked. */
export function toldCounts(statuses: string[], words: Words): string {
  const counts = new Map<string, number>();
  for (const status of statuses) counts.set(status || "unmarked", (counts.get(status || "unmarked") ?? 0) + 1);
  return ORDER.filter((status) => counts.has(status) || ALWAYS.has(status))
    .map((status) => fill(words.counts[status], { n: String(counts.get(status) ?? 0) }))
    .join(String(words.comma));
}
