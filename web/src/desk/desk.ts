/**
 * The desk as data: who is logged in, the queue, the opened conversation, what is being sent.
 *
 * No DOM here: the element draws this, Vitest tests it. The server decides everything; after a refusal the desk asks
 * how things stand instead of guessing.
 */
import type { Message } from '../shared/protocol.ts';
import { ApiError, loggedOut, reasonOf, type Api } from './api.ts';
import { takeIn } from './news.ts';
import { Opened } from './opened.ts';
import { DeskOutbox, type Draft } from './outbox.ts';
import { QueueList } from './queue-list.ts';
import { CitizenTyping, OwnTyping } from './typing.ts';
import type { Closing, Detail, DeskEvent, Item, Status, User } from './protocol.ts';

/** Who typed nothing for so long is not in the middle of a word (milliseconds). */
const PAUSE = 1_000;

/** Kept in this tab: who was logged in last. */
const LAST = 'verbonden-balie-user';

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
  /** Somebody else is logged in than before in this tab: nothing of the other may stay. */
  onOther: () => void;
  /** Dutch text for an error without one: 'network' or 'unknown'. */
  words: (kind: 'network' | 'unknown') => string;
}

export class Desk {
  user: User | undefined;
  /** `unknown` until the first answer of the server. */
  session: 'unknown' | 'out' | 'expired' | 'in' = 'unknown';
  readonly list: QueueList;
  readonly opened: Opened;
  readonly typing: CitizenTyping;
  busy = false;
  notice: Notice | undefined;
  readonly outbox: DeskOutbox;
  private readonly ownTyping = new OwnTyping();
  private typedAt = -Infinity;

  constructor(private readonly options: DeskOptions) {
    this.list = new QueueList({
      api: options.api,
      onChange: options.onChange,
      onError: (error) => void this.checkSession(error),
      onMore: (conversation) => options.onElsewhere('waiting', conversation),
    });
    this.opened = new Opened(options.api, (messages) => messages.forEach((message) => this.outbox.settle(message)));
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

  /** Which conversation is opened, if any. */
  get selected(): string | undefined {
    return this.opened.id;
  }

  /** The opened conversation, once the server told it. */
  get detail(): Detail | undefined {
    return this.opened.detail;
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

  /** Takes up a session that is still running, if there is one; false when the server could not tell, and must be asked again. */
  async resume(): Promise<boolean> {
    let told = true;
    try {
      await this.enter(this.options.api.me());
    } catch (error) {
      if (this.session === 'in') return true; // somebody logged in meanwhile
      told = loggedOut(error);
      this.session = 'out';
      this.notice = told ? undefined : { text: this.reason(error), trouble: true };
    }
    this.options.onChange();
    return told;
  }

  /** Logs in. Raises ApiError. */
  async login(username: string, password: string): Promise<void> {
    await this.enter(this.options.api.login(username, password));
    this.options.onChange();
  }

  /** Logs out; returns where to log out further, if anywhere. Raises ApiError when the user is still logged in. */
  async logout(): Promise<string | undefined> {
    const further = await this.options.api.logout().catch((error: unknown) => {
      if (!loggedOut(error)) throw error;
      return undefined;
    });
    this.session = 'out';
    this.user = undefined;
    this.list.clear();
    this.opened.choose(undefined);
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
      this.opened.choose(id);
      this.typing.stop();
      this.notice = undefined;
    }
    if (id) this.list.unread.delete(id);
    this.options.onChange();
    await this.loadDetail();
  }

  /** Asks the opened conversation again, and with what opens now its cases. */
  async loadDetail(): Promise<void> {
    const before = this.detail;
    await this.opened.load().catch((error: unknown) => void this.checkSession(error));
    this.options.onChange();
    if (!before && this.detail) await this.loadCases();
  }

  async loadCases(): Promise<void> {
    await this.opened.loadCases();
    this.options.onChange();
  }

  /** Opens the selected conversation with a reason, which is kept. */
  async open(reason: string): Promise<void> {
    const id = this.selected;
    if (!id || this.busy) return;
    this.busy = true;
    this.notice = undefined;
    try {
      await this.opened.after(() => this.options.api.open(id, reason));
    } catch (error) {
      if (!this.checkSession(error) && id === this.selected) this.notice = { text: this.reason(error), trouble: true };
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
    return this.act((item) => this.opened.after(() => this.options.api.step(item, name, body)));
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

  /** The user is typing; of an answer (`told`) the citizen hears, but not at every key. */
  typed(now: number, told: boolean): void {
    this.wrote(now);
    if (!told || !this.mine || !this.selected || !this.ownTyping.due(now)) return;
    // A lost sign is no loss; but who is logged out should hear it before the whole answer is typed.
    this.options.api.typing(this.selected).catch((error: unknown) => this.checkSession(error));
  }

  /** The user is typing, in whatever field. */
  wrote(now: number): void {
    this.typedAt = now;
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
    if (takeIn(event, this, this.options)) this.options.onChange();
  }

  /** The last message on this screen: what the user has seen when deciding. */
  private get seen(): number {
    return Math.max(0, ...(this.detail?.messages ?? []).map((message) => message.seq));
  }

  private async enter(answer: Promise<User>): Promise<void> {
    const user = await answer;
    const last = this.options.storage.getItem(LAST);
    if (last !== null && last !== user.id) this.forget();
    try {
      this.options.storage.setItem(LAST, user.id);
    } catch {
      // Without room the other things of this tab are not kept either.
    }
    this.user = user;
    this.session = 'in';
    this.notice = undefined;
    this.refresh();
  }

  /** Nothing of who was logged in before is for who is now: not what was open, and not what waits to be sent in their name. */
  private forget(): void {
    this.opened.choose(undefined);
    this.typing.stop();
    this.list.clear();
    this.outbox.clear();
    this.options.onOther();
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
      // What went wrong with one conversation is not told over another that was opened meanwhile.
      if (!this.checkSession(error) && detail.item.id === this.selected) this.notice = { text: this.reason(error), trouble: true };
    }
    this.busy = false;
    this.options.onChange();
    const shown = Promise.all([this.loadDetail(), this.list.load()]);
    // A step that was done waits for nothing: what is said of it, and how to undo it, must not come after the next step.
    if (!done) await shown;
    return done;
  }

  /** Whether the error means that the log-in has run out; then the desk says so. */
  checkSession(error: unknown): boolean {
    if (!loggedOut(error)) return false;
    this.expire();
    return true;
  }

  /** The desk asks to log in again, but does not take the field away in the middle of a word. */
  private expire(): void {
    if (this.session !== 'in') return;
    const wait = this.typedAt + PAUSE - performance.now();
    if (wait <= 0) this.session = 'expired';
    else setTimeout(() => this.expire(), wait);
    this.options.onChange();
  }

  private reason(error: unknown): string {
    return reasonOf(error, this.options.words);
  }
}
