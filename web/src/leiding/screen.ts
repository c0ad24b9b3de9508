/** What the screens share: drawn into the page, one action at a time, and why something failed in words. */
import { LitElement, html, nothing, type TemplateResult } from 'lit';
import { ApiError, type Api } from '../desk/api.ts';
import { icon } from '../shared/icons.ts';
import { t } from '../shared/texts.ts';

export abstract class Screen extends LitElement {
  static override properties = {
    api: { attribute: false },
    busy: { state: true },
    trouble: { state: true },
    done: { state: true },
  };

  declare api: Api;
  declare busy: boolean;
  declare trouble: string;
  declare done: string;

  constructor() {
    super();
    this.busy = false;
    this.trouble = '';
    this.done = '';
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    void this.act(() => this.load());
  }

  /** Asks the server what this screen shows. */
  protected abstract load(): Promise<void>;

  /** Does something that may fail; says `done` when it did not, and returns whether. */
  protected async act(action: () => Promise<void>, done = ''): Promise<boolean> {
    this.busy = true;
    this.trouble = '';
    this.done = '';
    try {
      await action();
      this.done = done;
      return true;
    } catch (error) {
      if (error instanceof ApiError && error.status === 401) this.dispatchEvent(new CustomEvent('expired', { bubbles: true }));
      this.trouble = error instanceof ApiError && error.text ? error.text : t('leiding.error');
      return false;
    } finally {
      this.busy = false;
    }
  }

  /** What went wrong or right; the region is always there, so that it is read out when it fills. */
  protected outcome(): TemplateResult {
    return html`<div role="status">
      ${this.trouble ? html`<p class="utrecht-alert utrecht-alert--error notice">${icon('warning')}<span>${this.trouble}</span></p>` : nothing}
      ${this.done ? html`<p class="notice good">${icon('check')}<span>${this.done}</span></p>` : nothing}
    </div>`;
  }

  protected saveButton(save: () => void, words = t('leiding.save')): TemplateResult {
    return html`<button type="button" class="nl-button nl-button--primary" aria-disabled=${this.busy ? 'true' : nothing} @click=${() => this.busy || save()}>${icon('check')}<span class="nl-button__label">${words}</span></button>`;
  }
}
