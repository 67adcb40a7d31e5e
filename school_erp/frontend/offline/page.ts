import { Chip } from "./chip.ts";
import { Device } from "./device.ts";
import type { Stays } from "./farewell.ts";
import { guardLeaving } from "./leaving.ts";
import { canKeep } from "./vault.ts";

interface Page {
  device: Device;
  chip: Chip;
  leave: () => Promise<Stays | null>;
}

let page: Page | undefined;

/** What a page of somebody who marks has of this device; its parts share it. */
export function thisPage(): Page {
  return (page ??= begin());
}

function begin(): Page {
  const place = document.querySelector<HTMLElement>("[data-chip]");
  if (!place) throw new Error("this page has no chip");
  const { me, operations, contact, beside } = place.dataset;
  const device = new Device({
    person: me ?? "",
    operations: operations ?? "",
    contact: contact ?? "",
    beside: [beside ?? ""],
  });
  const chip = new Chip(place, device);
  const leave = guardLeaving(device, chip);
  if (canKeep()) void openWithoutNetwork(device);
  return { device, chip, leave };
}

async function openWithoutNetwork(device: Device): Promise<void> {
  const { serviceWorker } = navigator;
  if (!serviceWorker) return;
  // a newer version of the pages: the copies name files that are no longer there
  const isRenewed = serviceWorker.controller !== null;
  serviceWorker.addEventListener("controllerchange", () => isRenewed && void device.open(true));
  await serviceWorker.register("/service-worker.js").catch(() => undefined);
}
