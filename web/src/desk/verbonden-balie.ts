/** `<verbonden-balie>`: the desk of the counter staff, drawn straight into the page. */
import { LitElement, html, nothing, type TemplateResult } from 'lit';
import { announce } from '../shared/announcer.ts';
import { icon } from '../shared/icons.ts';
import { loadTexts, t } from '../shared/texts.ts';
import { dayOf } from '../shared/time.ts';
import { Activity } from './activity.ts';
import { Acts, type Stage } from './acts.ts';
import { Api, ApiError } from './api.ts';
import { CallDesk } from './callbacks/call-desk.ts';
import { callListView, callPaneView } from './callbacks/views.ts';
import { Desk } from './desk.ts';
import { NO_FILTERS, filtered, type Filters } from './filters.ts';
import { letterKeys } from './keys.ts';
import { Leaving } from './leaving.ts';
import { LoginControl } from './login-control.ts';
import { Navigation } from './navigation.ts';
import { Notifications } from './notify.ts';
import { Follow, ListPlace } from './places.ts';
import { Push } from './push.ts';
import { Correcting } from './review/correcting.ts';
import { reviewActions } from './review/glue.ts';
import { mayReview, ReviewApi } from './review/protocol.ts';
import { ReviewDesk } from './review/review-desk.ts';
import { reviewListView, reviewPaneView } from './review/views.ts';
import { CALLS, REVIEW } from './route.ts';
import { shortcuts } from './shortcuts.ts';
import { Sound } from './sound.ts';
import { composerView } from './views/composer.ts';
import { conversationView } from './views/conversation.ts';
import { dialogsView, emptyForms, type DialogName } from './views/dialogs.ts';
import { headerView } from './views/header.ts';
import { noticeView } from './views/notice.ts';
import { queueView } from './views/queue.ts';
import { Writing } from './writing.ts';

const BASE = new URL('.', document.baseURI).href;
/** Waiting times are drawn anew this often (milliseconds). */
const TICK = 15_000;
/** A server that could not tell who is logged in is asked again after this long (milliseconds). */
const AGAIN = 5_000;

export class VerbondenBalie extends LitElement {
  private readonly api = new Api(BASE);
  private readonly redraw = (): void => this.requestUpdate();
  private readonly words = (kind: 'network' | 'unknown'): string => t(`desk.error.${kind}`);
  private readonly expired = (error: unknown): boolean => this.desk.logIn.checkSession(error);
  private readonly desk = new Desk({
    api: this.api,
    storage: sessionStorage,
    onChange: () => this.changed(),
    onUrgent: () => {
      this.sound.play();
      this.announce(t('desk.announce.urgent'), true);
      this.notifications.show(t('desk.notify.urgent'), 'spoed', () => this.navigation.list('waiting'));
    },
    onHeard: (message) => {
      this.announce(t('desk.announce.message', { text: message.text }));
      this.notifications.show(t('desk.notify.message'), 'message', this.redraw);
    },
    onElsewhere: (kind, conversation) => {
      if (kind === 'mention') this.announce(t('desk.announce.mention'));
      this.notifications.show(t(`desk.notify.${kind}`), kind, () => (conversation ? this.navigation.go(conversation) : this.redraw()));
    },
    onOther: () => this.other(),
    words: this.words,
  });
  private readonly review = new ReviewDesk({ api: new ReviewApi(this.api), onChange: this.redraw, onExpired: this.expired, words: this.words });
  private readonly calls = new CallDesk({ api: this.api, onChange: this.redraw, onExpired: this.expired, words: this.words });
  private readonly push = new Push(
    this.api.socketAddress,
    (event) => {
      if (event.type === 'review') void (mayReview(this.desk.user) ? this.review.changed() : undefined);
      else if (event.type === 'callback') void this.calls.load();
      else if (event.type === 'presence') void (this.writing.assist.around ? this.writing.assist.look() : undefined);
      else this.desk.receive(event);
    },
    (open) => {
      this.offline = !open;
      this.requestUpdate();
      if (!open) return;
      this.desk.refresh();
      void this.calls.load();
      void (mayReview(this.desk.user) ? this.review.load() : this.review.learn());
    },
    () => this.expired(new ApiError(401, 'not_logged_in', '')),
  );
  private readonly login = new LoginControl(this.api, this.desk, this.redraw, () => {
    this.entered();
    // Who was typing goes on there; on a narrow screen only one of the other two is seen.
    void this.updateComplete.then(() => this.focusOn(this.querySelector('#reply') ? '#reply' : this.opened ? '#conversation' : '#queue'));
  });
  private readonly writing = new Writing(this.api, this.desk, {
    redraw: this.redraw,
    field: (act) => void this.updateComplete.then(() => this.querySelectorAll<HTMLTextAreaElement>('#reply').forEach(act)),
    announce: (words) => this.announce(words),
  });
  private readonly stage: Stage = {
    announce: (words) => this.announce(words),
    focus: (selector) => this.focusOn(selector),
    go: (conversation) => this.navigation.go(conversation),
    open: (dialog) => this.open(dialog),
    show: (seq) => this.show(seq),
  };
  private readonly acts = new Acts(this.api, this.desk, this.writing, this.stage);
  private readonly callActions = this.acts.calls(this.calls);
  private readonly reviewActions = reviewActions(this.review, this.stage);
  private readonly correcting = new Correcting(this.review, {
    redraw: this.redraw,
    dialog: (act) => void this.updateComplete.then(() => this.querySelectorAll<HTMLDialogElement>('#dialog-correct').forEach(act)),
    done: () => this.announce(t('desk.review.correct.done')),
  });
  private readonly leaving = new Leaving(this.api, this.desk, () => this.open('leave'), () => void this.login.ask(), this.redraw);
  private readonly place = new ListPlace(this);
  private readonly navigation = new Navigation(this.desk, {
    redraw: this.redraw,
    focus: (selector) => this.focusOn(selector),
    turned: () => {
      this.writing.clear();
      emptyForms(this);
    },
    listed: () => this.place.toTop(),
  });
  private readonly follow = new Follow(this);
  private readonly activity = new Activity(() => this.push.active(), this.redraw);
  private readonly sound = new Sound();
  private readonly notifications = new Notifications();
  /** Queue and conversation are next to each other; the style sheet has the same measure. */
  private readonly wide = matchMedia('(min-width: 60.01rem)');
  private ticker: ReturnType<typeof setInterval> | undefined;
  private again: ReturnType<typeof setTimeout> | undefined;
  private offline = false;
  /** As it was drawn last. */
  private session = this.desk.session;
  private outcomeMissing = false;
  private filters: Filters = NO_FILTERS;

  /** No shadow: the desk is a page of its own, and plain elements are easiest for tools that help people read. */
  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.ticker = setInterval(this.redraw, TICK);
    this.navigation.start();
    addEventListener('keydown', this.onKey);
    addEventListener('resize', this.redraw);
    this.wide.addEventListener('change', this.redraw);
    void loadTexts(BASE).then((changed) => changed && this.requestUpdate());
    void this.resume();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.ticker);
    clearTimeout(this.again);
    this.navigation.stop();
    removeEventListener('keydown', this.onKey);
    removeEventListener('resize', this.redraw);
    this.wide.removeEventListener('change', this.redraw);
    this.push.stop();
    this.activity.stop();
  }

  protected override updated(): void {
    const { desk } = this;
    document.title =
      desk.session !== 'in'
        ? t('desk.title')
        : desk.list.urgent.size > 0
          ? t('desk.title_urgent')
          : desk.list.counts.waiting > 0
            ? t('desk.title_waiting', { count: desk.list.counts.waiting })
            : t('desk.title');
    if (this.place.measure()) this.requestUpdate();
    this.follow.update(desk.detail?.item.id ?? '', this.wide.matches, desk.pending.length > 0);
  }

  protected override render(): TemplateResult {
    const { desk } = this;
    const working = desk.session === 'in' || desk.session === 'expired';
    // Who must log in again finds everything as it was, half-written forms too; until then nobody sees it.
    return html`${this.headerView()}
      <div class="work" ?hidden=${desk.session !== 'in'} @input=${() => desk.logIn.wrote(performance.now())}>${working ? this.deskView() : nothing}</div>
      ${desk.session === 'unknown' ? html`<main class="nothing"><p>${t('desk.loading')}</p></main>` : desk.session === 'in' ? nothing : this.login.view()}
      <div class="hidden" id="polite" aria-live="polite" aria-relevant="additions"></div>
      <div class="hidden" id="assertive" aria-live="assertive" aria-relevant="additions"></div>`;
  }

  /** Something is open beside the list; on a narrow screen it is all that is seen. */
  private get opened(): boolean {
    if (this.navigation.page === 'review') return this.review.current !== undefined;
    if (this.navigation.page === 'callbacks') return this.calls.current !== undefined;
    return this.desk.selected !== undefined;
  }

  private headerView(): TemplateResult {
    const { desk } = this;
    const skips = [
      ...(this.wide.matches || !this.opened ? [{ target: '#queue', words: t('desk.skip.queue') }] : []),
      ...(this.wide.matches || this.opened ? [{ target: '#conversation', words: t('desk.skip.conversation') }] : []),
      ...(desk.mine && this.navigation.page === 'conversations' ? [{ target: '#reply', words: t('desk.skip.reply') }] : []),
    ];
    return headerView(
      {
        user: desk.session === 'in' ? desk.user : undefined,
        idle: this.activity.idle,
        sound: this.sound.on,
        notifications: this.notifications.on,
        notificationsPossible: this.notifications.possible,
        skips,
      },
      {
        skip: this.skip,
        status: (status) => void desk.logIn.setStatus(status),
        sound: () => {
          this.sound.toggle();
          this.requestUpdate();
        },
        notifications: () => void this.notifications.toggle().then(this.redraw),
        help: () => this.open('help'),
        logout: () => void this.leaving.ask(),
      },
    );
  }

  private deskView(): TemplateResult {
    const { desk } = this;
    const now = new Date();
    const others = [
      { name: 'callbacks' as const, count: this.calls.counts.open, body: this.navigation.page === 'callbacks' ? callListView(this.calls, this.callActions) : undefined, open: () => this.navigation.goTo(CALLS) },
      { name: 'review' as const, count: mayReview(desk.user) ? this.review.counts.open : undefined, body: this.navigation.page === 'review' ? reviewListView(this.review, this.reviewActions) : undefined, open: () => this.navigation.goTo(REVIEW) },
    ];
    return html`${this.offline ? html`<p class="utrecht-alert utrecht-alert--warning notice bar" role="status">${icon('warning')}<span>${t('desk.header.offline')}</span></p>` : nothing}
      ${this.activity.idle ? html`<p class="utrecht-alert utrecht-alert--warning notice bar" role="status">${icon('clock')}<span>${t('desk.presence.idle')}</span></p>` : nothing}
      <div role="alert">${this.leaving.trouble ? html`<p class="utrecht-alert utrecht-alert--error notice bar">${icon('warning')}<span>${this.leaving.trouble}</span></p>` : nothing}</div>
      <main class="desk ${this.opened ? 'desk-open' : ''}">
        ${queueView(desk, now, this.filters, this.place.scroll, others, {
          open: (conversation) => this.navigation.go(conversation),
          leave: (view) => this.navigation.list(view),
          filter: (filters) => {
            this.filters = filters;
            this.place.toTop();
            this.requestUpdate();
          },
          scrolled: (list) => {
            this.place.scrolled(list);
            this.requestUpdate();
          },
        })}
        ${this.paneView(now)}
      </main>
      ${dialogsView(
        {
          missing: this.outcomeMissing,
          setMissing: (missing) => {
            this.outcomeMissing = missing;
            this.requestUpdate();
          },
          trouble: this.leaving.trouble || (desk.steps.notice?.trouble ? desk.steps.notice.text : ''),
          around: this.writing.assist.around,
          products: this.review.choices?.producten ?? [],
          own: desk.list.counts.mine,
          unsent: this.writing.unsent,
          typing: desk.typing.on,
          keys: letterKeys.on,
          today: dayOf(now),
        },
        {
          ...this.acts.forms,
          leave: () => void this.leaving.leave(),
          toggleKeys: () => letterKeys.toggle(),
        },
      )}
      ${this.correcting.view()}`;
  }

  private paneView(now: Date): TemplateResult {
    if (this.navigation.page === 'review') return html`<section class="conversation" id="conversation" tabindex="-1" aria-label=${t('desk.review.tab')}>${reviewPaneView(this.review, this.reviewActions)}</section>`;
    if (this.navigation.page === 'callbacks') return html`<section class="conversation" id="conversation" tabindex="-1" aria-label=${t('desk.callbacks.tab')}>${callPaneView(this.calls, this.desk.user, this.callActions)}</section>`;
    const { desk } = this;
    const id = desk.selected ?? '';
    return html`<section class="conversation" id="conversation" tabindex="-1" aria-label=${t('desk.conversation.label')}>
      ${noticeView(desk)}
      ${conversationView(desk, now, { ...this.acts.conversation, correct: mayReview(desk.user) && this.review.choices ? (message) => this.correcting.open(id, message) : undefined })}
      ${composerView(desk, this.writing.state, this.writing.actions)}
    </section>`;
  }

  /** Looks who is logged in, until the server tells. */
  private async resume(): Promise<void> {
    const told = await this.desk.logIn.resume();
    this.entered();
    if (!told && this.isConnected) this.again = setTimeout(() => void (this.desk.session === 'out' ? this.resume() : undefined), AGAIN);
  }

  /** Somebody else is in: what the one before was busy with is not for them. */
  private other(): void {
    this.login.drop();
    this.writing.forget();
    emptyForms(this);
    this.filters = NO_FILTERS;
    this.review.open(undefined);
    void this.calls.open(undefined, undefined);
  }

  /** After logging in, or when nobody is. */
  private entered(): void {
    if (this.desk.session === 'in') this.login.forget();
    else void this.login.ask();
    this.navigation.follow();
  }

  private changed(): void {
    if (this.desk.session === 'in') {
      this.push.start();
      this.activity.start();
    } else {
      this.push.stop();
      this.activity.stop();
    }
    this.requestUpdate();
    if (this.desk.session === 'expired' && this.session === 'in') {
      this.querySelectorAll<HTMLDialogElement>('dialog[open]').forEach((dialog) => dialog.close());
      void this.login.ask();
      this.focusOn('#login-heading');
    }
    this.session = this.desk.session;
  }

  private readonly onKey = shortcuts(() => this.desk.session === 'in', {
    view: (view) => this.navigation.list(view),
    move: (step) => this.move(step),
    help: () => this.open('help'),
    filter: () => this.openFilters(),
    claim: () => this.desk.detail && !this.desk.mine && this.acts.conversation.claim(),
    transfer: () => this.desk.mine && this.open('transfer'),
    giveBack: () => this.desk.mine && this.open('return'),
    close: () => this.desk.mine && this.open('close'),
    reply: () => this.desk.mine && this.writing.choose('messages'),
    note: () => this.desk.detail && this.writing.choose('notes'),
    answers: () => this.desk.mine && this.writing.answers(),
    suggest: () => this.desk.mine && this.writing.actions.suggest(),
    back: () => this.navigation.go(undefined),
  });

  /** A skip link moves the focus, and leaves the address alone. */
  private readonly skip = (event: Event): void => {
    event.preventDefault();
    const target = (event.currentTarget as HTMLAnchorElement).hash;
    (this.querySelector<HTMLElement>(target) ?? this.querySelector<HTMLElement>('#conversation'))?.focus();
  };

  private focusOn(selector: string): void {
    void this.updateComplete.then(() => this.querySelector<HTMLElement>(selector)?.focus({ preventScroll: true }));
  }

  /** To the next or the previous conversation of the list. */
  private move(step: number): void {
    const shown = filtered(this.desk.list.items, this.filters);
    const at = shown.findIndex((item) => item.id === this.desk.selected);
    const next = shown[at < 0 ? (step > 0 ? 0 : shown.length - 1) : at + step];
    if (!next || this.navigation.page !== 'conversations') return;
    this.navigation.go(next.id);
    this.place.show(shown.indexOf(next));
  }

  private openFilters(): void {
    this.querySelector<HTMLDetailsElement>('.filters')?.setAttribute('open', '');
    this.focusOn('#filter-text');
  }

  private show(seq: number): void {
    const message = this.querySelector<HTMLElement>(`#message-${seq}`);
    message?.scrollIntoView({ block: 'center' });
    message?.focus({ preventScroll: true });
  }

  private open(name: DialogName): void {
    if (this.desk.session !== 'in') return;
    this.outcomeMissing = false;
    // What went wrong before is not said of a form that is only opened now.
    if (name !== 'help' && this.desk.steps.notice?.trouble) this.desk.steps.dismiss();
    if (name !== 'help') this.leaving.dismiss();
    if (name === 'transfer') void this.writing.assist.look();
    this.requestUpdate();
    void this.updateComplete.then(() => {
      // A dialog that opens behind the log-in form would take all the keys of it.
      if (this.desk.session === 'in') this.querySelector<HTMLDialogElement>(`#dialog-${name}`)?.showModal();
    });
  }

  private announce(words: string, urgent = false): void {
    announce(this.querySelector(urgent ? '#assertive' : '#polite'), words);
  }
}
