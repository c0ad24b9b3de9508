/** `<verbonden-leiding>`: figures for team leaders, settings for administrators; drawn into the page. */
import { LitElement, html, nothing, type TemplateResult } from 'lit';
import { Api, ApiError } from '../desk/api.ts';
import type { User } from '../desk/protocol.ts';
import { icon } from '../shared/icons.ts';
import { loadTexts, t } from '../shared/texts.ts';

const BASE = new URL('.', document.baseURI).href;
const SCREENS = ['cijfers', 'openingstijden', 'teams', 'teksten', 'antwoorden', 'bewaren', 'wijzigingen'] as const;
type ScreenName = (typeof SCREENS)[number];

export class VerbondenLeiding extends LitElement {
  static override properties = { user: { state: true }, session: { state: true }, screenName: { state: true } };

  declare user: User | undefined;
  declare session: 'unknown' | 'in' | 'out' | 'failed';
  declare screenName: ScreenName;
  private readonly api = new Api(BASE);

  constructor() {
    super();
    this.session = 'unknown';
    this.screenName = 'cijfers';
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    addEventListener('hashchange', this.onHash);
    this.onHash();
    void loadTexts(BASE).then((changed) => changed && this.requestUpdate());
    void this.enter();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    removeEventListener('hashchange', this.onHash);
  }

  private readonly onHash = (): void => {
    const name = location.hash.slice(1) as ScreenName;
    this.screenName = SCREENS.includes(name) ? name : 'cijfers';
  };

  private async enter(): Promise<void> {
    try {
      this.user = await this.api.me();
      this.session = 'in';
    } catch (error) {
      this.session = error instanceof ApiError && error.status === 401 ? 'out' : 'failed';
    }
  }

  private get screens(): readonly ScreenName[] {
    if (this.user?.role === 'beheerder') return SCREENS;
    return this.user?.role === 'teamleider' ? ['cijfers'] : [];
  }

  protected override updated(): void {
    document.title = this.session === 'in' ? t('leiding.title_screen', { screen: t(`leiding.screen.${this.screenName}`) }) : t('leiding.title');
  }

  protected override render(): TemplateResult {
    return html`<header class="header">
        <a class="skip" href="#main" @click=${this.skip}>${t('leiding.skip')}</a>
        <h1 class="brand">
          <svg class="mark" viewBox="0 0 48 32" aria-hidden="true" focusable="false"><circle cx="17" cy="16" r="12" /><circle class="mark-second" cx="31" cy="16" r="12" /><path d="M24 6.3a12 12 0 0 1 4.9 8" /></svg>
          <span>${t('leiding.brand')} <span class="brand-part">${t('leiding.subtitle')}</span></span>
        </h1>
        ${this.user ? html`<p class="user">${icon('person')} ${t('leiding.user', { name: this.user.name, role: t(`leiding.role.${this.user.role}`) })}</p>` : nothing}
        <a class="header-button" href="balie">${icon('back')} ${t('leiding.to_desk')}</a>
      </header>
      ${this.screens.length > 1
        ? html`<nav class="nav" aria-label=${t('leiding.nav')}><ul>${this.screens.map((name) => html`<li><a href="#${name}" aria-current=${name === this.screenName ? 'page' : nothing}>${t(`leiding.screen.${name}`)}</a></li>`)}</ul></nav>`
        : nothing}
      <main class="main" id="main" tabindex="-1" @expired=${() => (this.session = 'out')}>${this.body()}</main>`;
  }

  private readonly skip = (event: Event): void => {
    event.preventDefault();
    this.querySelector<HTMLElement>('#main')?.focus();
  };

  private body(): TemplateResult {
    if (this.session === 'unknown') return html`<p>${t('leiding.loading')}</p>`;
    if (this.session === 'failed') return html`<p class="utrecht-alert utrecht-alert--error notice" role="alert">${icon('warning')}<span>${t('leiding.error')}</span></p>`;
    if (this.session === 'out') return html`<h2 class="nl-heading nl-heading--level-3">${t('leiding.out.heading')}</h2><p>${t('leiding.out.text')}</p><p><a class="nl-link" href="balie">${t('leiding.out.link')}</a></p>`;
    if (!this.screens.includes(this.screenName)) return html`<h2 class="nl-heading nl-heading--level-3">${t('leiding.no_role.heading')}</h2><p>${t('leiding.no_role.text')}</p>`;
    const { api } = this;
    switch (this.screenName) {
      case 'openingstijden': return html`<leiding-hours .api=${api}></leiding-hours>`;
      case 'teams': return html`<leiding-teams .api=${api}></leiding-teams>`;
      case 'teksten': return html`<leiding-texts .api=${api}></leiding-texts>`;
      case 'antwoorden': return html`<leiding-canned .api=${api}></leiding-canned>`;
      case 'bewaren': return html`<leiding-periods .api=${api}></leiding-periods><leiding-preview .api=${api}></leiding-preview>`;
      case 'wijzigingen': return html`<leiding-history .api=${api}></leiding-history>`;
      default: return html`<leiding-figures .api=${api}></leiding-figures>`;
    }
  }
}
