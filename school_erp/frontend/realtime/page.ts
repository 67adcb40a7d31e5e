import type { Missed } from "./hearing.ts";
import type { Ends, Line } from "./line.ts";
import { Live } from "./live.ts";

/** What this page hears; the parts of a page share it. */
export const live = new Live({ connect, ask, renew, random: Math.random });

/** Only a page that shows something live loads the transport. */
function connect(ends: Ends): Line {
  let hasEnded = false;
  const line = import("./socket-line.ts").then(({ openSocket }) => (hasEnded ? null : openSocket(ends)));
  const end = (): void => {
    if (!hasEnded) ends.closed("");
    hasEnded = true;
  };
  line.catch(end);
  return {
    send: async (message, body) => {
      const opened = await line;
      if (!opened) throw new Error("this line has ended");
      return opened.send(message, body);
    },
    close: () => void line.then((opened) => (opened ? opened.close() : end()), end),
  };
}

async function ask(room: string, after: number): Promise<Missed | null> {
  const answer = await fetch(`/api/v1/events?${new URLSearchParams({ room, after: String(after) })}`);
  if (answer.status === 403 || answer.status === 404) return null;
  if (!answer.ok) throw new Error(`events were not told: ${answer.status}`);
  return (await answer.json()) as Missed;
}

async function renew(): Promise<boolean> {
  const answer = await fetch("/api/v1/auth/me");
  if (answer.status !== 401 && !answer.ok) throw new Error(`nobody said who this is: ${answer.status}`);
  return answer.ok;
}
