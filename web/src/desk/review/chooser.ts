/**
 * `<verbonden-chooser>`: choose one of many by typing some of it (the combobox pattern of ARIA 1.2).
 *
 * Arrows walk, Enter takes, Escape closes the list; leaving the field takes what is marked. Says `chosen` with the id,
 * or an empty text when the field was emptied.
 */
import { LitElement, html, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { t } from '../../shared/texts.ts';
import type { Choice } from './protocol.ts';
import { find } from './search.ts';

export class Chooser extends LitElement {
  static override properties = {
    name: {}, label: {}, hint: {}, value: {}, choices: { attribute: false }, first: { attribute: false }, invalid: { attribute: false },
    query: { state: true }, opened: { state: true }, active: { state: true },
  };

  /** Becomes the id of the field. */
  declare name: string;
  declare label: string;
  declare hint: string;
  /** Id of what is chosen; empty for nothing. */
  declare value: string;
  declare choices: Choice[];
  /** Ids that come first as long as nothing is typed. */
  declare first: string[];
  /** Id of the element that says what is wrong; empty when nothing is. */
  declare invalid: string;
  declare query: string | undefined;
  declare opened: boolean;
  declare active: number;

  constructor() {
    super();
    this.name = '';
    this.label = '';
    this.hint = '';
    this.value = '';
    this.choices = [];
    this.first = [];
    this.invalid = '';
    this.query = undefined;
    this.opened = false;
    this.active = -1;
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  private get found(): Choice[] {
    return find(this.choices, this.query ?? '', this.first);
  }

  private get chosenName(): string {
    return this.choices.find((choice) => choice.id === this.value)?.naam ?? '';
  }

  protected override updated(changed: PropertyValues): void {
    if (changed.has('active') && this.opened) this.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  }

  protected override render(): TemplateResult {
    const { name } = this;
    const found = this.opened ? this.found : [];
    const open = found.length > 0;
    const described = [this.hint ? `${name}-hint` : '', this.invalid].filter(Boolean).join(' ');
    return html`<label class="utrecht-form-label" for=${name}>${this.label}</label>
      ${this.hint ? html`<p class="hint" id="${name}-hint">${this.hint}</p>` : nothing}
      <div class="chooser">
        <input class="utrecht-textbox" id=${name} type="text" role="combobox" autocomplete="off" spellcheck="false"
          aria-autocomplete="list" aria-controls="${name}-list" aria-expanded=${open} aria-invalid=${this.invalid ? 'true' : nothing}
          aria-activedescendant=${open && this.active >= 0 ? `${name}-${this.active}` : nothing} aria-describedby=${described || nothing}
          .value=${live(this.query ?? this.chosenName)} @input=${this.onInput} @keydown=${this.onKey} @click=${this.show} @blur=${this.onBlur} />
        <ul class="chooser-list" id="${name}-list" role="listbox" aria-label=${this.label} ?hidden=${!open}>
          ${found.map(
            (choice, n) => html`<li id="${name}-${n}" role="option" class="chooser-option" aria-selected=${n === this.active}
              @mousedown=${(event: Event) => event.preventDefault()} @click=${() => this.take(choice)}>${choice.naam}</li>`,
          )}
        </ul>
        <p class="hint" role="status">${this.opened && !open ? t('desk.review.form.nothing_found') : nothing}</p>
      </div>`;
  }

  private readonly show = (): void => {
    if (this.opened) return;
    this.opened = true;
    this.active = -1;
  };

  private readonly onInput = (event: Event): void => {
    this.query = (event.target as HTMLInputElement).value;
    this.opened = true;
    this.active = this.query.trim() ? 0 : -1;
  };

  private readonly onKey = (event: KeyboardEvent): void => {
    if (event.isComposing) return;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      const { length } = this.found;
      if (!this.opened) return this.show();
      if (length > 0) this.active = (this.active + (event.key === 'ArrowDown' ? 1 : this.active < 0 ? length : length - 1)) % length;
    } else if (event.key === 'Escape' && this.opened) {
      event.preventDefault(); // the dialog around it stays
      event.stopPropagation();
      this.close();
    } else if (event.key === 'Enter' && this.opened && this.found[this.active]) {
      event.preventDefault();
      this.take(this.found[this.active]);
    }
  };

  private readonly onBlur = (): void => {
    const { query } = this;
    if (query === undefined) return this.close();
    this.take(query.trim() ? (this.found[this.active] ?? this.choices.find((choice) => choice.id === this.value)) : undefined);
  };

  private close(): void {
    this.opened = false;
    this.active = -1;
    this.query = undefined;
  }

  private take(choice: Choice | undefined): void {
    const changed = (choice?.id ?? '') !== this.value;
    this.value = choice?.id ?? '';
    this.close();
    if (changed) this.dispatchEvent(new CustomEvent('chosen', { detail: this.value }));
  }
}
