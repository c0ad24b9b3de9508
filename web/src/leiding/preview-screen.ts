/** Whether who helps a citizen reads along while they type. */
import { html, type TemplateResult } from 'lit';
import { t } from '../shared/texts.ts';
import { Screen } from './screen.ts';

export class PreviewScreen extends Screen {
  static override properties = { ...Screen.properties, on: { state: true } };

  declare on: boolean | undefined;
  private version = 0;

  protected async load(): Promise<void> {
    const { value, version } = (await this.api.call('GET', 'beheer/meelezen')) as { value: boolean; version: number };
    this.on = value;
    this.version = version;
  }

  private async save(): Promise<void> {
    await this.act(async () => {
      await this.api.call('POST', 'beheer/meelezen', { value: this.on, seen: this.version });
      await this.load();
    }, t('leiding.saved'));
  }

  protected override render(): TemplateResult {
    return html`<h2 class="nl-heading nl-heading--level-3">${t('leiding.preview.heading')}</h2>
      <p class="intro">${t('leiding.preview.intro')}</p>
      <p class="check"><input type="checkbox" id="preview" aria-describedby="preview-note" .checked=${this.on === true} @change=${(event: Event) => (this.on = (event.target as HTMLInputElement).checked)} /><label for="preview">${t('leiding.preview.may')}</label></p>
      <p class="note" id="preview-note">${t('leiding.preview.note')}</p>
      <div class="row">${this.saveButton(() => void this.save(), t('leiding.preview.save'))}</div>
      ${this.outcome()}`;
  }
}
