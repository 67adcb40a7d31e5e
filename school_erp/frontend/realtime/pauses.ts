const SHORTEST_MS = 1_000;
const LONGEST_MS = 5_000;

/** Before the n-th try after a cut: 1 to 5 seconds, never the same for all screens of a school. */
export function pauseBefore(failures: number, chance: number): number {
  const most = Math.min(LONGEST_MS, SHORTEST_MS * 2 ** failures);
  return SHORTEST_MS + chance * (most - SHORTEST_MS);
}
