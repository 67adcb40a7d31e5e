import { countCodes } from "../live/outbox.ts";
import { erase } from "./database.ts";
import type { Stays } from "./farewell.ts";
import { countSealed, eraseOwn } from "./shelves.ts";
import { canKeep } from "./vault.ts";

const NOBODY = "";

/** Of whoever keeps no registers, a device has codes that were seen and not sent, and a page with their name. */
export async function clearWhoChecksIn(): Promise<Stays | null> {
  const codes = countCodes();
  if (codes > 0 && !(await agreesToLose(codes))) return null;
  return clearDevice(NOBODY);
}

/** All but what others sealed here and could not send yet: neither to be read nor to be lost by whoever leaves. */
export async function clearDevice(person: string): Promise<Stays> {
  localStorage.clear();
  if (!canKeep()) return "nothing";
  const { others } = await countSealed(person);
  await (others > 0 ? eraseOwn(person) : erase());
  for (const name of await caches.keys()) await caches.delete(name);
  for (const worker of (await navigator.serviceWorker?.getRegistrations()) ?? []) await worker.unregister();
  return others > 0 ? "sealed" : "nothing";
}

export function agreesToLose(unsent: number): Promise<boolean> {
  const question = document.querySelector<HTMLDialogElement>("[data-leave]");
  const title = question?.querySelector("h2");
  if (!question || !title) return Promise.resolve(false);
  title.textContent = (question.dataset["leave"] ?? "").replace("{n}", String(unsent));
  question.returnValue = "";
  question.showModal();
  return new Promise((resolve) => {
    question.addEventListener("close", () => resolve(question.returnValue === "lose"), { once: true });
  });
}
