import type { Mark } from "./pupil.ts";

export interface Answer {
  student_id: string;
  outcome: "created" | "changed" | "unchanged" | "kept" | "conflict" | "rejected";
  mark: Mark | null;
  error?: { code: string; message: string };
}

export type Sent =
  | { kind: "answered"; answers: Answer[] }
  | { kind: "refused"; answers: Answer[]; sentence: string }
  | { kind: "signed-out" }
  | { kind: "unreachable" };

interface Job {
  finished_at: string | null;
  status_url?: string;
  records?: Answer[];
}

interface Failure {
  error?: { message: string; records?: Answer[] };
}

const BETWEEN_LOOKS_MS = 700;
const LOOKS = 60;

/** One marking under one key: sent again with the same key, it is stored once all the same. */
export async function send(url: string, key: string, csrf: string, body: object, leaving = false): Promise<Sent> {
  let response: Response;
  try {
    response = await fetch(url, {
      method: "POST",
      credentials: "same-origin",
      keepalive: leaving,
      headers: {
        "Content-Type": "application/json",
        "Idempotency-Key": key,
        "X-CSRF-TOKEN": csrf,
        Prefer: "wait=5",
      },
      body: JSON.stringify(body),
    });
  } catch {
    return { kind: "unreachable" };
  }
  return read(response);
}

async function read(response: Response): Promise<Sent> {
  if (response.status === 200) return { kind: "answered", answers: ((await response.json()) as Job).records ?? [] };
  if (response.status === 202) return waitFor(((await response.json()) as Job).status_url ?? "");
  if (response.status === 401) return { kind: "signed-out" };
  // under way elsewhere, too many at once, or something is down: it is as good as unsent
  if ([409, 429].includes(response.status) || response.status >= 500) return { kind: "unreachable" };
  const { error } = (await response.json().catch(() => ({}))) as Failure;
  return { kind: "refused", answers: error?.records ?? [], sentence: error?.message ?? response.statusText };
}

async function waitFor(url: string): Promise<Sent> {
  for (let look = 0; look < LOOKS; look += 1) {
    await new Promise((resume) => setTimeout(resume, BETWEEN_LOOKS_MS));
    try {
      const response = await fetch(url, { credentials: "same-origin" });
      const job = (await response.json()) as Job;
      if (response.ok && job.finished_at) return { kind: "answered", answers: job.records ?? [] };
    } catch {
      // the line is away for the moment: look again
    }
  }
  return { kind: "unreachable" };
}
