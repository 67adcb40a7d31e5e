import { arriveFrom } from "../live/arriving.ts";
import { keepCodes, makeReadyForLater } from "../live/out-of-reach.ts";
import { lookForSessions } from "../live/looking.ts";
import { sendWhatWaits } from "../live/waiting.ts";

const place = document.getElementById("arrival");
if (place) arriveFrom(place);
const waiting = document.querySelector<HTMLElement>("[data-waiting]");
if (waiting) sendWhatWaits(waiting);
const keeping = document.querySelector<HTMLElement>("[data-keeps-codes]");
if (keeping) keepCodes(keeping);
const kept = waiting?.dataset["kept"];
if (kept) void makeReadyForLater(waiting?.dataset["waiting"] ?? "", kept);
const sessions = document.querySelector<HTMLElement>("[data-look-again]");
if (sessions) lookForSessions(sessions);
