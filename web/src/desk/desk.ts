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
import { QueueList } from './queue-list.ts';
import { CitizenTyping, OwnTyping } from './typing.ts';
import type { CaseStanding, Closing, Detail, DeskEvent, Item, Status, User } from './protocol.ts';

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

export class Desk {
  user: User | undefined;
  /** `unknown` until the first answer of the server. */
  session: 'unknown' | 'out' | 'expired' | 'in' = 'unknown';
  readonly list: QueueList;
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
  readonly typing: CitizenTyping;
  busy = false;
  notice: Notice | undefined;
  readonly outbox: DeskOutbox;
  private readonly ownTyping = new OwnTyping();

  constructor(private readonly options: DeskOptions) {
    this.list = new QueueList({
      api: options.api,
      onChange: options.onChange,
      onError: (error) => void this.checkSession(error),
      onMore: (conversation) => options.onElsewhere('waiting', conversation),
    });
    this.typing = new CitizenTyping(options.onChange);
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
    this.list.clear();
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

  /** Opens a conversation; undefined closes it. */
  async select(id: string | undefined): Promise<void> {
    if (id !== this.selected) {
      this.arrivals.clear();
      this.detail = undefined;
      this.cases = undefined;
      this.locked = false;
      this.typing.stop();
      this.notice = undefined;
    }
    this.selected = id;
    if (id) this.list.unread.delete(id);
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
    this.ownTyping.sent();
    this.outbox.add(this.selected, kind, text.trim(), mentions);
  }

  /** The user is typing an answer; the citizen is told, but not at every key. */
  typed(now: number): void {
    if (!this.mine || !this.selected || !this.ownTyping.due(now)) return;
    this.options.api.typing(this.selected).catch(() => undefined); // a lost typing sign is no loss
  }

  dismiss(): void {
    this.notice = undefined;
    this.options.onChange();
  }

  /** After a (re)connect anything may have changed. */
  refresh(): void {
    void this.list.load();
    void this.loadDetail();
    this.outbox.resume();
  }

  /** Takes in a push of the server. */
  receive(event: DeskEvent): void {
    const open = 'conversation' in event && event.conversation === this.selected;
    switch (event.type) {
      case 'spoed':
        this.list.urgent.add(event.conversation);
        this.options.onUrgent();
        this.list.gather();
        break;
      case 'queue':
        this.list.gather();
        break;
      case 'mention':
        this.options.onElsewhere('mention', event.conversation);
        this.list.gather();
        if (open) void this.loadDetail();
        break;
      case 'message':
        this.list.gather();
        if (open) this.takeMessage(event.message);
        else if (event.message.author === 'citizen' && this.list.heard(event.conversation, this.user?.id)) this.options.onElsewhere('message', event.conversation);
        break;
      case 'state':
        if (event.state !== 'queued') this.list.urgent.delete(event.conversation);
        this.list.gather();
        if (open) void this.loadDetail();
        break;
      case 'gone':
        this.list.gather();
        if (open) void this.loadDetail();
        break;
      case 'typing':
        if (!open) return;
        this.typing.sign(event.text);
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

  private async enter(answer: Promise<User>): Promise<void> {
    this.user = await answer;
    this.session = 'in';
    this.notice = undefined;
    this.refresh();
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
    await Promise.all([this.loadDetail(), this.list.load()]);
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
    this.typing.stop();
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
