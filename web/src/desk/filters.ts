/** Which of the conversations of a list are shown. */
import type { Item } from './protocol.ts';

export interface Filters {
  /** Words in topic, organisation or what was said last. */
  text: string;
  urgency: string;
  organisation: string;
  channel: string;
  language: string;
  team: string;
}

export const NO_FILTERS: Filters = { text: '', urgency: '', organisation: '', channel: '', language: '', team: '' };
export type FilterName = Exclude<keyof Filters, 'text'>;
export const FILTERS: FilterName[] = ['urgency', 'organisation', 'channel', 'language', 'team'];

/** The code of an item for a filter, and a name when the item has one. */
function value(item: Item, name: FilterName): { code: string; name?: string } {
  if (name === 'organisation') return { code: item.organisation?.id ?? '', ...(item.organisation ? { name: item.organisation.naam } : {}) };
  if (name === 'team') return { code: item.team?.id ?? '', ...(item.team ? { name: item.team.naam } : {}) };
  return { code: item[name] };
}

/** The codes that occur, with their names, by name; one that is chosen stays although nothing has it any more. */
export function choices(items: Item[], name: FilterName, chosen: string): { code: string; name: string }[] {
  const found = new Map<string, string>(chosen ? [[chosen, chosen]] : []);
  for (const item of items) {
    const one = value(item, name);
    if (one.code) found.set(one.code, one.name ?? one.code);
  }
  return [...found].map(([code, words]) => ({ code, name: words })).sort((a, b) => a.name.localeCompare(b.name, 'nl'));
}

/** How many filters are set. */
export function active(filters: Filters): number {
  return FILTERS.filter((name) => filters[name]).length + (filters.text.trim() ? 1 : 0);
}

/** The items that fit all filters. */
export function filtered(items: Item[], filters: Filters): Item[] {
  if (active(filters) === 0) return items;
  const words = filters.text.toLowerCase().split(/\s+/).filter(Boolean);
  return items.filter((item) => {
    if (!FILTERS.every((name) => !filters[name] || value(item, name).code === filters[name])) return false;
    const said = [item.topic, item.organisation?.naam, item.last_text, item.owner?.name].join(' ').toLowerCase();
    return words.every((word) => said.includes(word));
  });
}
