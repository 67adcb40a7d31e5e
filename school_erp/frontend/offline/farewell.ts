import { isReachable, wheneverItMayGo } from "./posting.ts";

const LEAVING = "leaving";
const AGAIN_MS = 3_000;

/** Out of reach nothing of the person is left here, but the school holds them for signed in: it is told when it can be. */
export function leaveOnceReached(form: HTMLFormElement, [title = "", sentence = ""]: string[]): void {
  localStorage.setItem(LEAVING, form.querySelector("[name=keeps]") ? "sealed" : "all");
  form.hidden = true;
  document.body.replaceChildren(form, told(title, sentence));
  let hasGone = false;
  const go = async (): Promise<void> => {
    // a second one would come as nobody, and take the place of the answer
    if (hasGone || !(await isReachable()) || hasGone) return;
    hasGone = true;
    end(form);
  };
  wheneverItMayGo(() => void go());
  setInterval(() => void go(), AGAIN_MS);
}

/** The page was closed before the school was reached: whoever opens one next shall not go on as that person. */
export function endWhatWasLeft(): void {
  const how = localStorage.getItem(LEAVING);
  const form = document.querySelector<HTMLFormElement>("[data-sign-out]");
  if (!how || !form) return;
  document.documentElement.hidden = true;
  if (how === "sealed") form.append(keepingSealed());
  end(form);
}

/** Marks of somebody else stay, neither to be read nor to be lost by whoever leaves. */
export function keepingSealed(): HTMLInputElement {
  const field = document.createElement("input");
  [field.type, field.name, field.value] = ["hidden", "keeps", "sealed"];
  return field;
}

function end(form: HTMLFormElement): void {
  localStorage.removeItem(LEAVING);
  form.submit();
}

function told(title: string, sentence: string): HTMLElement {
  const [place, heading, text] = ["main", "h1", "p"].map((tag) => document.createElement(tag)) as [
    HTMLElement,
    HTMLElement,
    HTMLElement,
  ];
  place.className = "page page-narrow";
  heading.textContent = title;
  text.textContent = sentence;
  place.append(heading, text);
  return place;
}
