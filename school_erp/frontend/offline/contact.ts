import { keepCopies, listed, type Listed } from "./copies.ts";
import { lockVault, openVault, turnKey, type Vault } from "./vault.ts";

interface Told {
  person_id: string;
  key: string;
  hours: number;
  registers: Listed[];
}

const STALE_MS = 30 * 60_000;

/** The key of this person and copies of their registers: as they are, or from the school. */
export async function contact(
  url: string,
  person: string,
  beside: string[],
  anew: boolean,
): Promise<{ vault: Vault | null; copied: Promise<void> }> {
  const known = await openVault();
  const own = known?.person === person ? known : null;
  const isFresh = own && !anew && Date.now() - (await listed(own)).since < STALE_MS;
  if (isFresh) return { vault: own, copied: Promise.resolve() };
  const answer = await fetch(url).catch(() => null);
  if (answer?.status === 401) await lockVault();
  if (!answer?.ok) return { vault: answer?.status === 401 ? null : own, copied: Promise.resolve() };
  const told = (await answer.json()) as Told;
  const vault = await turnKey(told.person_id, told.key, told.hours);
  // a copy that does not come now is fetched the next time
  return { vault, copied: keepCopies(vault, told.registers, beside).catch(() => undefined) };
}
