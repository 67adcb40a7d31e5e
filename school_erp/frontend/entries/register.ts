import { openOnItsDay } from "../attendance/ahead.ts";
import { followState } from "../attendance/others.ts";
import { showWhoElseIsHere } from "../attendance/presence.ts";
import { keepRegister } from "../attendance/register.ts";
import type { Words } from "../attendance/words.ts";

const form = document.querySelector<HTMLFormElement>("form.register");
if (form) showWhoElseIsHere(form);
if (form && "register" in form.dataset) {
  keepRegister(form);
  openOnItsDay(form);
} else if (form) followState(form, () => true, JSON.parse(form.dataset["words"] ?? "{}") as Words);
