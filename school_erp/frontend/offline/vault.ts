import { ask, type Store } from "./database.ts";

/** The key of whoever is signed in: scripts can use it, and nothing can read it out. */
interface Lock {
  person: string;
  key: CryptoKey;
  since: number;
  until: number;
}

export interface Sealed {
  iv: Uint8Array<ArrayBuffer>;
  text: ArrayBuffer;
}

const HOUR_MS = 3_600_000;
// what names pupils goes with the key; what was not sent stays, and needs the key again
const GOES: Store[] = ["vault", "copies", "marks"];

/** Whether this browser can keep anything, and keep it to itself. */
export const canKeep = (): boolean =>
  isSecureContext && "indexedDB" in globalThis && "locks" in navigator && crypto.subtle !== undefined;

/** What is kept on this device for one person, sealed. */
export class Vault {
  constructor(
    readonly person: string,
    private readonly key: CryptoKey,
  ) {}

  async seal(value: unknown): Promise<Sealed> {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const plain = new TextEncoder().encode(JSON.stringify(value));
    return { iv, text: await crypto.subtle.encrypt({ name: "AES-GCM", iv }, this.key, plain) };
  }

  async unseal<Value>({ iv, text }: Sealed): Promise<Value> {
    const plain = await crypto.subtle.decrypt({ name: "AES-GCM", iv }, this.key, text);
    return JSON.parse(new TextDecoder().decode(plain)) as Value;
  }
}

/** Nothing where nobody is signed in, or nobody was in reach of the school for too long. */
export async function openVault(): Promise<Vault | null> {
  const lock = await ask<Lock | undefined>("vault", "readonly", (store) => store.get("lock"));
  if (!lock) return null;
  const now = Date.now();
  if (lock.since <= now && now < lock.until) return new Vault(lock.person, lock.key);
  await lockVault();
  return null;
}

export async function lockVault(): Promise<void> {
  for (const store of GOES) await ask(store, "readwrite", (within) => within.clear());
}

export async function turnKey(person: string, secret: string, hours: number): Promise<Vault> {
  const bytes = Uint8Array.from(atob(secret), (letter) => letter.charCodeAt(0));
  const key = await crypto.subtle.importKey("raw", bytes, "AES-GCM", false, ["encrypt", "decrypt"]);
  if ((await openVault())?.person !== person) await lockVault();
  const since = Date.now();
  const lock: Lock = { person, key, since, until: since + hours * HOUR_MS };
  await ask("vault", "readwrite", (store) => store.put(lock, "lock"));
  return new Vault(person, key);
}
