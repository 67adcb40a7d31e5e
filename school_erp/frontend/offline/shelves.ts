import { ask, change, eraseAllBut } from "./database.ts";
import type { Change, Item, Shelf } from "./operations.ts";
import type { Sealed, Vault } from "./vault.ts";

interface Row {
  person: string;
  sealed: Sealed;
}

/** On the device, sealed, and through any end of the page. */
export class SealedShelf implements Shelf {
  constructor(private readonly vault: Vault) {}

  async read(): Promise<[number, Item][]> {
    const [keys, rows] = await Promise.all([
      ask("operations", "readonly", (store) => store.getAllKeys()),
      ask<Row[]>("operations", "readonly", (store) => store.getAll()),
    ]);
    const own = rows.flatMap((row, at) => (row.person === this.vault.person ? [[keys[at] as number, row] as const] : []));
    return Promise.all(own.map(async ([at, row]): Promise<[number, Item]> => [at, await this.vault.unseal(row.sealed)]));
  }

  async write({ puts, removes }: Change): Promise<void> {
    const { person } = this.vault;
    const rows = await Promise.all(
      puts.map(async ([kept, at]) => [{ person, sealed: await this.vault.seal(kept) } satisfies Row, at] as const),
    );
    await change("operations", (store) => {
      for (const [row, at] of rows) store.put(row, at);
      for (const at of removes) store.delete(at);
    });
  }

  alone<Done>(act: () => Promise<Done>): Promise<Done> {
    return navigator.locks.request("operations", act) as Promise<Done>;
  }
}

/** What this device keeps sealed: to count it needs no key. */
export async function countSealed(person: string): Promise<{ own: number; others: number }> {
  const rows = await ask<Row[]>("operations", "readonly", (store) => store.getAll());
  const own = rows.filter((row) => row.person === person).length;
  return { own, others: rows.length - own };
}

/** Of one person nothing is left; what others could not send yet is theirs to open. */
export const eraseOwn = (person: string): Promise<void> => eraseAllBut((row) => (row as Row).person !== person);

/** As long as the page is open: where the browser cannot keep anything, or has no key yet. */
export class OpenShelf implements Shelf {
  private readonly rows = new Map<number, Item>();
  private next = 1;
  private last: Promise<unknown> = Promise.resolve();

  async read(): Promise<[number, Item][]> {
    return [...this.rows].sort(([one], [other]) => one - other);
  }

  async write({ puts, removes }: Change): Promise<void> {
    for (const [kept, at] of puts) this.rows.set(at ?? this.next++, kept);
    for (const at of removes) this.rows.delete(at);
  }

  alone<Done>(act: () => Promise<Done>): Promise<Done> {
    const done = this.last.then(act);
    this.last = done.catch(() => undefined);
    return done;
  }
}
