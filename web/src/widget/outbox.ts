/**
 * What the citizen has said and the server has not yet answered for.
 *
 * Kept in the session storage of this tab: it survives a reload, and is gone when the tab closes, so that it does not
 * stay behind on a shared computer. Sending again is safe because the server stores each id once.
 */
export interface Pending {
  id: string;
  text: string;
  /** Set when a button was pressed: the message it belongs to and what it stands for. */
  button?: { seq: number; payload: string };
  /** `stored`: accepted, its echo has not come yet. */
  status: 'sending' | 'unsent' | 'stored' | 'refused';
  /** Why it was refused, in Dutch. */
  reason?: string;
  /** ISO 8601. */
  at: string;
}

const KEY = 'verbonden-outbox';

export class Outbox {
  readonly #storage: Storage | undefined;

  #items: Pending[];

  constructor(storage: Storage | undefined) {
    this.#storage = storage;
    this.#items = this.#load();
  }

  get all(): readonly Pending[] {
    return this.#items;
  }

  find(id: string): Pending | undefined {
    return this.#items.find((item) => item.id === id);
  }

  add(item: Pending): void {
    this.#items = [...this.#items, item];
    this.#save();
  }

  change(id: string, change: Partial<Pending>): void {
    this.#items = this.#items.map((item) => (item.id === id ? { ...item, ...change } : item));
    this.#save();
  }

  remove(id: string): void {
    this.#items = this.#items.filter((item) => item.id !== id);
    this.#save();
  }

  #load(): Pending[] {
    try {
      const items = JSON.parse(this.#storage?.getItem(KEY) ?? '[]') as Pending[];
      return items.map((item) => (item.status === 'refused' ? item : { ...item, status: 'unsent' }));
    } catch {
      return [];
    }
  }

  #save(): void {
    try {
      if (this.#items.length > 0) this.#storage?.setItem(KEY, JSON.stringify(this.#items));
      else this.#storage?.removeItem(KEY);
    } catch {
      // A full or forbidden storage costs only the survival of a reload.
    }
  }
}
