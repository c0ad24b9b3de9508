/** What the user does to the opened conversation: one thing at a time, and what is said of it. The server decides. */
import { reasonOf, type Api } from './api.ts';
import type { Opened } from './opened.ts';
import type { Closing, Item } from './protocol.ts';

/** What the reader must know, and whether it is trouble; `undo` takes back what was just done. */
export interface Notice {
  text: string;
  trouble: boolean;
  undo?: (() => void) | undefined;
}

export interface StepsOptions {
  api: Api;
  opened: Opened;
  onChange: () => void;
  /** Something was done or refused: asks how the conversation and its list stand now. */
  look: () => Promise<unknown>;
  /** Asks how its cases stand now. */
  lookAtCases: () => Promise<void>;
  /** Whether the error means that the log-in has run out. */
  expired: (error: unknown) => boolean;
  words: (kind: 'network' | 'unknown') => string;
}

export class Steps {
  busy = false;
  notice: Notice | undefined;

  constructor(private readonly options: StepsOptions) {}

  /** Opens the selected conversation with a reason, which is kept. */
  async open(reason: string): Promise<void> {
    const { api, opened } = this.options;
    const { id } = opened;
    if (!id || this.busy) return;
    await this.one(id, () => opened.after(() => api.open(id, reason)));
    await this.options.lookAtCases();
  }

  /** Looks up a case with what the citizen gave; true when it was found. */
  async lookUp(number: string, factor: string): Promise<boolean> {
    const found = await this.act((item) => this.options.api.lookUp(item.id, number, factor));
    if (found) await this.options.lookAtCases();
    return found;
  }

  /** Looks up the cases of the citizen, who is logged in; true when there were any. */
  async lookUpOwn(): Promise<boolean> {
    const found = await this.act((item) => this.options.api.lookUpOwn(item.id));
    if (found) await this.options.lookAtCases();
    return found;
  }

  /** A step with the epoch that is on the screen; true when the server did it. */
  step(name: string, body: Record<string, unknown> = {}): Promise<boolean> {
    const { api, opened } = this.options;
    return this.act((item) => opened.after(() => api.step(item, name, body)));
  }

  /** Takes the opened conversation; true when it is ours now. */
  claim(): Promise<boolean> {
    return this.step('claim');
  }

  giveBack(reason: string, product: string | null): Promise<boolean> {
    return this.step('return', { reason, product, seen: this.seen });
  }

  close(closing: Closing): Promise<boolean> {
    return this.step('close', { ...closing, seen: this.seen });
  }

  transfer(kind: string, to: string, note: string): Promise<boolean> {
    return this.step('transfer', { kind, to, note });
  }

  putAside(): Promise<boolean> {
    return this.act((item) => this.options.api.putAside(item.id));
  }

  /** Says that something was done, and how to take it back. */
  tell(text: string, undo?: () => Promise<boolean>): void {
    this.notice = { text, trouble: false, undo: undo && (() => void undo()) };
    this.options.onChange();
  }

  dismiss(): void {
    this.notice = undefined;
    this.options.onChange();
  }

  /** The last message on this screen: what the user has seen when deciding. */
  private get seen(): number {
    return Math.max(0, ...(this.options.opened.detail?.messages ?? []).map((message) => message.seq));
  }

  /** Does something to the opened conversation, and looks how it stands after; false when the server refused. */
  private async act(action: (item: Item) => Promise<void>): Promise<boolean> {
    const { detail } = this.options.opened;
    if (!detail || this.busy) return false;
    const done = await this.one(detail.item.id, () => action(detail.item));
    const looking = this.options.look();
    // A step that was done waits for nothing: what is said of it, and how to undo it, must not come after the next step.
    if (!done) await looking;
    return done;
  }

  /** One thing at a time. What goes wrong with a conversation is not told over another that was opened meanwhile. */
  private async one(conversation: string, action: () => Promise<void>): Promise<boolean> {
    this.busy = true;
    this.notice = undefined;
    this.options.onChange();
    let done = false;
    try {
      await action();
      done = true;
    } catch (error) {
      if (!this.options.expired(error) && conversation === this.options.opened.id) this.notice = { text: reasonOf(error, this.options.words), trouble: true };
    }
    this.busy = false;
    this.options.onChange();
    return done;
  }
}
