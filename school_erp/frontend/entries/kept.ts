import { showWhatIsKept } from "../offline/kept.ts";

const place = document.querySelector<HTMLElement>("[data-kept]");
if (place) void showWhatIsKept(place);
