/**
 * The conversation as the citizen sees it: what the server sent, once and in order, and what is still on its way.
 *
 * No DOM here: the element draws this, Vitest tests it.
 */
import type { ClientFrame, Human, Message, ServerEvent, Standing, State, Trust } from '../shared/protocol.ts';
import { newId } from '../shared/id.ts';
import { Outbox, type Pending } from './outbox.ts';
import type { Status } from './connection.ts';

/** How long a typing sign stays without news (docs/protocol.md). */
const TYPING_SHOWN = 8_000;
/** At most one typing frame in this time. */
const TYPING_EVERY = 3_000;
/** What is typed is shown to the human this long after a key, where that is on. */
const PREVIEW_AFTER = 500;
/** After this long without an answer the citizen is told that it takes long. */
const SLOW_AFTER = 8_000;

export interface ConversationOptions {
  send: (frame: ClientFrame) => boolean;
  storage: Storage | undefined;
  /** Something changed: draw again. */
  onChange: () => void;
  /** Messages of others that came after the first replay: to announce, once. */
  onFresh: (messages: Message[]) => void;
  /** The citizen deleted the conversation, here or in another tab. */
  onErased: () => void;
  /** A message of this citizen was refused. */
  onRefused: (reason: string) => void;
}

export class Conversation {
  readonly #options: ConversationOptions;

  state: State = 'bot';
  human: Human | null = null;
  place: number | null = null;
  trust: Trust = 'anoniem';
  status: Status = 'connecting';
  typing: 'bot' | 'human' | null = null;
  language = 'nl';
  /** The human reads along; the page says so. */
  preview = false;

  readonly #bySeq = new Map<number, Message>();
  readonly #ids = new Set<string>();
  readonly #outbox: Outbox;
  /** Messages up to here were there when the page opened: not news. Undefined until the first welcome. */
  #oldUntil: number | undefined;
  #highest = 0;
  #acked = 0;
  #typingTimer: ReturnType<typeof setTimeout> | undefined;
  #typedAt = -Infinity;
  #previewTimer: ReturnType<typeof setTimeout> | undefined;
  readonly #slow = new Set<string>();

  constructor(options: ConversationOptions) {
    this.#options = options;
    this.#outbox = new Outbox(options.storage);
  }

  /** Everything the server has stored, in order of sequence number. */
  get messages(): Message[] {
    return [...this.#bySeq.values()].sort((a, b) => a.seq - b.seq);
  }

  /** What was typed here and is not yet among `messages`. */
  get pending(): readonly Pending[] {
    return this.#outbox.all.filter((item) => !this.#ids.has(item.id));
  }

  /** The sequence number to resume after. */
  get lastSeq(): number {
    return this.#highest;
  }

  /** Whether the first answer of the server has come. */
  get opened(): boolean {
    return this.#oldUntil !== undefined;
  }

  /** Whether there is more than a greeting: until then the first screen is shown. */
  get begun(): boolean {
    return this.pending.length > 0 || this.#bySeq.size > 1 || this.state !== 'bot' || this.messages[0]?.author === 'citizen';
  }

  /** Whether messages that were there before the page opened are still coming in. */
  get replaying(): boolean {
    return this.#oldUntil === undefined || this.#highest <= this.#oldUntil;
  }

  isSlow(id: string): boolean {
    return this.#slow.has(id);
  }

  /** Says `text`; returns the id. Empty text is nothing to say. */
  say(text: string): string | undefined {
    const trimmed = text.trim();
    return trimmed ? this.#add({ text: trimmed }) : undefined;
  }

  /** Presses a button of message `seq`. */
  press(seq: number, title: string, payload: string): string {
    return this.#add({ text: title, button: { seq, payload } });
  }

  /** Sends a refused or unsent message again. */
  retry(id: string): void {
    const item = this.#outbox.find(id);
    if (item) this.#transmit(item);
    this.#options.onChange();
  }

  /** Takes a message back that was not stored; returns its text. */
  takeBack(id: string): string {
    const text = this.#outbox.find(id)?.text ?? '';
    this.#outbox.remove(id);
    this.#options.onChange();
    return text;
  }

  /** The citizen is typing; only a human on the other side is told, and not at every key. `text` is read where they read along. */
  typed(now: number, text: () => string): void {
    if (this.preview) {
      this.#previewTimer ??= setTimeout(() => {
        this.#previewTimer = undefined;
        if (this.preview) this.#options.send({ type: 'typing', text: text() });
      }, PREVIEW_AFTER);
      return;
    }
    if (!text().trim()) return;
    if (this.state !== 'claimed' && this.state !== 'second_line_pending') return;
    if (now - this.#typedAt < TYPING_EVERY) return;
    this.#typedAt = now;
    this.#options.send({ type: 'typing' });
  }

  /** Everything up to the last message was shown; said once. */
  shown(): void {
    if (this.#highest <= this.#acked) return;
    if (this.#options.send({ type: 'ack', seq: this.#highest })) this.#acked = this.#highest;
  }

  setStatus(status: Status): void {
    this.status = status;
    if (status !== 'online') {
      this.#stopTyping();
      for (const item of this.#outbox.all) if (item.status === 'sending') this.#outbox.change(item.id, { status: 'unsent' });
    }
    this.#options.onChange();
  }

  /** Takes in what the server says. */
  receive(event: ServerEvent): void {
    switch (event.type) {
      case 'welcome':
        this.#oldUntil ??= event.last_seq;
        this.#takeState(event);
        for (const item of this.#outbox.all) if (item.status === 'unsent') this.#transmit(item);
        break;
      case 'message':
        this.#takeMessage(event.message);
        break;
      case 'accepted':
        this.#slow.delete(event.id);
        if (this.#ids.has(event.id)) this.#outbox.remove(event.id);
        else this.#outbox.change(event.id, { status: 'stored' });
        break;
      case 'refused':
        this.#slow.delete(event.id);
        if (!this.#outbox.find(event.id)) break;
        this.#outbox.change(event.id, { status: 'refused', reason: event.text });
        this.#options.onRefused(event.text);
        break;
      case 'state':
        this.#takeState(event);
        break;
      case 'erased':
        this.#options.onErased();
        return;
      case 'typing':
        this.typing = event.author;
        clearTimeout(this.#typingTimer);
        this.#typingTimer = setTimeout(() => {
          this.#stopTyping();
          this.#options.onChange();
        }, TYPING_SHOWN);
        break;
      default:
        return; // a later version of the protocol may say more
    }
    this.#options.onChange();
  }

  /** Everything of this conversation is gone; what was not sent yet stays, unless the citizen deleted it all. */
  forget(deleted: boolean): void {
    this.#bySeq.clear();
    this.#ids.clear();
    this.#slow.clear();
    this.#stopTyping();
    this.#oldUntil = undefined;
    this.#highest = this.#acked = 0;
    this.#takeState({ state: 'bot', human: null, place: null });
    if (deleted) for (const item of this.#outbox.all) this.#outbox.remove(item.id);
    this.#options.onChange();
  }

  #takeState(event: Standing): void {
    if (event.state !== this.state) this.#stopTyping();
    this.state = event.state;
    this.human = event.human;
    this.place = event.place;
    this.language = event.language ?? 'nl';
    this.trust = event.trust ?? 'anoniem';
    this.preview = event.preview ?? false;
  }

  #takeMessage(message: Message): void {
    const known = this.#bySeq.has(message.seq);
    this.#bySeq.set(message.seq, message); // a second copy may carry a newer delivery state
    this.#highest = Math.max(this.#highest, message.seq);
    if (known) return;
    if (message.author === 'citizen') {
      if (message.id) {
        this.#ids.add(message.id);
        this.#slow.delete(message.id);
        this.#outbox.remove(message.id);
      }
      return;
    }
    this.#stopTyping();
    if (this.#oldUntil !== undefined && message.seq > this.#oldUntil) this.#options.onFresh([message]);
  }

  #stopTyping(): void {
    clearTimeout(this.#typingTimer);
    this.typing = null;
  }

  #add(what: Pick<Pending, 'text' | 'button'>): string {
    const item: Pending = { ...what, id: newId(), status: 'sending', at: new Date().toISOString() };
    this.#outbox.add(item);
    this.#typedAt = -Infinity; // the next word is news again
    this.#transmit(item);
    this.#options.onChange();
    return item.id;
  }

  #transmit(item: Pending): void {
    const sent = this.#options.send(
      item.button
        ? { type: 'button', id: item.id, seq: item.button.seq, payload: item.button.payload }
        : { type: 'message', id: item.id, text: item.text },
    );
    this.#outbox.change(item.id, { status: sent ? 'sending' : 'unsent' });
    if (!sent) return;
    setTimeout(() => {
      if (this.#outbox.find(item.id)?.status !== 'sending') return;
      this.#slow.add(item.id);
      this.#options.onChange();
    }, SLOW_AFTER);
  }
}
