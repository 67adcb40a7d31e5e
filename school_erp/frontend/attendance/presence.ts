import { live } from "../realtime/page.ts";

const BEAT_MS = 4_000;
// a page that is only loaded anew is back by then
const LEAVING_MS = 1_000;

interface Present {
  people: { person_id: string; name: string }[] | null;
}

/** Who else has this register open. */
export function showWhoElseIsHere(form: HTMLFormElement): void {
  const place = document.querySelector<HTMLElement>("[data-present]");
  const { section, date, slot, me } = form.dataset;
  if (!place) return;
  const here = { section_id: section, date, slot: Number(slot) };
  let shown = 0;
  let waiting: ReturnType<typeof setTimeout> | undefined;

  const show = ({ people }: Present): void => {
    const others = (people ?? []).filter(({ person_id }) => person_id !== me).map(({ name }) => name);
    clearTimeout(waiting);
    if (others.length < shown) waiting = setTimeout(() => paint(others), LEAVING_MS);
    else paint(others);
  };
  const paint = (names: string[]): void => {
    shown = names.length;
    place.classList.toggle("is-alone", names.length === 0);
    const sentence = place.querySelector<HTMLElement>("[data-present-names]");
    const text = names.join(place.dataset["comma"] ?? ", ");
    if (!sentence || sentence.textContent === text) return;
    sentence.textContent = text;
    place.title = text;
  };
  const beat = async (): Promise<void> => {
    const answer = await live.ask<Present>("presence", here);
    if (answer?.ok) show(answer);
  };

  live.onTold("presence", (body) => {
    const told = body as Present & typeof here;
    if (told.section_id === section && told.date === date && told.slot === here.slot) show(told);
  });
  live.onStatus((status) => {
    if (status === "live") void beat();
    else show({ people: [] });
  });
  setInterval(() => live.isLive && void beat(), BEAT_MS);
  document.addEventListener("visibilitychange", () => !document.hidden && live.isLive && void beat());
}
