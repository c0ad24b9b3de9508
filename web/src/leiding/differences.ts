/** What differs between two values, as lines to read. No DOM: Vitest tests it. */

export interface Difference {
  where: string;
  old: string;
  new: string;
}

/** The leaves that are not the same, by their path (`standaard zondag`); a list of plain values is one leaf. */
export function differences(before: unknown, after: unknown): Difference[] {
  const old = leaves(before);
  const fresh = leaves(after);
  return [...new Set([...old.keys(), ...fresh.keys()])]
    .filter((where) => old.get(where) !== fresh.get(where))
    .map((where) => ({ where, old: old.get(where) ?? '', new: fresh.get(where) ?? '' }));
}

function leaves(value: unknown, path: string[] = [], found = new Map<string, string>()): Map<string, string> {
  if (Array.isArray(value)) {
    if (value.length === 0) return found;
    if (value.every((each) => typeof each !== 'object' || each === null)) return found.set(path.join(' '), value.join(', '));
    value.forEach((each, n) => leaves(each, [...path, named(each) ?? String(n + 1)], found));
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, each] of Object.entries(value)) leaves(each, [...path, key], found);
  } else if (value !== null && value !== undefined) {
    found.set(path.join(' '), String(value));
  }
  return found;
}

/** What a person calls an element of a list. */
function named(value: unknown): string | undefined {
  const { dag, titel } = value as { dag?: string; titel?: string };
  return dag || titel || undefined;
}
