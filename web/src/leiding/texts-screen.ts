/** Texts that citizens get: looked up, written anew, measured, and put back as they were. */
import { html, nothing, type TemplateResult } from 'lit';
import { fold } from '../desk/review/search.ts';
import { icon } from '../shared/icons.ts';
import { t } from '../shared/texts.ts';
import type { Remarks, TextItem } from './protocol.ts';
import { Screen } from './screen.ts';

const SHOWN = 60;

export class TextsScreen extends Screen {
  static override properties = { ...Screen.properties, items: { state: true }, query: { state: true }, opened: { state: true }, remarks: { state: true } };

  declare items: TextItem[];
  declare query: string;
  declare opened: TextItem | undefined;
  declare remarks: Remarks | undefined;
  private value: { tekst: string; kort?: string } = { tekst: '' };

  constructor() {
    super();
    this.items = [];
    this.query = '';
  }

  protected async load(): Promise<void> {
    this.items = ((await this.api.call('GET', 'beheer/tekst')) as { items: TextItem[] }).items;
    this.open(this.items.find((each) => each.key === this.opened?.key));
  }

  private open(item: TextItem | undefined): void {
    this.opened = item;
    this.remarks = undefined;
    this.value = { ...(item?.now ?? { tekst: '' }) };
  }

  private async choose(item: TextItem): Promise<void> {
    this.done = this.trouble = '';
    this.open(item);
    await this.updateComplete;
    this.querySelector<HTMLElement>('#text-heading')?.focus();
  }

  private check(): Promise<boolean> {
    return this.act(async () => {
      this.remarks = (await this.api.call('POST', 'beheer/tekst/check', { key: this.opened?.key, value: this.value, seen: 0 })) as Remarks;
    });
  }

  private async save(value: unknown): Promise<void> {
    const item = this.opened;
    if (!item) return;
    await this.act(async () => {
      await this.api.call('POST', 'beheer/tekst', { key: item.key, value, seen: item.version });
      await this.load();
    }, t('leiding.texts.saved'));
  }

  protected override render(): TemplateResult {
    const words = fold(this.query).split(/\s+/).filter(Boolean);
    const found = this.items.filter((item) => words.every((word) => fold(`${item.key} ${item.now.tekst}`).includes(word)));
    return html`<h2 class="nl-heading nl-heading--level-3">${t('leiding.texts.heading')}</h2>
      <p class="intro">${t('leiding.texts.intro')}</p>
      <div class="two">
        <div>
          <div class="field"><label class="utrecht-form-label" for="text-query">${t('leiding.texts.search')}</label>
            <input class="utrecht-textbox" type="search" id="text-query" autocomplete="off" .value=${this.query} @input=${(event: Event) => (this.query = (event.target as HTMLInputElement).value)} /></div>
          <p class="note" role="status">${t('leiding.texts.found', { count: found.length })}</p>
          <ul class="picks" tabindex="-1">
            ${found.slice(0, SHOWN).map(
              (item) => html`<li><button type="button" class="pick" aria-current=${item.key === this.opened?.key ? 'true' : nothing} @click=${() => void this.choose(item)}>
                <span class="pick-words">${item.now.tekst}</span><span class="note">${item.key}${item.changed ? html` <span class="tag">${t('leiding.texts.changed')}</span>` : nothing}</span>
              </button></li>`,
            )}
          </ul>
        </div>
        <div>${this.opened ? this.editor(this.opened) : html`<p class="empty">${t('leiding.texts.none')}</p>`} ${this.outcome()}</div>
      </div>`;
  }

  private editor(item: TextItem): TemplateResult {
    const area = (name: 'tekst' | 'kort', rows: number): TemplateResult =>
      html`<div class="field"><label class="utrecht-form-label" for="text-${name}">${t(`leiding.texts.${name}`)}</label>
        <textarea class="utrecht-textarea" id="text-${name}" rows=${rows} .value=${this.value[name] ?? ''} @input=${(event: Event) => {
          this.value = { ...this.value, [name]: (event.target as HTMLTextAreaElement).value };
          this.remarks = undefined;
          this.done = '';
        }}></textarea></div>`;
    return html`<h3 class="nl-heading nl-heading--level-4" id="text-heading" tabindex="-1">${item.key}</h3>
      ${item.names.length > 0 ? html`<p class="note">${t('leiding.texts.names', { names: item.names.map((name) => `{${name}}`).join(', ') })}</p>` : nothing}
      ${area('tekst', 7)} ${item.file.kort === undefined ? nothing : area('kort', 3)}
      ${this.remarks ? this.remarksView(this.remarks) : nothing}
      <div class="row">
        ${this.saveButton(() => void this.save(this.value))}
        <button type="button" class="nl-button nl-button--secondary" @click=${() => void this.check()}><span class="nl-button__label">${t('leiding.texts.check')}</span></button>
        ${item.changed ? html`<button type="button" class="nl-button nl-button--subtle" @click=${() => void this.save(null)}><span class="nl-button__label">${t('leiding.texts.back')}</span></button>` : nothing}
      </div>
      ${item.changed ? html`<details class="explain"><summary>${t('leiding.texts.file')}</summary><p class="whole-text">${item.file.tekst}</p></details>` : nothing}`;
  }

  private remarksView(remarks: Remarks): TemplateResult {
    const lines = [
      ...remarks.missing.map((name) => t('leiding.texts.missing', { name: `{${name}}` })),
      ...remarks.faults.map((fault) => t(`leiding.fault.${fault.kind}`, { detail: fault.detail, hint: fault.hint, sentence: fault.sentence })),
    ];
    if (lines.length === 0) return html`<p class="notice good" role="status">${icon('check')}<span>${t('leiding.texts.plain')}</span></p>`;
    return html`<div class="utrecht-alert utrecht-alert--warning notice" role="status">${icon('warning')}<div><p>${t('leiding.texts.look')}</p><ul class="list">${lines.map((line) => html`<li>${line}</li>`)}</ul></div></div>`;
  }
}
