/** Calling back, as data: who waits for a call, and the call that is open (docs/protocol.md). */
import { reasonOf, type Api } from '../api.ts';
import type { Urgency } from '../protocol.ts';

export interface Call {
  id: number;
  conversation: string;
  organisation: { id: string; naam: string } | null;
  topic: string;
  urgency: Urgency;
  /** Shortened; in full for who has taken the call. */
  number: string;
  question: string;
  /** "maandag tussen 9 en 12 uur" */
  words: string;
  due: string;
  late: boolean;
  state: 'open' | 'taken' | 'done' | 'failed' | 'cancelled';
  version: number;
  attempts: number;
  taken_by: { id: string; name: string } | null;
}

export interface CallDeskOptions {
  api: Api;
  onChange: () => void;
  onExpired: (error: unknown) => boolean;
  words: (kind: 'network' | 'unknown') => string;
}

export class CallDesk {
  items: Call[] = [];
  counts = { open: 0, late: 0, mine: 0 };
  selected: number | undefined;
  /** Of the selected call, when the user has taken it. */
  number = '';
  trouble = '';
  busy = false;
  failed = false;

  constructor(private readonly options: CallDeskOptions) {}

  get current(): Call | undefined {
    return this.items.find((call) => call.id === this.selected);
  }

  async load(): Promise<void> {
    try {
      const { items, counts } = (await this.options.api.call('GET', 'callbacks')) as { items: Call[]; counts: CallDesk['counts'] };
      this.items = items;
      this.counts = counts;
      this.failed = false;
    } catch (error) {
      this.failed = !this.options.onExpired(error);
    }
    this.options.onChange();
  }

  /** Opens a call; who has taken it sees the number. */
  async open(id: number | undefined, user: string | undefined): Promise<void> {
    this.selected = id;
    this.number = '';
    this.trouble = '';
    this.options.onChange();
    if (this.current?.taken_by && this.current.taken_by.id === user) await this.reveal();
  }

  /** Takes the call; true when it is ours. */
  take(): Promise<boolean> {
    return this.act('take', { version: this.current?.version ?? 0 });
  }

  release(): Promise<boolean> {
    return this.act('release', {});
  }

  /** The citizen answered, or did not. */
  called(answered: boolean, note: string): Promise<boolean> {
    return this.act(answered ? 'answered' : 'no_answer', { note });
  }

  private async reveal(): Promise<void> {
    await this.act('number', {});
  }

  private async act(what: string, body: Record<string, unknown>): Promise<boolean> {
    const id = this.selected;
    if (id === undefined || this.busy) return false;
    this.busy = true;
    this.trouble = '';
    this.options.onChange();
    let done = false;
    try {
      const answer = (await this.options.api.call('POST', `callbacks/${id}/${what}`, body)) as { number?: string };
      if (id === this.selected) this.number = answer.number ?? '';
      done = true;
    } catch (error) {
      if (!this.options.onExpired(error)) this.trouble = reasonOf(error, this.options.words);
    }
    this.busy = false;
    await this.load();
    return done;
  }
}
