import { ask } from "./database.ts";
import type { Sealed, Vault } from "./vault.ts";

export interface Copy {
  html: string;
  headers: [string, string][];
}

/** A register of one's own that can be opened from here. */
export interface Listed {
  address: string;
  name: string;
  slot_name: string;
  date: string;
  starts_at: string;
}

const LIST = "list";
const KEPT_HEADERS = ["content-type", "content-security-policy", "x-content-type-options", "referrer-policy"];

/** The server says by this header which pages may be kept, and is told by it that one will be. */
export const KEEP = "X-Keep";

export async function keepCopy(vault: Vault, address: string, answer: Response): Promise<void> {
  const html = await answer.text();
  const headers = [...answer.headers].filter(([name]) => KEPT_HEADERS.includes(name));
  await put(vault, address, { html, headers } satisfies Copy);
  // the copy says itself what was told until now
  await ask("marks", "readwrite", (store) => store.delete(address));
}

export const copyOf = (vault: Vault, address: string): Promise<Copy | undefined> => get<Copy>(vault, address);

/** What there is a copy of, and since when all of them were there. */
export async function listed(vault: Vault): Promise<{ registers: Listed[]; since: number }> {
  return (await get(vault, LIST)) ?? { registers: [], since: 0 };
}

/** Fetched one after another, and whatever is not among them goes. */
export async function keepCopies(vault: Vault, wanted: Listed[], beside: string[]): Promise<void> {
  const addresses = [...wanted.map(({ address }) => address), ...beside];
  for (const address of addresses) {
    const answer = await fetch(address, { headers: { Accept: "text/html", [KEEP]: "yes" } });
    if (answer.ok && answer.headers.get(KEEP)) await keepCopy(vault, address, answer);
  }
  await put(vault, LIST, { registers: wanted, since: Date.now() });
  const known = new Set<IDBValidKey>([...addresses, LIST]);
  for (const key of await ask("copies", "readonly", (store) => store.getAllKeys())) {
    if (!known.has(key)) await ask("copies", "readwrite", (store) => store.delete(key));
  }
}

async function put(vault: Vault, key: string, value: unknown): Promise<void> {
  const sealed = await vault.seal(value);
  await ask("copies", "readwrite", (store) => store.put(sealed, key));
}

async function get<Value>(vault: Vault, key: string): Promise<Value | undefined> {
  const sealed = await ask<Sealed | undefined>("copies", "readonly", (store) => store.get(key));
  return sealed && vault.unseal<Value>(sealed);
}
