/** Standard answers of the desk. */
import { html, type TemplateResult } from 'lit';
import { icon } from '../shared/icons.ts';
import { t } from '../shared/texts.ts';
import type { Sentence } from './protocol.ts';
import { Screen } from './screen.ts';

export class CannedScreen extends Screen {
  static override properties = { ...Screen.properties, sentences: { state: true } };

  declare sentences: Sentence[];
  private version = 0;

  constructor() {
    super();
    this.sentences = [];
  }

  protected async load(): Promise<void> {
    const answer = (await this.api.call('GET', 'beheer/standaardantwoorden')) as { value: Sentence[]; version: number };
    this.sentences = answer.value;
    this.version = answer.version;
  }

  private change(n: number, change: Partial<Sentence>): void {
    this.sentences = this.sentences.map((each, at) => (at === n ? { ...each, ...change } : each));
    this.done = '';
  }

  private add(): void {
    this.sentences = [...this.sentences, { id: `antwoord_${Date.now().toString(36)}`, titel: '', tekst: '', woorden: [] }];
    void this.updateComplete.then(() => this.querySelector<HTMLElement>(`#canned-${this.sentences.length - 1}-titel`)?.focus());
  }

  private async save(): Promise<void> {
    await this.act(async () => {
      await this.api.call('POST', 'beheer/standaardantwoorden', { value: this.sentences, seen: this.version });
      await this.load();
    }, t('leiding.saved'));
  }

  protected override render(): TemplateResult {
    return html`<h2 class="nl-heading nl-heading--level-3">${t('leiding.canned.heading')}</h2>
      <p class="intro">${t('leiding.canned.intro')}</p>
      ${this.sentences.map((sentence, n) => this.one(sentence, n))}
      <div class="row">
        ${this.saveButton(() => void this.save())}
        <button type="button" class="nl-button nl-button--secondary" @click=${() => this.add()}><span class="nl-button__label">${t('leiding.canned.add')}</span></button>
      </div>
      ${this.outcome()}`;
  }

  private one(sentence: Sentence, n: number): TemplateResult {
    return html`<fieldset class="block canned">
      <legend>${sentence.titel || t('leiding.canned.new')}</legend>
      <div class="field"><label class="utrecht-form-label" for="canned-${n}-titel">${t('leiding.canned.title')}</label><input class="utrecht-textbox" id="canned-${n}-titel" autocomplete="off" .value=${sentence.titel} @input=${(event: Event) => this.change(n, { titel: (event.target as HTMLInputElement).value })} /></div>
      <div class="field"><label class="utrecht-form-label" for="canned-${n}-woorden">${t('leiding.canned.words')}</label><input class="utrecht-textbox" id="canned-${n}-woorden" autocomplete="off" .value=${sentence.woorden.join(', ')} @change=${(event: Event) => this.change(n, { woorden: (event.target as HTMLInputElement).value.split(',').map((word) => word.trim()).filter(Boolean) })} /></div>
      <div class="field field-wide"><label class="utrecht-form-label" for="canned-${n}-tekst">${t('leiding.canned.text')}</label><textarea class="utrecht-textarea" id="canned-${n}-tekst" rows="3" .value=${sentence.tekst} @input=${(event: Event) => this.change(n, { tekst: (event.target as HTMLTextAreaElement).value })}></textarea></div>
      <button type="button" class="nl-button nl-button--subtle" @click=${() => (this.sentences = this.sentences.filter((_, at) => at !== n))}>${icon('bin')}<span class="nl-button__label">${t('leiding.remove')}<span class="hidden">: ${sentence.titel}</span></span></button>
    </fieldset>`;
  }
}
