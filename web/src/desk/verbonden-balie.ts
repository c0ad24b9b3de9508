/** `<verbonden-balie>`: the desk of the counter staff, drawn straight into the page. */
import { LitElement, html, nothing, type TemplateResult } from 'lit';
import { loadTexts, t } from '../shared/texts.ts';
import { Activity } from './activity.ts';
import { Acts } from './acts.ts';
import { Api, ApiError } from './api.ts';
import { Attention } from './attention.ts';
import { CallDesk } from './callbacks/call-desk.ts';
import { Desk } from './desk.ts';
import { NO_FILTERS } from './filters.ts';
import { Leaving } from './leaving.ts';
import { LoginControl } from './login-control.ts';
import { Navigation } from './navigation.ts';
import { PageStage } from './page-stage.ts';
import { Follow, ListPlace } from './places.ts';
import { Push } from './push.ts';
import type { DeskEvent } from './protocol.ts';
import { Correcting } from './review/correcting.ts';
import { reviewActions } from './review/glue.ts';
import { mayReview, ReviewApi } from './review/protocol.ts';
import { ReviewDesk } from './review/review-desk.ts';
import { emptyForms, type DialogName } from './views/dialogs.ts';
import { headerView } from './views/header.ts';
import { workView, type Work } from './views/work.ts';
import { Walking } from './walking.ts';
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
  private readonly stage = new PageStage(this, {
    working: () => this.desk.session === 'in',
    opening: (dialog) => this.opening(dialog),
    go: (conversation) => this.navigation.go(conversation),
  });
  private readonly attention = new Attention({
    announce: (words, urgent) => this.stage.announce(words, urgent),
    redraw: this.redraw,
    waiting: () => this.navigation.list('waiting'),
    go: (conversation) => this.navigation.go(conversation),
  });
  private readonly desk = new Desk({
    api: this.api,
    storage: sessionStorage,
    onChange: () => this.changed(),
    onUrgent: () => this.attention.urgent(),
    onHeard: (message) => this.attention.heard(message),
    onElsewhere: (kind, conversation) => this.attention.elsewhere(kind, conversation),
    onOther: () => this.other(),
    words: this.words,
  });
  private readonly review = new ReviewDesk({ api: new ReviewApi(this.api), onChange: this.redraw, onExpired: this.expired, words: this.words });
  private readonly calls = new CallDesk({ api: this.api, onChange: this.redraw, onExpired: this.expired, words: this.words });
  private readonly push = new Push(
    this.api.socketAddress,
    (event) => this.pushed(event),
    (open) => this.connected(open),
    () => this.expired(new ApiError(401, 'not_logged_in', '')),
  );
  private readonly login = new LoginControl(this.api, this.desk, this.redraw, () => {
    this.entered();
    // Who was typing goes on there; on a narrow screen only one of the other two is seen.
    this.stage.focus('#reply', this.opened ? '#conversation' : '#queue');
  });
  private readonly writing = new Writing(this.api, this.desk, {
    redraw: this.redraw,
    field: (act) => void this.updateComplete.then(() => this.querySelectorAll<HTMLTextAreaElement>('#reply').forEach(act)),
    announce: (words) => this.stage.announce(words),
  });
  private readonly acts = new Acts(this.api, this.desk, this.writing, this.stage);
  private readonly correcting = new Correcting(this.review, {
    redraw: this.redraw,
    dialog: (act) => void this.updateComplete.then(() => this.querySelectorAll<HTMLDialogElement>('#dialog-correct').forEach(act)),
    done: () => this.stage.announce(t('desk.review.correct.done')),
  });
  private readonly leaving = new Leaving(this.api, this.desk, () => this.stage.open('leave'), () => void this.login.ask(), this.redraw);
  private readonly place = new ListPlace(this);
  private readonly navigation = new Navigation(this.desk, {
    redraw: this.redraw,
    focus: (selector) => this.stage.focus(selector),
    turned: () => {
      this.writing.clear();
      emptyForms(this);
    },
    listed: () => this.place.toTop(),
  });
  private readonly walking = new Walking({
    desk: this.desk, acts: this.acts, writing: this.writing, navigation: this.navigation, place: this.place, stage: this.stage, redraw: this.redraw,
    unfold: () => this.querySelector<HTMLDetailsElement>('.filters')?.setAttribute('open', ''),
  });
  private readonly work: Work = {
    desk: this.desk, acts: this.acts, writing: this.writing, navigation: this.navigation, walking: this.walking, place: this.place, leaving: this.leaving,
    calls: this.calls, callActions: this.acts.calls(this.calls), review: this.review, reviewActions: reviewActions(this.review, this.stage),
    correcting: this.correcting, redraw: this.redraw,
  };
  private readonly follow = new Follow(this);
  private readonly activity = new Activity(() => this.push.active(), this.redraw);
  /** Queue and conversation are next to each other; the style sheet has the same measure. */
  private readonly wide = matchMedia('(min-width: 60.01rem)');
  private ticker: ReturnType<typeof setInterval> | undefined;
  private again: ReturnType<typeof setTimeout> | undefined;
  private offline = false;
  /** As it was drawn last. */
  private session = this.desk.session;
  private outcomeMissing = false;

  /** No shadow: the desk is a page of its own, and plain elements are easiest for tools that help people read. */
  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.ticker = setInterval(this.redraw, TICK);
    this.navigation.start();
    addEventListener('keydown', this.walking.onKey);
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
    removeEventListener('keydown', this.walking.onKey);
    removeEventListener('resize', this.redraw);
    this.wide.removeEventListener('change', this.redraw);
    this.push.stop();
    this.activity.stop();
  }

  protected override updated(): void {
    const { desk } = this;
    document.title = this.attention.title(desk);
    if (this.place.measure()) this.requestUpdate();
    this.follow.update(desk.detail?.item.id ?? '', this.wide.matches, desk.pending.length > 0);
  }

  protected override render(): TemplateResult {
    const { desk } = this;
    const working = desk.session === 'in' || desk.session === 'expired';
    // Who must log in again finds everything as it was, half-written forms too; until then nobody sees it.
    return html`${this.headerView()}
      <div class="work" ?hidden=${desk.session !== 'in'} @input=${() => desk.logIn.wrote(performance.now())}>${working ? this.workView() : nothing}</div>
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
    const { desk, attention } = this;
    const skips = [
      ...(this.wide.matches || !this.opened ? [{ target: '#queue', words: t('desk.skip.queue') }] : []),
      ...(this.wide.matches || this.opened ? [{ target: '#conversation', words: t('desk.skip.conversation') }] : []),
      ...(desk.mine && this.navigation.page === 'conversations' ? [{ target: '#reply', words: t('desk.skip.reply') }] : []),
    ];
    return headerView(
      {
        user: desk.session === 'in' ? desk.user : undefined,
        idle: this.activity.idle,
        sound: attention.sound.on,
        notifications: attention.notifications.on,
        notificationsPossible: attention.notifications.possible,
        skips,
      },
      {
        skip: this.stage.skip,
        status: (status) => void desk.logIn.setStatus(status),
        sound: () => attention.toggleSound(),
        notifications: () => attention.toggleNotifications(),
        help: () => this.stage.open('help'),
        logout: () => void this.leaving.ask(),
      },
    );
  }

  private workView(): TemplateResult {
    const setMissing = (missing: boolean): void => {
      this.outcomeMissing = missing;
      this.requestUpdate();
    };
    return workView(this.work, { offline: this.offline, idle: this.activity.idle, opened: this.opened, missing: this.outcomeMissing, setMissing }, new Date());
  }

  /** Looks who is logged in, until the server tells. */
  private async resume(): Promise<void> {
    const told = await this.desk.logIn.resume();
    this.entered();
    if (!told && this.isConnected) this.again = setTimeout(() => void (this.desk.session === 'out' ? this.resume() : undefined), AGAIN);
  }

  /** After logging in, or when nobody is. */
  private entered(): void {
    if (this.desk.session === 'in') this.login.forget();
    else void this.login.ask();
    this.navigation.follow();
  }

  /** Somebody else is in: what the one before was busy with is not for them. */
  private other(): void {
    this.login.drop();
    this.writing.forget();
    emptyForms(this);
    this.walking.filter(NO_FILTERS);
    this.review.open(undefined);
    void this.calls.open(undefined, undefined);
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
      this.stage.shut();
      void this.login.ask();
      this.stage.focus('#login-heading');
    }
    this.session = this.desk.session;
  }

  private pushed(event: DeskEvent): void {
    const { assist } = this.writing;
    if (event.type === 'review') void (mayReview(this.desk.user) ? this.review.changed() : undefined);
    else if (event.type === 'callback') void this.calls.load();
    else if (event.type === 'presence') void (assist.around ? assist.look() : undefined);
    else this.desk.receive(event);
  }

  /** The line to the server is there, or gone; after a gap everything may have changed. */
  private connected(open: boolean): void {
    this.offline = !open;
    this.requestUpdate();
    if (!open) return;
    this.desk.refresh();
    void this.calls.load();
    void (mayReview(this.desk.user) ? this.review.load() : this.review.learn());
  }

  private opening(dialog: DialogName): void {
    this.outcomeMissing = false;
    if (dialog === 'transfer') void this.writing.assist.look();
    if (dialog === 'help') return;
    // What went wrong before is not said of a form that is only opened now.
    if (this.desk.steps.notice?.trouble) this.desk.steps.dismiss();
    this.leaving.dismiss();
  }
}
