/**
 * The desk as data: who is logged in, the queue, the opened conversation, what is being sent.
 *
 * No DOM here: the element draws this, Vitest tests it. The server decides everything; after a refusal the desk asks
 * how things stand instead of guessing.
 */
import type { Message } from '../shared/protocol.ts';
import { newId } from '../shared/id.ts';
import { ApiError, type Api, type Detail, type DeskEvent, type Item, type Outcome, type User, type View } from './api.ts';

/** Something written here that the server has not stored yet. */
export interface Draft {
  id: string;
  conversation: string;
  kind: 'messages' | 'notes';
  text: string;
  /** Set when it failed: why, in Dutch; empty when the server did not say. */
  error?: string;
}

/** What the reader must know, and whether it is trouble. */
export interface Notice {
  text: string;
  trouble: boolean;
}

export interface DeskOptions {
  api: Api;
  onChange: () => void;
  /** A citizen with spoed came into the queue. */
  onUrgent: () => void;
  /** The citizen of the opened conversation said something. */
  onHeard: (message: Message) => void;
  /** Dutch text for an error without one: 'network' or 'unknown'. */
  words: (kind: 'network' | 'unknown') => string;
}

const TYPING_SHOWN = 8_000;
const TYPING_EVERY = 3_000;
/** Pushes come in bursts; the list is asked once for all of them. */
const GATHER = 150;

export class Desk {
  user: User | undefined;
  /** `unknown` until the first answer of the server. */
  session: 'unknown' | 'out' | 'expired' | 'in' = 'unknown';
  view: View = 'waiting';
  items: Item[] = [];
  counts: Record<View, number> = { waiting: 0, mine: 0, all: 0 };
  listFailed = false;
  selected: string | undefined;
  detail: Detail | undefined;
  detailFailed = false;
  drafts: Draft[] = [];
  typing = false;
  busy = false;
  notice: Notice | undefined;
  /** Conversations with words of the citizen that were not on this screen yet. */
  readonly unread = new Set<string>();

  /** Conversations with spoed that wait, whatever view is open. */
  readonly urgent = new Set<string>();

  private listTimer: ReturnType<typeof setTimeout> | undefined;
  private typingTimer: ReturnType<typeof setTimeout> | undefined;
  private typedAt = -Infinity;
  private listRun = 0;

  constructor(private readonly options: DeskOptions) {}

  /** For parts of the screen that ask the server something of their own. */
  get api(): Api {
    return this.options.api;
  }

  /** Whether the opened conversation is the user's own to answer. */
  get mine(): boolean {
    const item = this.detail?.item;
    return item?.owner?.id === this.user?.id && (item?.state === 'claimed' || item?.state === 'second_line_pending');
  }

  /** What waits to be sent in the opened conversation. */
  get pending(): Draft[] {
    return this.drafts.filter((draft) => draft.conversation === this.selected);
  }

  /** Takes up a session that is still running, if there is one. */
  async resume(): Promise<void> {
    try {
      await this.enter(this.options.api.me());
    } catch (error) {
      this.session = 'out';
      this.notice = error instanceof ApiError && error.status === 0 ? { text: this.reason(error), trouble: true } : undefined;
    }
    this.options.onChange();
  }

  /** Logs in. Raises ApiError. */
  async login(username: string, password: string): Promise<void> {
    await this.enter(this.options.api.login(username, password));
    this.options.onChange();
  }

  async logout(): Promise<void> {
    await this.options.api.logout().catch(() => undefined);
    this.session = 'out';
    this.user = undefined;
    this.items = [];
    this.detail = undefined;
    this.options.onChange();
  }

  setView(view: View): void {
    this.view = view;
    this.options.onChange();
    void this.loadList();
  }

  /** Asks the list again; of answers that overtake each other only the newest counts. */
  async loadList(): Promise<void> {
    const run = ++this.listRun;
    try {
      const { items, counts } = await this.options.api.list(this.view);
      if (run !== this.listRun) return;
      this.items = sortQueue(items, this.view);
      this.counts = counts;
      if (this.view === 'waiting') {
        this.urgent.clear();
        for (const item of items) if (item.urgency === 'spoed') this.urgent.add(item.id);
      }
      this.listFailed = false;
    } catch (error) {
      if (run !== this.listRun) return;
      this.listFailed = true;
      this.checkSession(error);
    }
    this.options.onChange();
  }

  /** Opens a conversation; undefined closes it. */
  async select(id: string | undefined): Promise<void> {
    if (id !== this.selected) {
      this.detail = undefined;
      this.typing = false;
    }
    this.selected = id;
    if (id) this.unread.delete(id);
    this.options.onChange();
    await this.loadDetail();
  }

  async loadDetail(): Promise<void> {
    const id = this.selected;
    if (!id) return;
    try {
      const detail = await this.options.api.detail(id);
      if (id !== this.selected) return;
      this.takeDetail(detail);
      this.detailFailed = false;
    } catch (error) {
      if (id !== this.selected) return;
      this.detailFailed = true;
      this.checkSession(error);
    }
    this.options.onChange();
  }

  /** Takes the opened conversation; true when it is ours now. */
  claim(): Promise<boolean> {
    return this.act(async (item) => this.takeDetail(await this.options.api.claim(item)));
  }

  giveBack(reason: string): Promise<boolean> {
    return this.act((item) => this.options.api.giveBack(item, reason));
  }

  close(outcome: Outcome, note: string): Promise<boolean> {
    return this.act((item) => this.options.api.close(item, outcome, note));
  }

  /** Sends an answer, or keeps a note. */
  write(kind: Draft['kind'], text: string): void {
    const conversation = this.selected;
    if (!conversation || !text.trim()) return;
    const draft: Draft = { id: newId(), conversation, kind, text: text.trim() };
    this.drafts = [...this.drafts, draft];
    this.typedAt = -Infinity; // the next word is news again
    void this.transmit(draft);
    this.options.onChange();
  }

  retry(id: string): void {
    const draft = this.drafts.find((each) => each.id === id);
    if (!draft) return;
    delete draft.error;
    this.options.onChange();
    void this.transmit(draft);
  }

  discard(id: string): void {
    this.drafts = this.drafts.filter((draft) => draft.id !== id);
    this.options.onChange();
  }

  /** The user is typing an answer; the citizen is told, but not at every key. */
  typed(now: number): void {
    if (!this.mine || !this.selected || now - this.typedAt < TYPING_EVERY) return;
    this.typedAt = now;
    this.options.api.typing(this.selected).catch(() => undefined); // a lost typing sign is no loss
  }

  dismiss(): void {
    this.notice = undefined;
    this.options.onChange();
  }

  /** After a (re)connect anything may have changed. */
  refresh(): void {
    void this.loadList();
    void this.loadDetail();
  }

  /** Takes in a push of the server. */
  receive(event: DeskEvent): void {
    const open = 'conversation' in event && event.conversation === this.selected;
    switch (event.type) {
      case 'spoed':
        this.urgent.add(event.conversation);
        this.options.onUrgent();
        this.gatherList();
        break;
      case 'queue':
        this.gatherList();
        break;
      case 'message':
        this.gatherList();
        if (open) this.takeMessage(event.message);
        else if (event.message.author === 'citizen') this.unread.add(event.conversation);
        break;
      case 'state':
        if (event.state !== 'queued') this.urgent.delete(event.conversation);
        this.gatherList();
        if (open) void this.loadDetail();
        break;
      case 'typing':
        if (!open) return;
        this.typing = true;
        clearTimeout(this.typingTimer);
        this.typingTimer = setTimeout(() => {
          this.typing = false;
          this.options.onChange();
        }, TYPING_SHOWN);
        break;
      default:
        return; // a later version of the protocol may say more
    }
    this.options.onChange();
  }

  private async enter(answer: Promise<User>): Promise<void> {
    this.user = await answer;
    this.session = 'in';
    this.notice = undefined;
    this.refresh();
  }

  private gatherList(): void {
    clearTimeout(this.listTimer);
    this.listTimer = setTimeout(() => void this.loadList(), GATHER);
  }

  /** Does something to the opened conversation, and looks how it stands after; false when the server refused. */
  private async act(action: (item: Item) => Promise<void>): Promise<boolean> {
    const { detail } = this;
    if (!detail || this.busy) return false;
    this.busy = true;
    this.notice = undefined;
    this.options.onChange();
    let done = false;
    try {
      await action(detail.item);
      done = true;
    } catch (error) {
      if (!this.checkSession(error)) this.notice = { text: this.reason(error), trouble: true };
    }
    this.busy = false;
    await Promise.all([this.loadDetail(), this.loadList()]);
    return done;
  }

  private takeDetail(detail: Detail): void {
    this.detail = detail;
    for (const message of detail.messages) this.settle(message);
  }

  private takeMessage(message: Message): void {
    const { detail } = this;
    if (!detail) return;
    const news = !detail.messages.some((each) => each.seq === message.seq);
    const others = detail.messages.filter((each) => each.seq !== message.seq);
    this.detail = { ...detail, messages: [...others, message].sort((a, b) => a.seq - b.seq) };
    this.settle(message);
    if (!news || message.author !== 'citizen') return;
    this.typing = false;
    this.options.onHeard(message);
  }

  /** A stored message is not waiting any more. */
  private settle(message: Message): void {
    if (message.id) this.drafts = this.drafts.filter((draft) => draft.id !== message.id);
  }

  private async transmit(draft: Draft): Promise<void> {
    try {
      await this.options.api.write(draft.conversation, draft.kind, { id: draft.id, text: draft.text });
      // The push brings the message itself; where the push line is gone this asks for it.
      if (this.drafts.includes(draft) && draft.conversation === this.selected) await this.loadDetail();
      this.drafts = this.drafts.filter((each) => each !== draft);
    } catch (error) {
      draft.error = this.reason(error);
      if (!this.checkSession(error) && error instanceof ApiError && error.status === 409) void this.loadDetail();
    }
    this.options.onChange();
  }

  /** Whether the error means that the log-in has run out; then the desk says so. */
  checkSession(error: unknown): boolean {
    if (!(error instanceof ApiError) || error.status !== 401) return false;
    if (this.session === 'in') this.session = 'expired';
    return true;
  }

  private reason(error: unknown): string {
    if (error instanceof ApiError && error.text) return error.text;
    return this.options.words(error instanceof ApiError && error.status === 0 ? 'network' : 'unknown');
  }
}

const URGENCY = { spoed: 0, hoog: 1, normaal: 2 };

/** The waiting by urgency and then by who waits longest; the others by who spoke last. */
export function sortQueue(items: Item[], view: View): Item[] {
  const time = (iso: string | null): number => (iso ? Date.parse(iso) : Infinity);
  return items.toSorted((a, b) =>
    view === 'waiting'
      ? URGENCY[a.urgency] - URGENCY[b.urgency] || time(a.waiting_since) - time(b.waiting_since)
      : time(b.last_at) - time(a.last_at),
  );
}
