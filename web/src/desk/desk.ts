/**
 * The desk as data: who is logged in, the queue, the opened conversation, what is being sent.
 *
 * No DOM here: the element draws this, Vitest tests it. The server decides everything; after a refusal the desk asks
 * how things stand instead of guessing.
 */
import type { Message } from '../shared/protocol.ts';
import { ApiError, reasonOf, type Api } from './api.ts';
import { LogIn } from './log-in.ts';
import { takeIn } from './news.ts';
import { Opened } from './opened.ts';
import { DeskOutbox, type Draft } from './outbox.ts';
import { QueueList } from './queue-list.ts';
import { Steps } from './steps.ts';
import { CitizenTyping, OwnTyping } from './typing.ts';
import type { Detail, DeskEvent, User } from './protocol.ts';

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
  readonly logIn: LogIn;
  readonly list: QueueList;
  readonly opened: Opened;
  readonly steps: Steps;
  readonly typing: CitizenTyping;
  readonly outbox: DeskOutbox;
  private readonly ownTyping = new OwnTyping();

  constructor(private readonly options: DeskOptions) {
    const { api, storage, words, onChange } = options;
    const expired = (error: unknown): boolean => this.logIn.checkSession(error);
    this.logIn = new LogIn({
      api, storage, words, onChange,
      onIn: () => this.refresh(),
      onOut: () => {
        this.list.clear();
        this.opened.choose(undefined);
      },
      onOther: () => this.forget(),
      say: (notice) => (this.steps.notice = notice),
    });
    this.list = new QueueList({ api, onChange, onError: expired, onMore: (conversation) => options.onElsewhere('waiting', conversation) });
    this.opened = new Opened(api, (messages) => messages.forEach((message) => this.outbox.settle(message)));
    this.steps = new Steps({
      api, words, onChange, expired,
      opened: this.opened,
      look: () => Promise.all([this.loadDetail(), this.list.load()]),
      lookAtCases: () => this.loadCases(),
    });
    this.typing = new CitizenTyping(onChange);
    this.outbox = new DeskOutbox({
      api, storage, onChange,
      onStored: async (draft) => {
        if (draft.conversation === this.selected) await this.loadDetail();
      },
      onFailed: (_, error) => {
        if (!expired(error) && error instanceof ApiError && error.status === 409) void this.loadDetail();
        return reasonOf(error, words);
      },
    });
  }

  /** For parts of the screen that ask the server something of their own. */
  get api(): Api {
    return this.options.api;
  }

  /** Who is logged in, if anybody. */
  get user(): User | undefined {
    return this.logIn.user;
  }

  get session(): LogIn['session'] {
    return this.logIn.session;
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

  /** Opens a conversation; undefined closes it. */
  async select(id: string | undefined): Promise<void> {
    if (id !== this.selected) {
      this.opened.choose(id);
      this.typing.stop();
      this.steps.notice = undefined;
    }
    if (id) this.list.unread.delete(id);
    this.options.onChange();
    await this.loadDetail();
  }

  /** Asks the opened conversation again, and with what opens now its cases. */
  async loadDetail(): Promise<void> {
    const before = this.detail;
    await this.opened.load().catch((error: unknown) => void this.logIn.checkSession(error));
    this.options.onChange();
    if (!before && this.detail) await this.loadCases();
  }

  async loadCases(): Promise<void> {
    await this.opened.loadCases();
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
    this.logIn.wrote(now);
    if (!told || !this.mine || !this.selected || !this.ownTyping.due(now)) return;
    // A lost sign is no loss; but who is logged out should hear it before the whole answer is typed.
    this.options.api.typing(this.selected).catch((error: unknown) => this.logIn.checkSession(error));
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

  /** Nothing of who was logged in before is for who is now: not what was open, and not what waits to be sent in their name. */
  private forget(): void {
    this.opened.choose(undefined);
    this.typing.stop();
    this.list.clear();
    this.outbox.clear();
    this.options.onOther();
  }
}
