/** The Dutch texts, from data/antwoorden/scherm.yaml: bundled at build, changed by /config.json where it differs. */
import bundled from 'virtual:texts';
import { flatten, type Texts } from './flatten.ts';

let texts: Texts = { ...bundled };

/** The text of `key` with `{name}` filled in; the key itself when there is none, so that a gap is seen and not hidden. */
export function t(key: string, values: Record<string, string | number> = {}): string {
  const text = texts[key] ?? key;
  return text.replaceAll(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));
}

/** Whether there is a text for `key`. */
export function has(key: string): boolean {
  return key in texts;
}

/** The items of a list in scherm.yaml, in order. */
export function list(key: string): string[] {
  const items: string[] = [];
  for (let n = 0; has(`${key}.${n}`); n += 1) items.push(t(`${key}.${n}`));
  return items;
}

/**
 * Takes over the texts of /config.json.
 *
 * A failure is not an error for the reader: the bundled texts stay. Returns whether anything came.
 */
export async function loadTexts(base: string): Promise<boolean> {
  try {
    const response = await fetch(`${base}config.json`);
    if (!response.ok) return false;
    const config = (await response.json()) as { texts?: unknown };
    texts = { ...texts, ...flatten(config.texts ?? {}) };
    return true;
  } catch {
    return false;
  }
}
