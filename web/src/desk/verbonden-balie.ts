/** `<verbonden-balie>`: the desk of the counter staff, drawn straight into the page. */
import { LitElement, html, nothing, type TemplateResult } from 'lit';
import { icon } from '../shared/icons.ts';
import type { Message } from '../shared/protocol.ts';
import { loadTexts, t } from '../shared/texts.ts';
import { Api, ApiError, type Outcome } from './api.ts';
import { Desk, type Draft } from './desk.ts';
import { Drafts } from './drafts.ts';
import { Push } from './push.ts';
import { correctionView, type Correction } from './review/correction.ts';
import { mayReview, ReviewApi, type Answer } from './review/protocol.ts';
import { ReviewDesk } from './review/review-desk.ts';
import { reviewListView, reviewPaneView, type ReviewActions } from './review/views.ts';
import { Sound } from './sound.ts';
import { composerView } from './views/composer.ts';
import { conversationView } from './views/conversation.ts';
import { dialogsView, type DialogName } from './views/dialogs.ts';
import { loginView } from './views/login.ts';
import { queueView } from './views/queue.ts';

const BASE = new URL('.', document.baseURI).href;
/** Waiting times are drawn anew this often (milliseconds). */
const TICK = 15_000;
const HASH = /^#gesprek\/(.+)$/;
const REVIEW_HASH = '#niet-begrepen';

export class VerbondenBalie extends LitElement {
  static override properties = {
    offline: { state: true },
    kind: { state: true },
    loginBusy: { state: true },
    loginError: { state: true },
    outcomeMissing: { state: true },
    correction: { state: true },
    reviewing: { state: true },
  };

  declare offline: boolean;
  declare kind: Draft['kind'];
  declare loginBusy: boolean;
  declare loginError: string;
  declare outcomeMissing: boolean;
  declare correction: Correction | undefined;
  /** The review list is open instead of the queue. */
  declare reviewing: boolean;

  private readonly api = new Api(BASE);
  private readonly desk = new Desk({
    api: this.api,
    onChange: () => this.changed(),
    onUrgent: () => {
      this.sound.play();
      this.announce(t('desk.announce.urgent'), true);
    },
    onHeard: (message) => this.announce(t('desk.announce.message', { text: message.text })),
    words: (kind) => t(`desk.error.${kind}`),
  });
  private readonly review = new ReviewDesk({
    api: new ReviewApi(this.api),
    onChange: () => this.requestUpdate(),
    onExpired: (error) => {
      if (this.desk.checkSession(error)) this.changed();
    },
    words: (kind) => t(`desk.error.${kind}`),
  });
  private readonly push = new Push(
    this.api.socketAddress,
    (event) => (event.type === 'review' ? this.review.changed() : this.desk.receive(event)),
    (open) => {
      this.offline = !open;
      if (!open) return;
      this.desk.refresh();
      if (mayReview(this.desk.user)) void this.review.load();
    },
  );
  private readonly drafts = new Drafts(sessionStorage);
  private readonly sound = new Sound();
  /** Queue and conversation are next to each other; the style sheet has the same measure. */
  private readonly wide = matchMedia('(min-width: 60.01rem)');
  private ticker: ReturnType<typeof setInterval> | undefined;
  private drawn = '';

  constructor() {
    super();
    this.offline = false;
    this.kind = 'messages';
    this.loginBusy = false;
    this.loginError = '';
    this.outcomeMissing = false;
    this.correction = undefined;
    this.reviewing = false;
  }

  /** No shadow: the desk is a page of its own, and plain elements are easiest for tools that help people read. */
  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.ticker = setInterval(() => this.requestUpdate(), TICK);
    addEventListener('hashchange', this.onHash);
    this.wide.addEventListener('change', this.redraw);
    void loadTexts(BASE).then((changed) => changed && this.requestUpdate());
    void this.desk.resume().then(this.onHash);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.ticker);
    removeEventListener('hashchange', this.onHash);
    this.wide.removeEventListener('change', this.redraw);
    this.push.stop();
  }

  protected override updated(): void {
    const { desk } = this;
    document.title =
      desk.session !== 'in'
        ? t('desk.title')
        : desk.urgent.size > 0
          ? t('desk.title_urgent')
          : desk.counts.waiting > 0
            ? t('desk.title_waiting', { count: desk.counts.waiting })
            : t('desk.title');
    // A conversation opens at its end (on a narrow screen at its summary), and follows while the reader is at the end.
    const scroller = this.querySelector(this.wide.matches ? '.scroller' : '.panes');
    const key = `${desk.detail?.item.id ?? ''} ${(desk.detail?.messages.length ?? 0) + desk.pending.length}`;
    if (!scroller || key === this.drawn) return;
    const fresh = key.split(' ')[0] !== this.drawn.split(' ')[0];
    const near = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 400;
    const own = desk.pending.length > 0;
    if (fresh ? this.wide.matches : near || own) scroller.scrollTop = scroller.scrollHeight;
    this.drawn = key;
  }

  protected override render(): TemplateResult {
    const { desk } = this;
    return html`${this.headerView()}
      ${desk.session === 'in' ? this.deskView() : desk.session === 'unknown' ? html`<main class="nothing"><p>${t('desk.loading')}</p></main>` : this.loginView()}
      <div class="hidden" id="polite" aria-live="polite" aria-relevant="additions"></div>
      <div class="hidden" id="assertive" aria-live="assertive" aria-relevant="additions"></div>`;
  }

  /** Something is open beside the list; on a narrow screen it is all that is seen. */
  private get opened(): boolean {
    return (this.reviewing ? this.review.current : this.desk.selected) !== undefined;
  }

  private headerView(): TemplateResult {
    const { desk } = this;
    const user = desk.session === 'in' ? desk.user : undefined;
    const tool = (symbol: Parameters<typeof icon>[0], words: string, action: () => void): TemplateResult =>
      html`<button type="button" class="header-tool" title=${words} @click=${action}>${icon(symbol)}<span class="hidden">${words}</span></button>`;
    return html`<header class="header">
      ${user
        ? html`${this.wide.matches || !this.opened ? html`<a class="skip" href="#queue" @click=${this.skip}>${t('desk.skip.queue')}</a>` : nothing}
            ${this.wide.matches || this.opened ? html`<a class="skip" href="#conversation" @click=${this.skip}>${t('desk.skip.conversation')}</a>` : nothing}
            ${desk.mine && !this.reviewing ? html`<a class="skip" href="#reply" @click=${this.skip}>${t('desk.skip.reply')}</a>` : nothing}`
        : nothing}
      <h1 class="brand">
        <svg class="mark" viewBox="0 0 48 32" aria-hidden="true" focusable="false"><circle cx="17" cy="16" r="12" /><circle class="mark-second" cx="31" cy="16" r="12" /><path d="M24 6.3a12 12 0 0 1 4.9 8" /></svg>
        <span>${t('desk.brand')} <span class="brand-part">${t('desk.subtitle')}</span></span>
      </h1>
      ${user
        ? html`<p class="user">${icon('person')} ${t('desk.header.user', { name: user.name, organisation: user.organisation_name || user.organisation })}</p>
            <div class="row">
              ${tool(this.sound.on ? 'speak' : 'mute', t(this.sound.on ? 'desk.header.sound_off' : 'desk.header.sound_on'), () => {
                this.sound.toggle();
                this.requestUpdate();
              })}
              ${tool('help', t('desk.header.help'), () => this.open('help'))}
              <button type="button" class="header-button" @click=${() => void this.desk.logout()}>${t('desk.header.logout')}</button>
            </div>`
        : nothing}
    </header>`;
  }

  private deskView(): TemplateResult {
    const { desk } = this;
    const now = new Date();
    const id = desk.selected ?? '';
    return html`${this.offline ? html`<p class="utrecht-alert utrecht-alert--warning notice bar" role="status">${icon('warning')}<span>${t('desk.header.offline')}</span></p>` : nothing}
      <main class="desk ${this.opened ? 'desk-open' : ''}">
        ${queueView(desk, now, (conversation) => this.go(conversation), {
          count: mayReview(desk.user) ? this.review.counts.open : undefined,
          body: this.reviewing ? reviewListView(this.review, this.reviewActions) : undefined,
          open: () => this.goTo(REVIEW_HASH),
          leave: (view) => {
            if (this.reviewing) this.goTo('#');
            desk.setView(view);
          },
        })}
        ${this.reviewing
          ? html`<section class="conversation" id="conversation" tabindex="-1" aria-label=${t('desk.review.tab')}>${reviewPaneView(this.review, this.reviewActions)}</section>`
          : this.conversationPane(now, id)}
      </main>
      ${dialogsView(
        {
          giveBack: (reason) => void this.finish(desk.giveBack(reason), t('desk.return.done')),
          close: (outcome: Outcome, note) => void this.finish(desk.close(outcome, note), t('desk.close.done')),
        },
        this.outcomeMissing,
        (missing) => (this.outcomeMissing = missing),
      )}
      ${correctionView(this.correction, this.review.choices, (answer) => void this.correct(answer), () => (this.correction = undefined))}`;
  }

  private conversationPane(now: Date, id: string): TemplateResult {
    const { desk } = this;
    return html`<section class="conversation" id="conversation" tabindex="-1" aria-label=${t('desk.conversation.label')}>
          <div role="alert">
            ${desk.notice
              ? html`<p class="utrecht-alert utrecht-alert--error notice">${icon('warning')}<span>${desk.notice.text}</span>
                  <button type="button" class="nl-button nl-button--subtle" @click=${() => desk.dismiss()}>${t('desk.error.dismiss')}</button></p>`
              : nothing}
          </div>
          ${conversationView(desk, now, {
            back: () => this.go(undefined),
            claim: () => void this.claim(),
            giveBack: () => this.open('return'),
            close: () => this.open('close'),
            show: (seq) => this.show(seq),
            correct: mayReview(desk.user) && this.review.choices ? (message) => this.openCorrection(id, message) : undefined,
          })}
          ${composerView(desk, { kind: this.kind, text: this.drafts.get(id) }, {
            choose: (kind) => (this.kind = kind),
            typed: (text) => {
              this.drafts.set(id, text);
              if (this.kind === 'messages' && text.trim()) desk.typed(performance.now());
            },
            send: () => this.send(id),
          })}
        </section>`;
  }

  private loginView(): TemplateResult {
    const { desk } = this;
    return loginView(
      { expired: desk.session === 'expired', busy: this.loginBusy, error: this.loginError || (desk.notice?.text ?? '') },
      (username, password) => void this.login(username, password),
    );
  }

  private async login(username: string, password: string): Promise<void> {
    if (this.loginBusy) return;
    if (!username || !password) {
      this.loginError = t('desk.login.empty');
      return;
    }
    this.loginBusy = true;
    this.loginError = '';
    try {
      await this.desk.login(username, password);
      this.onHash();
    } catch (error) {
      const { status, text } = error instanceof ApiError ? error : { status: 0, text: '' };
      this.loginError = text || t(status === 429 ? 'desk.login.too_many' : 'desk.login.failed');
    }
    this.loginBusy = false;
  }

  private changed(): void {
    if (this.desk.session === 'in') this.push.start();
    else this.push.stop();
    this.requestUpdate();
  }

  /** The opened conversation is part of the address, so that reload and back do what people expect. */
  private go(conversation: string | undefined): void {
    this.goTo(conversation ? `#gesprek/${conversation}` : '#');
    void this.updateComplete.then(() => this.querySelector<HTMLElement>(conversation ? '#conversation' : '#queue')?.focus({ preventScroll: true }));
  }

  private goTo(hash: string): void {
    if (location.hash !== hash) history.pushState(null, '', hash);
    this.onHash();
  }

  private readonly redraw = (): void => this.requestUpdate();

  private readonly onHash = (): void => {
    if (this.desk.session !== 'in') return;
    this.reviewing = location.hash === REVIEW_HASH && mayReview(this.desk.user);
    const id = HASH.exec(location.hash)?.[1];
    if (id === this.desk.selected) return;
    this.kind = 'messages';
    void this.desk.select(id);
  };

  /** A skip link moves the focus, and leaves the address alone. */
  private readonly skip = (event: Event): void => {
    event.preventDefault();
    const target = (event.currentTarget as HTMLAnchorElement).hash;
    (this.querySelector<HTMLElement>(target) ?? this.querySelector<HTMLElement>('#conversation'))?.focus();
  };

  private show(seq: number): void {
    const message = this.querySelector<HTMLElement>(`#message-${seq}`);
    message?.scrollIntoView({ block: 'center' });
    message?.focus({ preventScroll: true });
  }

  private readonly reviewActions: ReviewActions = {
    open: (id) => {
      this.review.open(id);
      this.focusReview();
    },
    back: () => {
      this.review.open(undefined);
      void this.updateComplete.then(() => this.querySelector<HTMLElement>('#queue')?.focus());
    },
    save: (answer) => void this.reviewed(this.review.answer(answer), t('desk.review.saved')),
    dismiss: () => void this.reviewed(this.review.dismiss(), t('desk.review.dismissed')),
    skip: () => void this.review.skip().then(() => this.focusReview()),
    conversation: (id) => this.go(id),
  };

  private async reviewed(action: Promise<boolean>, words: string): Promise<void> {
    if (!(await action)) return;
    this.announce(words);
    this.focusReview();
  }

  /** The next message is read from its beginning. */
  private focusReview(): void {
    void this.updateComplete.then(() => (this.querySelector<HTMLElement>('#review-heading') ?? this.querySelector<HTMLElement>('#queue'))?.focus());
  }

  private openCorrection(conversation: string, message: Message): void {
    this.correction = { conversation, message, trouble: '' };
    void this.updateComplete.then(() => this.querySelector<HTMLDialogElement>('#dialog-correct')?.showModal());
  }

  private async correct(answer: Answer): Promise<void> {
    const { correction } = this;
    if (!correction) return;
    const trouble = await this.review.correct(correction.conversation, correction.message.seq, answer);
    if (trouble) {
      this.correction = { ...correction, trouble };
      return;
    }
    this.querySelector<HTMLDialogElement>('#dialog-correct')?.close();
    this.announce(t('desk.review.correct.done'));
  }

  private async claim(): Promise<void> {
    if (!(await this.desk.claim())) return;
    this.announce(t('desk.announce.claimed'));
    this.desk.setView('mine'); // where it is from now on
    await this.updateComplete;
    this.querySelector<HTMLElement>('#reply')?.focus();
  }

  private async finish(action: Promise<boolean>, words: string): Promise<void> {
    if (!(await action)) return;
    this.announce(words);
    await this.updateComplete;
    this.querySelector<HTMLElement>('#conversation-heading')?.focus();
  }

  private send(id: string): void {
    const text = this.drafts.get(id);
    if (!text.trim()) return;
    this.desk.write(this.kind, text);
    this.drafts.set(id, '');
    this.requestUpdate();
  }

  private open(name: DialogName): void {
    this.outcomeMissing = false;
    this.querySelector<HTMLDialogElement>(`#dialog-${name}`)?.showModal();
  }

  private announce(text: string, urgent = false): void {
    const line = document.createElement('p');
    line.textContent = text;
    this.querySelector(urgent ? '#assertive' : '#polite')?.append(line);
    setTimeout(() => line.remove(), 20_000);
  }
}
