import { followJob } from "../attendance/job-progress.ts";

const place = document.querySelector<HTMLElement>("[data-job]");
if (place) followJob(place.id);
