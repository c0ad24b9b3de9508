/**
 * The review list as data: which messages, which one is open, what was saved. No DOM: Vitest tests it.
 *
 * An opened message stays on the screen while the list changes around it, so that nobody loses a choice half-way; when
 * another was first, the server says so at saving.
 */
import { reasonOf } from '../api.ts';
import type { Answer, Choices, ReviewApi, ReviewItem, ReviewState } from './protocol.ts';

export interface ReviewOptions {
  api: ReviewApi;
  onChange: () => void;
  /** The log-in has run out. */
  onExpired: (error: unknown) => void;
  /** Dutch text for an error without one. */
  words: (kind: 'network' | 'unknown') => string;
}

const GATHER = 300;

export class ReviewDesk {
  state: ReviewState = 'open';
  items: ReviewItem[] = [];
  counts: Record<ReviewState, number> = { open: 0, answered: 0, dismissed: 0 };
  next: number | null = null;
  current: ReviewItem | undefined;
  choices: Choices | undefined;
  failed = false;
  busy = false;
  trouble = '';

  private timer: ReturnType<typeof setTimeout> | undefined;
  private run = 0;

  constructor(private readonly options: ReviewOptions) {}

  /** Asks once what a question can be about; also for who may not see the list. */
  async learn(): Promise<void> {
    try {
      this.choices ??= await this.options.api.choices();
    } catch (error) {
      this.options.onExpired(error);
    }
    this.options.onChange();
  }

  /** Asks the first page again, and once what can be chosen. */
  async load(): Promise<void> {
    const run = ++this.run;
    try {
      const page = await this.options.api.page(this.state);
      this.choices ??= await this.options.api.choices();
      if (run !== this.run) return;
      Object.assign(this, page, { failed: false });
    } catch (error) {
      if (run !== this.run) return;
      this.failed = true;
      this.options.onExpired(error);
    }
    this.options.onChange();
  }

  /** The server says that the list changed; changes come in bursts. */
  changed(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.load(), GATHER);
  }

  async more(): Promise<void> {
    if (this.next === null) return;
    const run = this.run;
    try {
      const page = await this.options.api.page(this.state, this.next);
      if (run !== this.run) return;
      this.items = [...this.items, ...page.items];
      this.next = page.next;
    } catch (error) {
      this.trouble = this.reason(error);
      this.options.onExpired(error);
    }
    this.options.onChange();
  }

  show(state: ReviewState): void {
    this.state = state;
    this.items = [];
    this.current = undefined;
    this.trouble = '';
    this.options.onChange();
    void this.load();
  }

  open(id: number | undefined): void {
    this.current = this.items.find((item) => item.id === id);
    this.trouble = '';
    this.options.onChange();
  }

  /** Opens the message after the opened one, or the first; false when there is none. */
  async skip(): Promise<boolean> {
    const at = this.items.findIndex((item) => item.id === this.current?.id);
    if (at === this.items.length - 1) await this.more();
    const following = this.items[at + 1];
    if (following) this.open(following.id);
    return following !== undefined;
  }

  /** Saves the right answer and opens the next message; false when the server refused. */
  answer(answer: Answer): Promise<boolean> {
    return this.settle((item) => this.options.api.answer(item, answer));
  }

  /** Puts the message aside and opens the next; false when the server refused. */
  dismiss(): Promise<boolean> {
    return this.settle((item) => this.options.api.dismiss(item));
  }

  /** Says what a message in a conversation meant; why it failed, or an empty text. */
  async correct(conversation: string, seq: number, answer: Answer): Promise<string> {
    try {
      await this.options.api.correct(conversation, seq, answer);
      this.changed();
      return '';
    } catch (error) {
      this.options.onExpired(error);
      return this.reason(error);
    }
  }

  private async settle(action: (item: ReviewItem) => Promise<void>): Promise<boolean> {
    const item = this.current;
    if (!item || this.busy) return false;
    this.busy = true;
    this.trouble = '';
    this.options.onChange();
    try {
      await action(item);
    } catch (error) {
      this.busy = false;
      this.trouble = this.reason(error);
      this.options.onExpired(error);
      this.changed();
      this.options.onChange();
      return false;
    }
    this.busy = false;
    const at = this.items.findIndex((each) => each.id === item.id);
    if (at === this.items.length - 1) await this.more();
    const following = this.items[at + 1] ?? this.items.filter((each) => each.id !== item.id).at(-1);
    this.items = this.items.filter((each) => each.id !== item.id);
    this.open(following?.id);
    await this.load();
    return true;
  }

  private reason(error: unknown): string {
    return reasonOf(error, this.options.words);
  }
}
