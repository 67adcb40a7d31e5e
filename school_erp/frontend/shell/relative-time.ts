const STEPS: [Intl.RelativeTimeFormatUnit, number][] = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
];
const REFRESH_MS = 30_000;

/** "5 minutes ago", in the page's language; the exact time stays in the element's title. */
export function relativeTime(then: Date, now: Date, language: string): string {
  const words = new Intl.RelativeTimeFormat(language, { numeric: "auto" });
  const seconds = (then.getTime() - now.getTime()) / 1000;
  for (const [unit, length] of STEPS) {
    if (Math.abs(seconds) >= length) return words.format(Math.trunc(seconds / length), unit);
  }
  return words.format(0, "minute");
}

export function tellTimesRelatively(): void {
  tellTimesNow();
  setInterval(tellTimesNow, REFRESH_MS);
}

export function tellTimesNow(): void {
  for (const time of document.querySelectorAll<HTMLTimeElement>("time[data-relative]")) {
    time.title ||= time.textContent?.trim() ?? "";
    time.textContent = relativeTime(new Date(time.dateTime), new Date(), document.documentElement.lang);
  }
}
