const LOOK_MS = 30_000;

/** A register kept since yesterday opens on its day, by the clock of the school. */
export function openOnItsDay(form: HTMLFormElement): void {
  const { opensOn, zone } = form.dataset;
  if (!opensOn) return;
  const look = (): void => {
    const today = new Intl.DateTimeFormat("en-CA", { ...(zone && { timeZone: zone }) }).format(new Date());
    const isEarly = today < opensOn;
    for (const field of form.elements) {
      const isSwitch = field instanceof HTMLFieldSetElement || field instanceof HTMLButtonElement;
      if (isSwitch && !field.matches("[data-undo]")) field.disabled = isEarly;
    }
    const note = document.querySelector<HTMLElement>("[data-too-early]");
    if (note) note.hidden = !isEarly;
  };
  look();
  setInterval(look, LOOK_MS);
}
