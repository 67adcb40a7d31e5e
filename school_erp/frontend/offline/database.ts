const NAME = "registers";
const STORES = ["vault", "copies", "marks", "operations"] as const;

export type Store = (typeof STORES)[number];

let opened: Promise<IDBDatabase> | undefined;

/** One request to what this browser keeps. */
export async function ask<Found>(
  store: Store,
  mode: IDBTransactionMode,
  act: (within: IDBObjectStore) => IDBRequest<Found>,
): Promise<Found> {
  const database = await (opened ??= open());
  const work = database.transaction(store, mode);
  const asked = act(work.objectStore(store));
  await done(work);
  return asked.result;
}

/** All of it or nothing; told once it is on the disk. */
export async function change(store: Store, act: (within: IDBObjectStore) => void): Promise<void> {
  const database = await (opened ??= open());
  const work = database.transaction(store, "readwrite", { durability: "strict" });
  act(work.objectStore(store));
  await done(work);
}

function done(work: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    work.oncomplete = () => resolve();
    work.onabort = () => reject(work.error);
  });
}

/** From now on this page keeps nothing any more. */
export async function stopKeeping(): Promise<IDBDatabase | undefined> {
  const before = opened;
  opened = new Promise(() => undefined);
  return before;
}

/** Nothing is left but the operations of others, which whoever leaves cannot read. */
export async function eraseAllBut(isOfOthers: (row: unknown) => boolean): Promise<void> {
  const database = (await stopKeeping()) ?? (await open());
  const work = database.transaction(STORES, "readwrite", { durability: "strict" });
  for (const store of STORES) if (store !== "operations") work.objectStore(store).clear();
  const asked = work.objectStore("operations").openCursor();
  asked.onsuccess = () => {
    if (asked.result && !isOfOthers(asked.result.value)) asked.result.delete();
    asked.result?.continue();
  };
  await done(work);
  database.close();
}

/** Nothing of it is left, and this page keeps nothing any more; tabs that have it open let go of it. */
export async function erase(): Promise<void> {
  (await stopKeeping())?.close();
  await new Promise<void>((resolve, reject) => {
    const asked = indexedDB.deleteDatabase(NAME);
    asked.onsuccess = () => resolve();
    asked.onerror = () => reject(asked.error);
  });
}

function open(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => {
      for (const store of STORES) {
        asked.result.createObjectStore(store, store === "operations" ? { autoIncrement: true } : {});
      }
    };
    asked.onerror = () => reject(asked.error);
    asked.onsuccess = () => {
      const letGo = (): void => {
        asked.result.close();
        opened = undefined;
      };
      asked.result.onversionchange = letGo;
      asked.result.onclose = letGo;
      resolve(asked.result);
    };
  });
}
