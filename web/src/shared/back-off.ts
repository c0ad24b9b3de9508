const LONGEST_WAIT = 30_000;

/** Milliseconds before try number `attempt` (from 0): doubling from half a second, at most 30 s, spread by `chance` (0 to 1). */
export function backOff(attempt: number, chance: number): number {
  return Math.min(LONGEST_WAIT, 500 * 2 ** attempt) * (0.5 + chance / 2);
}
