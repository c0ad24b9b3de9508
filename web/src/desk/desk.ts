/**
 * The desk as data: who is logged in, the queue, the opened conversation, what is being sent.
 *
 * No DOM here: the element draws this, Vitest tests it. The server decides everything; after a refusal the desk asks
 * how things stand instead of guessing.
 */
import type { Message } from '../shared/protocol.ts';
import { ApiError, type Api } from './api.ts';
import { Arrivals } from './arrivals.ts';
import { DeskOutbox, type Draft } from './outbox.ts';
import type { CaseStanding, Closing, Detail, DeskEvent, Item, Status, User, View } from './protocol.ts';

/** What the reader must know, and whether it is trouble; `undo` takes back what was just done. */
export interface Notice {
  text: string;
  trouble: boolean;
  undo?: (() => void) | undefined;
}

export interface DeskOptions {
  api: Api;
  storage: Storage;
  onChange: () => void;
  /** A citizen with spoed came into the queue. */
  onUrgent: () => void;
  /** The citizen of the opened conversation said something. */
  onHeard: (message: Message) => void;
  /** Something happened in a conversation that is not on this screen: words for the user, or a question of a colleague. */
  onElsewhere: (kind: 'message' | 'mention' | 'waiting', conversation: string) => void;
  /** Dutch text for an error without one: 'network' or 'unknown'. */
  words: (kind: 'network' | 'unknown') => string;
}

const TYPING_SHOWN = 8_000;
const TYPING_EVERY = 3_000;
/** Pushes come in bursts; the list is asked once for all of them. */
const GATHER = 150;
const NONE = { waiting: 0, mine: 0, asked: 0, team: 0, all: 0 };

export class Desk {
  user: User | undefined;
  /** `unknown` until the first answer of the server. */
  session: 'unknown' | 'out' | 'expired' | 'in' = 'unknown';
  view: View = 'waiting';
  items: Item[] = [];
  counts: Record<View, number> = { ...NONE };
  listFailed = false;
  selected: string | undefined;
  detail: Detail | undefined;
  detailFailed = false;
  private readonly arrivals = new Arrivals();
  /** How often the opened conversation was asked, and which of these answers was taken last: an older one comes too late. */
  private asked = 0;
  private taken = 0;
  /** The selected conversation is not this user's work; it opens with a reason. */
  locked = false;
  cases: CaseStanding[] | undefined;
  mayLookUp = false;
  typing = false;
  /** What the citizen types and has not sent, where they are told that it is shown; kept nowhere. */
  preview = '';
  busy = false;
  notice: Notice | undefined;
  readonly outbox: DeskOutbox;
  /** Conversations with words of the citizen that were not on this screen yet. */
  readonly unread = new Set<string>();

  /** Conversations with spoed that wait, whatever view is open. */
  readonly urgent = new Set<string>();

  private listTimer: ReturnType<typeof setTimeout> | undefined;
  private typingTimer: ReturnType<typeof setTimeout> | undefined;
  private typedAt = -Infinity;
  private listRun = 0;

  constructor(private readonly options: DeskOptions) {
    this.outbox = new DeskOutbox({
      api: options.api,
      storage: options.storage,
      onChange: options.onChange,
      onStored: async (draft) => {
        if (draft.conversation === this.selected) await this.loadDetail();
      },
      onFailed: (_, error) => {
        if (!this.checkSession(error) && error instanceof ApiError && error.status === 409) void this.loadDetail();
        return this.reason(error);
      },
    });
  }

  /** For parts of the screen that ask the server something of their own. */
  get api(): Api {
    return this.options.api;
  }

  /** Whether the opened conversation is the user's own to answer. */
  get mine(): boolean {
    const item = this.detail?.item;
    return item?.owner?.id === this.user?.id && (item?.state === 'claimed' || item?.state === 'second_line_pending');
  }

  /** Whether the opened conversation is offered to the user. */
  get offered(): boolean {
    const transfer = this.detail?.item.transfer;
    if (!transfer || transfer.from.id === this.user?.id) return false;
    return transfer.to.staff === this.user?.id || (transfer.to.team !== null && (this.user?.teams ?? []).includes(transfer.to.team));
  }

  /** What waits to be sent in the opened conversation. */
  get pending(): Draft[] {
    return this.outbox.of(this.selected);
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

  /** Logs out; returns where to log out further, if anywhere. */
  async logout(): Promise<string | undefined> {
    const further = await this.options.api.logout().catch(() => undefined);
    this.session = 'out';
    this.user = undefined;
    this.items = [];
    this.detail = undefined;
    this.selected = undefined;
    this.notice = undefined;
    this.options.onChange();
    return further;
  }

  /** Chooses a status; the server has the last word. */
  async setStatus(status: Status): Promise<void> {
    try {
      await this.options.api.presence(status);
      if (this.user) this.user = { ...this.user, status };
    } catch (error) {
      if (!this.checkSession(error)) this.notice = { text: this.reason(error), trouble: true };
    }
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
      const more = counts.waiting > this.counts.waiting;
      this.items = sortQueue(items, this.view);
      this.counts = { ...NONE, ...counts };
      if (this.view === 'waiting') {
        this.urgent.clear();
        for (const item of items) if (item.urgency === 'spoed') this.urgent.add(item.id);
      }
      if (more) this.options.onElsewhere('waiting', items[0]?.id ?? '');
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
      this.arrivals.clear();
      this.detail = undefined;
      this.cases = undefined;
      this.locked = false;
      this.typing = false;
      this.preview = '';
      this.notice = undefined;
    }
    this.selected = id;
    if (id) this.unread.delete(id);
    this.options.onChange();
    await this.loadDetail();
    await this.loadCases();
  }

  async loadDetail(): Promise<void> {
    const id = this.selected;
    if (!id) return;
    const since = this.arrivals.moment;
    const turn = (this.asked += 1);
    try {
      const detail = await this.options.api.detail(id);
      if (id !== this.selected || turn <= this.taken) return;
      this.taken = turn;
      this.takeDetail(detail, since);
    } catch (error) {
      if (id !== this.selected) return;
      this.locked = error instanceof ApiError && error.code === 'no_access';
      if (this.locked) this.detail = undefined;
      this.detailFailed = !this.locked;
      this.checkSession(error);
    }
    this.options.onChange();
  }

  /** How the cases of the opened conversation stand now; a system that is down changes nothing on the screen. */
  async loadCases(): Promise<void> {
    const id = this.selected;
    if (!id || !this.detail) return;
    const found = await this.options.api.cases(id).catch(() => undefined);
    if (id !== this.selected || !found) return;
    this.cases = found.items;
    this.mayLookUp = found.lookup;
    this.options.onChange();
  }

  /** Opens the selected conversation with a reason, which is kept. */
  async open(reason: string): Promise<void> {
    const id = this.selected;
    if (!id || this.busy) return;
    this.busy = true;
    this.notice = undefined;
    const since = this.arrivals.moment;
    try {
      this.takeDetail(await this.options.api.open(id, reason), since);
    } catch (error) {
      if (!this.checkSession(error)) this.notice = { text: this.reason(error), trouble: true };
    }
    this.busy = false;
    this.options.onChange();
    await this.loadCases();
  }

  /** Looks up a case with what the citizen gave; true when it was found. */
  async lookUp(number: string, factor: string): Promise<boolean> {
    const found = await this.act((item) => this.options.api.lookUp(item.id, number, factor));
    if (found) await this.loadCases();
    return found;
  }

  /** Looks up the cases of the citizen, who is logged in; true when there were any. */
  async lookUpOwn(): Promise<boolean> {
    const found = await this.act((item) => this.options.api.lookUpOwn(item.id));
    if (found) await this.loadCases();
    return found;
  }

  /** Takes the opened conversation; true when it is ours now. */
  claim(): Promise<boolean> {
    return this.step('claim');
  }

  /** A step with the epoch that is on the screen; true when the server did it. */
  step(name: string, body: Record<string, unknown> = {}): Promise<boolean> {
    return this.act(async (item) => {
      const since = this.arrivals.moment;
      const detail = await this.options.api.step(item, name, body);
      this.taken = this.asked; // what was asked before this step is old
      if (detail.item) this.takeDetail(detail, since);
    });
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

  /** Sends an answer, or keeps a note. */
  write(kind: Draft['kind'], text: string, mentions: string[] = []): void {
    if (!this.selected || !text.trim()) return;
    this.typedAt = -Infinity; // the next word is news again
    this.outbox.add(this.selected, kind, text.trim(), mentions);
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
    this.outbox.resume();
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
      case 'mention':
        this.options.onElsewhere('mention', event.conversation);
        this.gatherList();
        if (open) void this.loadDetail();
        break;
      case 'message':
        this.gatherList();
        if (open) this.takeMessage(event.message);
        else if (event.message.author === 'citizen') this.heardElsewhere(event.conversation);
        break;
      case 'state':
        if (event.state !== 'queued') this.urgent.delete(event.conversation);
        this.gatherList();
        if (open) void this.loadDetail();
        break;
      case 'gone':
        this.gatherList();
        if (open) void this.loadDetail();
        break;
      case 'typing':
        if (!open) return;
        this.typing = event.text !== '';
        this.preview = event.text ?? '';
        clearTimeout(this.typingTimer);
        this.typingTimer = setTimeout(() => {
          this.typing = false;
          this.preview = '';
          this.options.onChange();
        }, TYPING_SHOWN);
        break;
      default:
        return; // a later version of the protocol may say more
    }
    this.options.onChange();
  }

  /** The last message on this screen: what the user has seen when deciding. */
  private get seen(): number {
    return Math.max(0, ...(this.detail?.messages ?? []).map((message) => message.seq));
  }

  private heardElsewhere(conversation: string): void {
    const known = this.unread.has(conversation);
    this.unread.add(conversation);
    const item = this.items.find((each) => each.id === conversation);
    if (!known && item?.owner?.id === this.user?.id) this.options.onElsewhere('message', conversation);
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

  private takeDetail(detail: Detail, since: number): void {
    this.detail = { ...detail, messages: this.arrivals.onto(detail.messages, since) };
    this.locked = false;
    this.detailFailed = false;
    for (const message of detail.messages) this.outbox.settle(message);
  }

  private takeMessage(message: Message): void {
    this.arrivals.add(message);
    const { detail } = this;
    if (!detail) return;
    const news = !detail.messages.some((each) => each.seq === message.seq);
    const others = detail.messages.filter((each) => each.seq !== message.seq);
    this.detail = { ...detail, messages: [...others, message].sort((a, b) => a.seq - b.seq) };
    this.outbox.settle(message);
    if (!news || message.author !== 'citizen') return;
    this.typing = false;
    this.preview = '';
    this.options.onHeard(message);
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
