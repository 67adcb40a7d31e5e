const NAME = "device";

/** A name this browser gave itself, by which two students on one phone are noticed; nothing else knows it. */
export function deviceName(): string {
  const known = localStorage.getItem(NAME);
  if (known) return known;
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const made = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  localStorage.setItem(NAME, made);
  return made;
}
