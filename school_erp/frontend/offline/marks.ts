import type { Mark } from "../attendance/pupil.ts";
import { ask } from "./database.ts";
import type { Sealed, Vault } from "./vault.ts";

/** By student; nothing where a mark was taken away. */
export type Marks = Record<string, Mark | null>;

/** What the school answered and told since the copy of a register was taken. */
export async function marksSince(vault: Vault, address: string): Promise<Marks> {
  const sealed = await ask<Sealed | undefined>("marks", "readonly", (store) => store.get(address));
  return sealed ? vault.unseal<Marks>(sealed) : {};
}

export async function noteMarks(vault: Vault, address: string, marks: Marks): Promise<void> {
  await navigator.locks.request("marks", async () => {
    const known = await marksSince(vault, address);
    for (const [student, mark] of Object.entries(marks)) {
      if (!mark || mark.version >= (known[student]?.version ?? 0)) known[student] = mark;
    }
    const sealed = await vault.seal(known);
    await ask("marks", "readwrite", (store) => store.put(sealed, address));
  });
}
