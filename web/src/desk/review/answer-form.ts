/** `<verbonden-answer-form>`: what did the citizen mean? Says `answered` with an Answer. Used in the list and in a conversation. */
import { LitElement, html, nothing, type TemplateResult } from 'lit';
import { t } from '../../shared/texts.ts';
import type { Answer, Choices, ReviewItem } from './protocol.ts';

/** What is missing in an answer: the server wants the same. */
export function missing(answer: Answer): 'outcome' | 'organisation' | undefined {
  if (!answer.uitkomst) return 'outcome';
  return answer.uitkomst === 'antwoord' && answer.organisaties.length === 0 ? 'organisation' : undefined;
}

/** The organisations of an answer: the chosen one first, then the others of the product. */
export function organisationsOf(choices: Choices, chosen: string, product: string): string[] {
  const others = choices.producten.find((each) => each.id === product)?.organisaties ?? [];
  return [...new Set([...(chosen ? [chosen] : []), ...others])].slice(0, 3);
}

export class AnswerForm extends LitElement {
  static override properties = {
    name: {}, submit: {}, choices: { attribute: false }, item: { attribute: false }, busy: { attribute: false }, actions: { attribute: false },
    uitkomst: { state: true }, organisatie: { state: true }, product: { state: true }, fault: { state: true },
  };

  /** Begin of the ids in this form. */
  declare name: string;
  /** Words on the save button. */
  declare submit: string;
  declare choices: Choices;
  /** Where what was thought or answered before comes from, if there is something. */
  declare item: Pick<ReviewItem, 'thought' | 'answer'> | undefined;
  declare busy: boolean;
  /** Buttons after the save button. */
  declare actions: TemplateResult | typeof nothing;
  declare uitkomst: string;
  declare organisatie: string;
  declare product: string;
  declare fault: 'outcome' | 'organisation' | undefined;

  constructor() {
    super();
    this.name = '';
    this.submit = '';
    this.choices = { uitkomsten: [], organisaties: [], producten: [] };
    this.item = undefined;
    this.busy = false;
    this.actions = nothing;
    this.uitkomst = '';
    this.organisatie = '';
    this.product = '';
    this.fault = undefined;
  }

  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    // The kind of question is right more often than not; the organisation must be a choice, or nobody looks any more.
    this.uitkomst = this.item?.answer?.uitkomst ?? this.item?.thought?.uitkomst ?? 'antwoord';
    this.organisatie = this.item?.answer?.organisaties[0]?.id ?? '';
    this.product = this.item?.answer?.product?.id ?? '';
  }

  protected override render(): TemplateResult {
    const { name, choices, organisatie } = this;
    const thought = this.item?.thought;
    const products = organisatie ? choices.producten.filter((each) => each.organisaties.includes(organisatie)) : choices.producten;
    return html`<form class="answer-form" novalidate @submit=${this.onSubmit}>
      <div role="alert">${this.fault ? html`<p class="trouble" id="${name}-fault">${t(`desk.review.form.missing_${this.fault}`)}</p>` : nothing}</div>
      <div class="field">
        <label class="utrecht-form-label" for="${name}-outcome">${t('desk.review.form.outcome')}</label>
        <select class="utrecht-textbox select" id="${name}-outcome" @change=${(event: Event) => (this.uitkomst = (event.target as HTMLSelectElement).value)}>
          ${choices.uitkomsten.map((each) => html`<option value=${each} ?selected=${each === this.uitkomst}>${t(`desk.review.outcome.${each}`)}</option>`)}
        </select>
      </div>
      <verbonden-chooser class="field" name="${name}-organisation" .label=${t('desk.review.form.organisation')} .hint=${t('desk.review.form.organisation_hint')}
        .choices=${choices.organisaties} .first=${thought?.organisaties.map((each) => each.id) ?? []} .value=${organisatie}
        .invalid=${this.fault === 'organisation' ? `${name}-fault` : ''} @chosen=${this.onOrganisation}></verbonden-chooser>
      <verbonden-chooser class="field" name="${name}-product" .label=${t('desk.review.form.product')} .hint=${t('desk.review.form.product_hint')}
        .choices=${products} .first=${thought?.producten.map((each) => each.id) ?? []} .value=${this.product} @chosen=${this.onProduct}></verbonden-chooser>
      <div class="row">
        <button type="submit" class="nl-button nl-button--primary" aria-disabled=${this.busy}>${this.busy ? t('desk.review.form.busy') : this.submit}</button>
        ${this.actions}
      </div>
    </form>`;
  }

  private readonly onOrganisation = (event: CustomEvent<string>): void => {
    this.organisatie = event.detail;
    this.fault = undefined;
    const product = this.choices.producten.find((each) => each.id === this.product);
    if (product && this.organisatie && !product.organisaties.includes(this.organisatie)) this.product = '';
  };

  private readonly onProduct = (event: CustomEvent<string>): void => {
    this.product = event.detail;
    const product = this.choices.producten.find((each) => each.id === this.product);
    if (product && !this.organisatie) this.organisatie = product.organisaties[0] ?? '';
    this.fault = undefined;
  };

  private readonly onSubmit = (event: Event): void => {
    event.preventDefault();
    if (this.busy) return;
    const answer = { uitkomst: this.uitkomst, organisaties: organisationsOf(this.choices, this.organisatie, this.product), product: this.product || null };
    this.fault = missing(answer);
    if (this.fault) this.querySelector<HTMLElement>(`#${this.name}-${this.fault}`)?.focus();
    else this.dispatchEvent(new CustomEvent<Answer>('answered', { detail: answer }));
  };
}
