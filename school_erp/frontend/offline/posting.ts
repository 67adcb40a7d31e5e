export type Posted<Body> =
  | { kind: "answered"; body: Body }
  | { kind: "refused" | "failed"; code: string; sentence: string }
  | { kind: "signed-out" }
  | { kind: "unreachable" };

const PATIENCE_MS = 20_000;
const SHORT_PATIENCE_MS = 4_000;
// a browser refuses to send more once a page is gone
const MOST_KEPT_ALIVE = 60_000;
// who is signed in here now is not whose this is
const SOMEBODY_ELSE = new Set(["csrf", "another_person"]);

/** Sends what may be sent again; says whether the school took it, refused it, or was not there. */
export async function post<Body>(url: string, body: object, word: string, leaving = false): Promise<Posted<Body>> {
  const text = JSON.stringify(body);
  let answer: Response;
  try {
    answer = await fetch(url, {
      method: "POST",
      keepalive: leaving && text.length < MOST_KEPT_ALIVE,
      headers: { "Content-Type": "application/json", "X-CSRF-TOKEN": word },
      body: text,
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    if (answer.ok) return { kind: "answered", body: (await answer.json()) as Body };
  } catch {
    return { kind: "unreachable" };
  }
  if (answer.status === 401) return { kind: "signed-out" };
  const { error } = (await answer.json().catch(() => ({}))) as { error?: { code: string; message: string } };
  if (SOMEBODY_ELSE.has(error?.code ?? "")) return { kind: "signed-out" };
  // under way elsewhere, too many at once, or something is down: it is as good as unsent
  if (error?.code === "in_flight" || answer.status === 429 || answer.status > 500) return { kind: "unreachable" };
  const kind = answer.status === 500 ? "failed" : "refused";
  return { kind, code: error?.code ?? "", sentence: error?.message ?? answer.statusText };
}

/** Of the sign-in that this page was made for. */
export function wordOfPage(): string {
  return document.querySelector<HTMLInputElement>("[name=csrf_token]")?.value ?? "";
}

/** Of the sign-in that holds now; a page that was kept may be older. What is sent says whose it is. */
export function wordOfNow(): string {
  return /(?:^|; )(?:__Host-)?csrf=([^;]+)/.exec(document.cookie)?.[1] ?? wordOfPage();
}

/** Whether a page that is asked for now would come. */
export async function isReachable(): Promise<boolean> {
  const asked = { method: "HEAD", cache: "no-store", signal: AbortSignal.timeout(SHORT_PATIENCE_MS) } as const;
  const answer = await fetch("/service-worker.js", asked).catch(() => null);
  return answer?.ok ?? false;
}

/** When something that waits should be tried again, beside its own pauses. */
export function wheneverItMayGo(act: () => void): void {
  addEventListener("online", act);
  document.addEventListener("visibilitychange", act);
}
