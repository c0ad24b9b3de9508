/** `<verbonden-chat>`: the citizen's conversation with Verbonden, as one element for any page. */
import { LitElement, html, nothing, unsafeCSS, type PropertyValues, type TemplateResult } from 'lit';
import nldsCss from 'virtual:nlds';
import themeCss from 'virtual:theme';
import { icon, type Icon } from '../shared/icons.ts';
import type { Message } from '../shared/protocol.ts';
import { has, loadTexts, t } from '../shared/texts.ts';
import { announcement } from './announce.ts';
import { Business, type Panel } from './business.ts';
import { Connection } from './connection.ts';
import { Conversation } from './conversation.ts';
import { download } from './download.ts';
import { Reader } from './reader.ts';
import { Scroller } from './scroller.ts';
import { Session } from './session.ts';
import { Uploads } from './uploads.ts';
import { composerView, startView, stateView, stateWords, troubleView, typingWords } from './views/frame.ts';
import { listView } from './views/list.ts';
import { speaker, type MessageActions } from './views/message.ts';
import { panelView, ratingView } from './views/panels.ts';
import { trustView } from './views/trust.ts';
import baseCss from '../shared/base.css?inline';
import partsCss from '../shared/parts.css?inline';
import chatCss from './chat.css?inline';

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

function store(kind: 'sessionStorage' | 'localStorage'): Storage | undefined {
  try {
    return window[kind];
  } catch {
    return undefined; // storage can be forbidden
  }
}

export class VerbondenChat extends LitElement {
  static override styles = [unsafeCSS(nldsCss), unsafeCSS(themeCss), unsafeCSS(baseCss), unsafeCSS(partsCss), unsafeCSS(chatCss)];
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

  readonly #conversation = new Conversation({
    send: (frame) => this.#connection?.send(frame) ?? false,
    storage: store('sessionStorage'),
    onChange: () => this.requestUpdate(),
    onFresh: (messages) => this.#onFresh(messages),
    onErased: () => this.#forget(true),
    onRefused: (reason) => this.#announce(t('chat.announce.refused', { reason })),
  });
  readonly #reader = new Reader(() => this.requestUpdate());
  #session: Session | undefined;
  #business: Business | undefined;
  #uploads: Uploads | undefined;
  #connection: Connection | undefined;
  #scroller: Scroller | undefined;
  #worryTimer: ReturnType<typeof setTimeout> | undefined;
  readonly #known = store('sessionStorage')?.getItem(KNOWN) === 'yes';
  /** Something came while the conversation was closed. */
  #news = false;
  #saidState = '';
  #drawn = 0;
  #drawnState = 'bot';
  #drawnPanel: Panel | undefined;
  /** The question how it was is on the screen. */
  #rating = false;

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
    const base = new URL(this.server.endsWith('/') ? this.server : `${this.server}/`, location.href).href;
    const changed = (): void => this.requestUpdate();
    const session = new Session(base, store('localStorage'));
    this.#session = session;
    this.#uploads = new Uploads(session, changed, (trouble) => this.#announce(t('chat.announce.refused', { reason: trouble })));
    this.#business = new Business({ session, words: async () => has('chat.delete.title') || loadTexts(base), onChange: changed, onDone: (_, words) => this.#onDone(words) });
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
          if (this.renderRoot.querySelector('.trouble-bar :focus')) this.#settleFocus();
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
    this.#reader.stop();
    this.#scroller?.stop();
    clearTimeout(this.#worryTimer);
    document.removeEventListener('visibilitychange', this.#tellShown);
  }

  protected override firstUpdated(): void {
    const box = this.renderRoot.querySelector<HTMLElement>('.scroller');
    if (box) this.#scroller = new Scroller(box, () => this.requestUpdate());
  }

  protected override updated(_changed: PropertyValues): void {
    const conversation = this.#conversation;
    const count = conversation.begun ? conversation.messages.length + conversation.pending.length + (this.#uploads?.all.length ?? 0) : 0;
    const last = this.renderRoot.querySelector('.messages > .message:last-child');
    if (count > this.#drawn && last) {
      const kind = last.classList.contains('message-pending') ? 'own' : conversation.replaying ? 'old' : 'new';
      this.#scroller?.arrive(last, kind, performance.now());
    }
    if (count > 0 && this.#drawn === 0) store('sessionStorage')?.setItem(KNOWN, 'yes');
    this.#drawn = count;
    this.#tellShown();
    const rating = this.renderRoot.querySelector('.rating');
    if (rating && !this.#rating) this.#scroller?.arrive(rating, 'new', performance.now());
    this.#rating = rating !== null;
    const dialog = this.renderRoot.querySelector('dialog');
    const panel = this.#business?.panel;
    if (panel !== this.#drawnPanel) {
      if (!panel) dialog?.close();
      else if (!dialog?.open) dialog?.showModal();
      else dialog.querySelector<HTMLElement>('button, input')?.focus(); // one form made way for another
      this.#drawnPanel = panel;
    }
    if (conversation.state !== this.#drawnState) {
      this.#drawnState = conversation.state;
      if (conversation.state === 'closed') setTimeout(() => void this.#business?.askRateable(), RATE_AFTER);
    }
    const words = conversation.opened ? [...stateWords(conversation), ...(conversation.preview ? [t('chat.composer.preview')] : [])].join('. ') : '';
    if (words !== this.#saidState) {
      if (this.#saidState) this.#announce(words);
      this.#saidState = words;
    }
  }

  protected override render(): TemplateResult {
    const conversation = this.#conversation;
    const empty = !conversation.begun;
    // Who was here before gets their conversation back: do not show them the first screen in between.
    const first = !this.#known || conversation.opened || this.worried;
    const hidden = this.launcher && !this.opened;
    const tools = {
      language: conversation.language,
      reading: this.#reader.supported ? this.#reader.automatic : undefined,
      toggleReading: () => this.#reader.toggleAutomatic(),
      save: empty ? undefined : (kind: 'html' | 'json') => void this.#save(kind),
    };
    return html`${hidden ? this.#launchView() : nothing}<section class="shell" aria-label=${t('chat.region')} lang="nl" ?hidden=${hidden} @keydown=${this.#onKey}>
      <div class="top">
        ${stateView(conversation)}
        <button type="button" class="top-tool" @click=${() => void this.#business?.open('language')}>${icon('globe')}<span class="tools-name">${t('chat.tools.language')}</span></button>
        ${tools.save || tools.reading !== undefined ? html`<button type="button" class="top-tool" @click=${() => void this.#business?.open('more')}>${icon('more')}<span class="tools-name">${t('chat.tools.menu')}</span></button>` : nothing}
        ${this.launcher ? html`<button type="button" class="top-tool" @click=${() => this.#show(false)}>${icon('close')}<span class="hidden">${t('chat.launcher.close')}</span></button>` : nothing}
      </div>
      ${trustView(conversation.trust, () => void this.#logOut())}
      <div class="scroller" tabindex="0" role="region" aria-label=${t('chat.messages')}><div class="content">
        ${!empty ? nothing : first ? startView((text) => this.#ask(text)) : html`<p class="loading">${t('chat.loading')}</p>`}
        <ol class="messages" ?hidden=${empty}>${listView(conversation, this.#uploads, this.#reader.speaking, this.#actions())}</ol>
        ${conversation.state === 'closed' && this.#business && this.#business.panel !== 'rating' ? ratingView(this.#business) : nothing}
        ${conversation.typing ? html`<p class="typing"><span class="dots" aria-hidden="true"><i></i><i></i><i></i></span>${typingWords(conversation)}</p>` : nothing}
        <div class="end" aria-hidden="true"></div>
      </div></div>
      <div class="bottom">
        ${this.#toEndView()}
        ${this.worried ? troubleView(conversation, () => this.#connection?.retryNow()) : nothing}
        ${composerView({
          submit: () => this.#submit(),
          way: this.#way(),
          attach: HUMAN.has(conversation.state) && has('chat.file.attach') ? (files) => this.#uploads?.add(files) : undefined,
          typed: () => this.#onTyped(),
          preview: conversation.preview,
        })}
      </div>
      ${this.#business ? panelView(this.#business, tools, () => this.#business?.close()) : nothing}
    </section>
    <div class="hidden announcer" aria-live="polite" aria-relevant="additions"></div>`;
  }

  /** The way to a human; who waits for one can choose to be called. */
  #way(): { words: string; symbol: Icon; go: () => void } | undefined {
    const { state } = this.#conversation;
    if (state === 'bot' || state === 'closed') return { words: t('chat.composer.human'), symbol: 'person', go: () => this.#ask(t('chat.composer.human')) };
    if (state !== 'queued' && state !== 'callback') return undefined;
    return { words: t(state === 'queued' ? 'chat.composer.call' : 'chat.composer.call_change'), symbol: 'phone', go: () => void this.#business?.open('callback') };
  }

  #launchView(): TemplateResult {
    return html`<button type="button" class="nl-button nl-button--primary launch" @click=${() => this.#show(true)}>
      ${icon('chat')}<span class="nl-button__label">${t('chat.launcher.open')}${this.#news ? html` <span class="news">${t('chat.launcher.unread')}</span>` : nothing}</span>
    </button>`;
  }

  /** Opens or closes the conversation in the corner; the focus goes along. */
  #show(open: boolean): void {
    this.opened = open;
    this.#news = false;
    if (open) this.#connection?.start();
    void this.updateComplete.then(() => {
      if (open && this.#drawn > 0) this.#scroller?.toEnd();
      if (open) this.#settleFocus();
      else this.renderRoot.querySelector<HTMLElement>('.launch')?.focus();
    });
  }

  readonly #onKey = (event: KeyboardEvent): void => {
    if (event.key === 'Escape' && this.launcher && !event.defaultPrevented) this.#show(false);
  };

  /** The way back to the newest message, for who scrolled up; its focus goes to the conversation as it disappears. */
  #toEndView(): TemplateResult | typeof nothing {
    const scroller = this.#scroller;
    if (!scroller || scroller.atEnd || this.#drawn === 0) return nothing;
    const go = (): void => {
      this.renderRoot.querySelector<HTMLElement>('.scroller')?.focus({ preventScroll: true });
      scroller.toEnd();
    };
    return html`<button type="button" class="nl-button nl-button--secondary to-end" @click=${go}>
      ${icon('down')}${scroller.unseen ? html`<span class="nl-button__label">${t('chat.composer.new_messages')}</span>` : nothing}<span class="hidden">${t('chat.composer.to_end')}</span>
    </button>`;
  }

  #actions(): MessageActions {
    return {
      press: (message, button) => this.#conversation.press(message.seq, button.title, button.payload),
      copy: (message) => void this.#copy(message),
      speak: this.#reader.supported ? (message) => this.#reader.toggle(message.seq, announcement(message), message.language ?? '') : undefined,
      retry: (id) => this.#conversation.retry(id),
      change: (id) => {
        const text = this.#conversation.takeBack(id);
        this.#input.value = [this.#input.value, text].filter(Boolean).join('\n');
        this.#grow();
        this.#input.focus();
      },
      discard: (id) => {
        this.#conversation.takeBack(id);
        this.#announce(t('chat.message.discarded'));
        this.#settleFocus();
      },
    };
  }

  get #input(): HTMLTextAreaElement {
    return this.renderRoot.querySelector('#text') as HTMLTextAreaElement;
  }

  /** Logs out here and then, in this window, at the provider; on a page of another site the conversation itself is told. */
  async #logOut(): Promise<void> {
    const answer = await fetch('/digid/uitloggen', { method: 'POST' }).catch(() => undefined);
    if (answer?.ok) location.assign((await answer.json()).next);
    else this.#ask(t('chat.trust.log_out'));
  }

  #submit(): void {
    if (this.#conversation.say(this.#input.value) === undefined) return;
    this.#input.value = '';
    this.#grow();
  }

  /** A ready question was pressed; its button goes away, so the focus goes to where the talk goes on. */
  #ask(text: string): void {
    this.#conversation.say(text);
    this.#settleFocus();
  }

  /** On a phone the input would open the keyboard over the answer; there the conversation takes the focus. */
  #settleFocus(): void {
    const touch = matchMedia('(pointer: coarse)').matches;
    const target = touch ? this.renderRoot.querySelector<HTMLElement>('.scroller') : this.#input;
    target?.focus({ preventScroll: true });
  }

  #onTyped(): void {
    this.#grow();
    this.#conversation.typed(performance.now(), () => this.#input.value);
  }

  /** Lets the input grow with its text; the style sheet sets the most. */
  #grow(): void {
    this.#input.style.blockSize = 'auto';
    this.#input.style.blockSize = `${this.#input.scrollHeight + 2}px`;
  }

  #onFresh(messages: Message[]): void {
    this.#news = true;
    for (const message of messages) {
      const text = announcement(message);
      this.#announce(t('chat.announce.message', { author: speaker(message), text }));
      if (this.#reader.automatic) this.#reader.say(message.seq, text, message.language ?? '');
    }
  }

  readonly #tellShown = (): void => {
    if (document.visibilityState === 'visible') this.#conversation.shown();
  };

  #worry(): void {
    this.worried = true;
    this.#announce(navigator.onLine ? t('chat.connection.lost') : t('chat.connection.offline'));
  }

  /** Says `text` to screen readers, once; the region keeps it long enough to be read. */
  #announce(text: string): void {
    const line = document.createElement('p');
    line.textContent = text;
    this.renderRoot.querySelector('.announcer')?.append(line);
    setTimeout(() => line.remove(), 20_000);
  }

  async #copy(message: Message): Promise<void> {
    try {
      await navigator.clipboard.writeText(announcement(message));
      this.#announce(t('chat.message.copied'));
    } catch {
      // Without permission there is nothing to say: selecting the text by hand still works.
    }
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
    this.#reader.stop();
    this.#drawn = 0;
    this.#conversation.forget(deleted);
  }

  #onDone(words: string): void {
    if (words) this.#announce(words);
    void this.updateComplete.then(() => this.#settleFocus());
  }
}
