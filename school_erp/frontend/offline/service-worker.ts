// Opens one's own registers while there is no network. It keeps no page of anybody else, and sends nothing.
import { copyOf, KEEP, keepCopy } from "./copies.ts";
import { openVault } from "./vault.ts";

declare const STATIC_FILES: string[];
declare const VERSION: string;
declare const HOME: string;
declare const CHECK_IN: string;

interface Lasting extends Event {
  waitUntil(work: Promise<unknown>): void;
}
interface Fetching extends Lasting {
  request: Request;
  respondWith(answer: Promise<Response>): void;
}
interface Worker {
  skipWaiting(): Promise<void>;
  clients: { claim(): Promise<void> };
  addEventListener(type: "install" | "activate", act: (event: Lasting) => void): void;
  addEventListener(type: "fetch", act: (event: Fetching) => void): void;
}

const worker = self as unknown as Worker;
const CACHE = `files ${VERSION}`;
const PATIENCE_MS = 6_000;
const AWAY = new Set([502, 503, 504]);

worker.addEventListener("install", (event) => {
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(STATIC_FILES)).then(() => worker.skipWaiting()));
});

worker.addEventListener("activate", (event) => {
  event.waitUntil(dropOlder().then(() => worker.clients.claim()));
});

worker.addEventListener("fetch", (event) => {
  const { request } = event;
  const { origin, pathname } = new URL(request.url);
  if (request.method !== "GET" || origin !== location.origin) return;
  if (pathname.startsWith("/static/")) event.respondWith(file(request));
  else if (request.mode === "navigate") event.respondWith(page(event, pathname));
});

async function dropOlder(): Promise<void> {
  for (const name of await caches.keys()) if (name !== CACHE) await caches.delete(name);
}

async function file(request: Request): Promise<Response> {
  return (await caches.match(request, { ignoreVary: true })) ?? fetch(request);
}

/** As the school has it; as it is kept here, where the school does not answer, or not soon. */
async function page(event: Fetching, pathname: string): Promise<Response> {
  const asked = fetch(event.request);
  const answer = await Promise.race([asked.catch(() => null), slowly()]);
  if (!answer || AWAY.has(answer.status)) {
    const kept = await copy(pathname);
    if (kept) return kept;
  }
  try {
    const late = await asked;
    if (late.ok && late.headers.get(KEEP)) event.waitUntil(keep(pathname, late.clone()));
    return late;
  } catch (fault) {
    const instead = (await copy(HOME)) ?? (await caches.match(CHECK_IN));
    if (instead) return instead;
    throw fault;
  }
}

function slowly(): Promise<null> {
  return new Promise((resolve) => setTimeout(() => resolve(null), PATIENCE_MS));
}

async function keep(pathname: string, answer: Response): Promise<void> {
  const vault = await openVault();
  if (vault) await keepCopy(vault, pathname, answer);
}

async function copy(pathname: string): Promise<Response | undefined> {
  const vault = await openVault();
  const kept = vault && (await copyOf(vault, pathname));
  // so that the page knows what it is
  return kept ? new Response(kept.html.replace("<html", "<html data-copied"), { headers: kept.headers }) : undefined;
}
