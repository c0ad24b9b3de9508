/** Looking for an organisation or a product by whatever words come to mind. */
import type { Choice } from './protocol.ts';

/** Lower case without accents. */
export function fold(text: string): string {
  return text.toLowerCase().normalize('NFD').replaceAll(/\p{M}/gu, '');
}

const SHOWN = 40;

/**
 * The choices in which every word of `query` occurs, in the name or in the words that belong to it: those whose name
 * begins with it first, then those with it in their name. Without a query: `first` on top, then all as they come.
 */
export function find<T extends Choice>(choices: T[], query: string, first: string[] = []): T[] {
  const words = fold(query).split(/\s+/).filter(Boolean);
  if (words.length === 0) {
    const place = (choice: T): number => (first.includes(choice.id) ? first.indexOf(choice.id) : first.length);
    return choices.toSorted((a, b) => place(a) - place(b));
  }
  const rank = (choice: T): number => {
    const name = fold(choice.naam);
    const all = `${name} ${fold(choice.id)} ${choice.woorden.map(fold).join(' ')}`;
    if (!words.every((word) => all.includes(word))) return -1;
    if (name.startsWith(words.join(' '))) return 0;
    return words.every((word) => name.includes(word)) ? 1 : 2;
  };
  return choices
    .map((choice) => ({ choice, rank: rank(choice) }))
    .filter((found) => found.rank >= 0)
    .toSorted((a, b) => a.rank - b.rank)
    .slice(0, SHOWN)
    .map((found) => found.choice);
}
