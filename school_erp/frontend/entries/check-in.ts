import { arriveFrom } from "../live/arriving.ts";
import { lookForSessions } from "../live/looking.ts";
import { sendWhatWaits } from "../live/waiting.ts";

const place = document.getElementById("arrival");
if (place) arriveFrom(place);
const waiting = document.querySelector<HTMLElement>("[data-waiting]");
if (waiting) sendWhatWaits(waiting);
const sessions = document.querySelector<HTMLElement>("[data-look-again]");
if (sessions) lookForSessions(sessions);
