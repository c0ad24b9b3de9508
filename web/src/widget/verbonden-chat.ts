/** `<verbonden-chat>`: the citizen's conversation with Verbonden, as one element for any page. */
import { STYLES } from './styles.ts';
import { LitElement, html, nothing, unsafeCSS, type TemplateResult } from 'lit';
import { announce } from '../shared/announcer.ts';
import { icon } from '../shared/icons.ts';
import type { Message } from '../shared/protocol.ts';
import { has, loadTexts, t } from '../shared/texts.ts';
import { announcement } from './announce.ts';
import { Business } from './business.ts';
import { Connection } from './connection.ts';
import { Conversation } from './conversation.ts';
import { download } from './download.ts';
import { Drawn } from './drawn.ts';
import { Field } from './field.ts';
import { Scroller } from './scroller.ts';
import { Session } from './session.ts';
import { store } from './storage.ts';
import { Tools } from './tools.ts';
import { Uploads } from './uploads.ts';
import { composerView, launchView, startView, stateView, toEndView, troubleView, typingWords, wayToHuman } from './views/frame.ts';
import { listView } from './views/list.ts';
import { speaker, type MessageActions } from './views/message.ts';
import { panelView, ratingView } from './views/panels.ts';
import { trustView } from './views/trust.ts';

/** Where this script came from is where the gateway is, unless the page says otherwise. */
const HOME = import.meta.env.DEV ? `${location.origin}/` : import.meta.url.replace(/[^/]*$/, '');

/** Kept in this tab: there was a conversation. */
const KNOWN = 'verbonden-known';

/** States in which a human has the conversation, or gets it. */
const HUMAN = new Set(['queued', 'claimed', 'second_line_pending', 'callback']);

/** First the last words of the human are read; then comes the question how it was. */
const RATE_AFTER = 2_000;

/** A short loss of connection is not worth worrying anybody. */
const WORRY_AFTER = 1_500;

export class VerbondenChat extends LitElement {
  static override styles = unsafeCSS(STYLES);
  static override properties = {
    server: {},
    language: {},
    launcher: { type: Boolean },
    opened: { state: true },
    worried: { state: true },
  };

  /** Address of the gateway; by default where this script came from. */
  declare server: string;
  /** Language of the conversation, as in the protocol. */
  declare language: string;
  /** Shows a button in the corner that opens the conversation, instead of the conversation itself. */
  declare launcher: boolean;
  /** The conversation is shown; always so without `launcher`. */
  declare opened: boolean;
  /** The connection has been gone long enough to say so. */
  declare worried: boolean;

  readonly #redraw = (): void => this.requestUpdate();
  readonly #conversation = new Conversation({
    send: (frame) => this.#connection?.send(frame) ?? false,
    storage: store('sessionStorage'),
    onChange: this.#redraw,
    onFresh: (messages) => this.#onFresh(messages),
    onErased: () => this.#forget(true),
    onRefused: (reason) => this.#announce(t('chat.message.refused', { reason })),
  });
  readonly #tools = new Tools(this.#redraw, (words) => {
    this.#announce(words);
    this.requestUpdate();
  });
  readonly #field = new Field(this);
  readonly #drawn = new Drawn();
  #session: Session | undefined;
  #business: Business | undefined;
  #uploads: Uploads | undefined;
  #connection: Connection | undefined;
  #scroller: Scroller | undefined;
  #worryTimer: ReturnType<typeof setTimeout> | undefined;
  readonly #known = store('sessionStorage')?.getItem(KNOWN) === 'yes';
  /** Something came while the conversation was closed. */
  #news = false;

  constructor() {
    super();
    this.server = HOME;
    this.language = 'nl';
    this.launcher = false;
    this.opened = false;
    this.worried = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#scroller?.start(); // the page moved the element
    const base = new URL(this.server.endsWith('/') ? this.server : `${this.server}/`, location.href).href;
    const session = new Session(base, store('localStorage'));
    this.#session = session;
    this.#uploads = new Uploads(session, this.#redraw, (trouble) => this.#announce(t('chat.message.refused', { reason: trouble })));
    this.#business = new Business({ session, words: async () => has('chat.delete.title') || loadTexts(base), onChange: this.#redraw, onDone: (_, words) => this.#onDone(words) });
    this.#connection = new Connection({
      session,
      language: this.language,
      after: () => this.#conversation.lastSeq,
      onEvent: (event) => this.#conversation.receive(event),
      onRenewed: () => this.#forget(false),
      onStatus: (status) => {
        if (status === 'online') {
          if (this.worried) this.#announce(t('chat.announce.online'));
          // The button to try again goes away; who was on it goes on where they can talk.
          if (this.renderRoot.querySelector('.trouble-bar :focus')) this.#field.settleFocus();
          clearTimeout(this.#worryTimer);
          this.#worryTimer = undefined;
          this.worried = false;
        } else {
          this.#worryTimer ??= setTimeout(() => this.#worry(), WORRY_AFTER);
        }
        this.#conversation.setStatus(status);
      },
    });
    // Behind the button in the corner nothing is asked of the server until somebody wants to talk, or did before.
    if (!this.launcher || this.#known) this.#connection.start();
    document.addEventListener('visibilitychange', this.#tellShown);
    void loadTexts(base).then((any) => any && this.requestUpdate());
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#connection?.stop();
    this.#tools.reader.stop();
    this.#scroller?.stop();
    this.#uploads?.stop();
    clearTimeout(this.#worryTimer);
    document.removeEventListener('visibilitychange', this.#tellShown);
  }

  protected override firstUpdated(): void {
    const box = this.renderRoot.querySelector<HTMLElement>('.scroller');
    if (box) this.#scroller = new Scroller(box, this.#redraw);
  }

  protected override updated(): void {
    const conversation = this.#conversation;
    const count = conversation.begun ? conversation.messages.length + conversation.pending.length + (this.#uploads?.all.length ?? 0) : 0;
    if (this.#drawn.messages(this.renderRoot, conversation, count, this.#scroller)) store('sessionStorage')?.setItem(KNOWN, 'yes');
    this.#tellShown();
    this.#drawn.panel(this.renderRoot.querySelector('dialog'), this.#business?.panel);
    if (this.#drawn.state(conversation)) setTimeout(() => void this.#business?.askRateable(), RATE_AFTER);
    const words = this.#drawn.words(conversation);
    if (words) this.#announce(words);
  }

  protected override render(): TemplateResult {
    const conversation = this.#conversation;
    const empty = !conversation.begun;
    // Who was here before gets their conversation back: do not show them the first screen in between.
    const first = !this.#known || conversation.opened || this.worried;
    const hidden = this.launcher && !this.opened;
    const tools = {
      language: conversation.language,
      reading: this.#tools.reader.supported ? this.#tools.reader.automatic : undefined,
      toggleReading: () => this.#tools.reader.toggleAutomatic(),
      save: empty ? undefined : (kind: 'html' | 'json') => void this.#save(kind),
    };
    return html`${hidden ? launchView(this.#news, () => this.#show(true)) : nothing}<section class="shell" aria-label=${t('chat.region')} lang="nl" ?hidden=${hidden} @keydown=${this.#onKey}>
      <div class="top">
        ${stateView(conversation)}
        <button type="button" class="top-tool" @click=${() => void this.#business?.open('language')}>${icon('globe')}<span class="tools-name">${t('chat.tools.language')}</span></button>
        ${tools.save || tools.reading !== undefined ? html`<button type="button" class="top-tool" @click=${() => void this.#business?.open('more')}>${icon('more')}<span class="tools-name">${t('chat.tools.menu')}</span></button>` : nothing}
        ${this.launcher ? html`<button type="button" class="top-tool" @click=${() => this.#show(false)}>${icon('close')}<span class="hidden">${t('chat.launcher.close')}</span></button>` : nothing}
      </div>
      ${trustView(conversation.trust, () => void this.#logOut())}
      <div class="scroller" tabindex="0" role="region" aria-label=${t('chat.messages')}><div class="content">
        ${!empty ? nothing : first ? startView((text) => this.#ask(text)) : html`<p class="loading">${t('chat.loading')}</p>`}
        <ol class="messages" ?hidden=${empty}>${listView(conversation, this.#uploads, this.#tools, this.#actions())}</ol>
        ${conversation.state === 'closed' && this.#business && this.#business.panel !== 'rating' ? ratingView(this.#business) : nothing}
        ${conversation.typing ? html`<p class="typing"><span class="dots" aria-hidden="true"><i></i><i></i><i></i></span>${typingWords(conversation)}</p>` : nothing}
        <div class="end" aria-hidden="true"></div>
      </div></div>
      <div class="bottom">
        ${this.#scroller && this.#drawn.count > 0 ? toEndView(this.#scroller) : nothing}
        ${this.worried ? troubleView(conversation, () => this.#connection?.retryNow()) : nothing}
        ${composerView({
          submit: () => this.#submit(),
          way: wayToHuman(conversation.state, (words) => this.#ask(words), () => void this.#business?.open('callback')),
          attach: HUMAN.has(conversation.state) && has('chat.file.attach') ? (files) => this.#uploads?.add(files) : undefined,
          typed: () => this.#typed(),
          preview: conversation.preview,
        })}
      </div>
      ${this.#business ? panelView(this.#business, tools, () => this.#business?.close()) : nothing}
    </section>
    <div class="hidden announcer" aria-live="polite" aria-relevant="additions"></div>`;
  }

  /** Opens or closes the conversation in the corner; the focus goes along. */
  #show(open: boolean): void {
    this.opened = open;
    this.#news = false;
    if (open) this.#connection?.start();
    void this.updateComplete.then(() => {
      if (open && this.#drawn.count > 0) this.#scroller?.toEnd();
      if (open) this.#field.settleFocus();
      else this.renderRoot.querySelector<HTMLElement>('.launch')?.focus();
    });
  }

  readonly #onKey = (event: KeyboardEvent): void => {
    if (event.key === 'Escape' && this.launcher && !event.defaultPrevented) this.#show(false);
  };

  #actions(): MessageActions {
    return {
      press: (message, button) => this.#conversation.press(message.seq, button.title, button.payload),
      copy: (message) => void this.#tools.copy(message),
      speak: this.#tools.reader.supported ? (message) => this.#tools.speak(message) : undefined,
      retry: (id) => this.#conversation.retry(id),
      change: (id) => this.#field.add(this.#conversation.takeBack(id)),
      discard: (id) => {
        this.#conversation.takeBack(id);
        this.#announce(t('chat.message.discarded'));
        this.#field.settleFocus();
      },
    };
  }

  /** Logs out here and then, in this window, at the provider; on a page of another site the conversation itself is told. */
  async #logOut(): Promise<void> {
    const answer = await fetch('/digid/uitloggen', { method: 'POST' }).catch(() => undefined);
    if (answer?.ok) location.assign((await answer.json()).next);
    else this.#ask(t('chat.trust.log_out'));
  }

  #submit(): void {
    if (this.#conversation.say(this.#field.value) !== undefined) this.#field.value = '';
  }

  /** A ready question was pressed; its button goes away, so the focus goes to where the talk goes on. */
  #ask(text: string): void {
    this.#conversation.say(text);
    this.#field.settleFocus();
  }

  #typed(): void {
    this.#field.grow();
    this.#conversation.typed(performance.now(), () => this.#field.value);
  }

  #onFresh(messages: Message[]): void {
    this.#news = true;
    this.#tools.note = undefined;
    for (const message of messages) {
      this.#announce(t('chat.announce.message', { author: speaker(message), text: announcement(message) }));
      if (this.#tools.reader.automatic) this.#tools.reader.say(message);
    }
  }

  readonly #tellShown = (): void => {
    if (document.visibilityState === 'visible') this.#conversation.shown();
  };

  #worry(): void {
    this.worried = true;
    this.#announce(navigator.onLine ? t('chat.connection.lost') : t('chat.connection.offline'));
  }

  #announce(words: string): void {
    announce(this.renderRoot.querySelector('.announcer'), words);
  }

  async #save(kind: 'html' | 'json'): Promise<void> {
    try {
      await download(this.#session, kind);
      this.#announce(t('chat.tools.downloaded'));
    } catch {
      this.#business?.fail(t('chat.panel.offline'));
    }
  }

  /** The conversation is no longer there, or it is another one. */
  #forget(deleted: boolean): void {
    if (deleted) this.#session?.forget();
    store('sessionStorage')?.removeItem(KNOWN);
    this.#tools.reader.stop();
    this.#drawn.count = 0;
    this.#conversation.forget(deleted);
  }

  #onDone(words: string): void {
    if (words) this.#announce(words);
    void this.updateComplete.then(() => this.#field.settleFocus());
  }
}
