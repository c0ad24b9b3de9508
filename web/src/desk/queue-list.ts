/** The list that is open, as data: what is in it, how much each list holds, who is in danger, and who said something new. */
import type { Api } from './api.ts';
import type { Item, Urgency, View } from './protocol.ts';

/** Pushes come in bursts; the list is asked once for all of them. */
const GATHER = 150;
const NONE = { waiting: 0, mine: 0, asked: 0, team: 0, all: 0 };
const URGENCY: Record<Urgency, number> = { spoed: 0, hoog: 1, normaal: 2, laag: 2 };

export interface QueueListOptions {
  api: Api;
  onChange: () => void;
  /** The log-in may have run out. */
  onError: (error: unknown) => void;
  /** More people wait than before; the first of the list. */
  onMore: (conversation: string) => void;
}

export class QueueList {
  view: View = 'waiting';
  items: Item[] = [];
  counts: Record<View, number> = { ...NONE };
  failed = false;
  /** Conversations with words of the citizen that were not on this screen yet. */
  readonly unread = new Set<string>();
  /** Conversations with spoed that wait, whatever view is open. */
  readonly urgent = new Set<string>();

  private timer: ReturnType<typeof setTimeout> | undefined;
  private run = 0;

  constructor(private readonly options: QueueListOptions) {}

  choose(view: View): void {
    this.view = view;
    this.options.onChange();
    void this.load();
  }

  /** Asks the list again; of answers that overtake each other only the newest counts. */
  async load(): Promise<void> {
    const run = ++this.run;
    try {
      const { items, counts } = await this.options.api.list(this.view);
      if (run !== this.run) return;
      const more = counts.waiting > this.counts.waiting;
      this.items = sortQueue(items, this.view);
      this.counts = { ...NONE, ...counts };
      if (this.view === 'waiting') {
        this.urgent.clear();
        for (const item of items) if (item.urgency === 'spoed') this.urgent.add(item.id);
      }
      if (more) this.options.onMore(items[0]?.id ?? '');
      this.failed = false;
    } catch (error) {
      if (run !== this.run) return;
      this.failed = true;
      this.options.onError(error);
    }
    this.options.onChange();
  }

  /** Asks the list again, soon. */
  gather(): void {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      void this.load();
    }, GATHER);
  }

  /** The citizen of a conversation that is not opened said something; true when that is news in one of the user's own. */
  heard(conversation: string, user: string | undefined): boolean {
    const known = this.unread.has(conversation);
    this.unread.add(conversation);
    return !known && this.items.find((each) => each.id === conversation)?.owner?.id === user;
  }

  /** Somebody else may sit here next; an answer that is under way is not for them. */
  clear(): void {
    this.run += 1;
    this.items = [];
    this.counts = { ...NONE };
    this.failed = false;
    this.unread.clear();
    this.urgent.clear();
  }
}

/** The waiting by urgency and then by who waits longest; the others by who spoke last. */
export function sortQueue(items: Item[], view: View): Item[] {
  const time = (iso: string | null): number => (iso ? Date.parse(iso) : Infinity);
  return items.toSorted((a, b) =>
    view === 'waiting'
      ? URGENCY[a.urgency] - URGENCY[b.urgency] || time(a.waiting_since) - time(b.waiting_since)
      : time(b.last_at) - time(a.last_at),
  );
}
