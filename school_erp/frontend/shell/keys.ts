const OFF = "single-keys-off";
const TYPED_IN = "input:not([type=radio], [type=checkbox]), textarea, select, [contenteditable]";
const GOING_MS = 1500;

/** The key that was pressed for the page as a whole, unless the person wants none of these. */
export function keyForThePage(event: KeyboardEvent): string | null {
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || event.defaultPrevented) return null;
  if (event.target instanceof Element && event.target.matches(TYPED_IN)) return null;
  if (document.querySelector("dialog[open]") || areOff()) return null;
  return meant(event);
}

/** Where the key types no Latin letter, or a digit only with Shift, what stands there for others. */
function meant({ key, code, shiftKey }: KeyboardEvent): string {
  if (/^Digit\d$/.test(code) && !shiftKey) return code.slice(-1);
  if (/^Key[A-Z]$/.test(code) && !/^[\x00-\x7f]/.test(key)) return code.slice(-1);
  return key === "؟" ? "?" : key.toUpperCase();
}

/** "?" lists the keys, "/" goes to the page's search, G and a digit to a place of the menu; `data-key` names more. */
export function followKeysEverywhere(): void {
  let going = -Infinity;
  document.addEventListener("keydown", (event) => {
    const key = keyForThePage(event);
    if (key === null) return;
    const place = event.timeStamp - going < GOING_MS ? placeCalled(key) : undefined;
    going = key === "G" ? event.timeStamp : -Infinity;
    const wanted = place ?? opener(key);
    if (!wanted) return;
    event.preventDefault();
    if (wanted instanceof HTMLInputElement) wanted.select();
    else wanted.click();
  });
  keysCanBeTurnedOff();
}

function opener(key: string): HTMLElement | null | undefined {
  if (key === "?") return document.querySelector<HTMLElement>("a[data-question][href='#keys']");
  if (key === "/") return document.querySelector<HTMLInputElement>("main input[type=search]");
  const named = document.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`);
  return named?.matches("a, button") ? named : named?.querySelector("a");
}

function placeCalled(digit: string): HTMLElement | undefined {
  const places = document.querySelectorAll<HTMLElement>("[data-places] a");
  return /^[1-9]$/.test(digit) ? places[Number(digit) - 1] : undefined;
}

/** For whoever speaks to the machine, or whose hands press what they did not mean. */
function keysCanBeTurnedOff(): void {
  const box = document.querySelector<HTMLInputElement>("[data-single-keys]");
  if (!box) return;
  box.checked = !areOff();
  box.addEventListener("change", () => {
    if (box.checked) localStorage.removeItem(OFF);
    else localStorage.setItem(OFF, "1");
  });
}

function areOff(): boolean {
  return localStorage.getItem(OFF) !== null;
}
