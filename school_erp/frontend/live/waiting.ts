import { say } from "../shell/messages.ts";
import { Outbox } from "./outbox.ts";

/** On pages that show something else: what was kept is sent, and only its outcome said. */
export function sendWhatWaits(place: HTMLElement): void {
  const silent = (): void => undefined;
  const outbox = new Outbox(place.dataset["waiting"] ?? "", {
    waiting: silent,
    signedOut: silent,
    refused: say,
    arrived: () => say(place.dataset["arrived"] ?? ""),
  });
  void outbox.flush();
}
