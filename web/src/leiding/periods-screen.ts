/** How long things stay. */
import { html, type TemplateResult } from 'lit';
import { t } from '../shared/texts.ts';
import type { PeriodItem } from './protocol.ts';
import { Screen } from './screen.ts';

export class PeriodsScreen extends Screen {
  static override properties = { ...Screen.properties, items: { state: true } };

  declare items: PeriodItem[];

  constructor() {
    super();
    this.items = [];
  }

  protected async load(): Promise<void> {
    this.items = ((await this.api.call('GET', 'beheer/bewaartermijn')) as { items: PeriodItem[] }).items;
  }

  private async save(item: PeriodItem): Promise<void> {
    const days = Number((this.querySelector(`#period-${item.key}`) as HTMLInputElement).value);
    await this.act(async () => {
      await this.api.call('POST', 'beheer/bewaartermijn', { key: item.key, value: days, seen: item.version });
      await this.load();
    }, t('leiding.saved'));
  }

  protected override render(): TemplateResult {
    return html`<h2 class="nl-heading nl-heading--level-3">${t('leiding.periods.heading')}</h2>
      <p class="intro">${t('leiding.periods.intro')}</p>
      ${this.items.map(
        (item) => html`<form class="period" @submit=${(event: Event) => {
          event.preventDefault();
          void this.save(item);
        }}>
          <div class="field"><label class="utrecht-form-label" for="period-${item.key}">${t(`leiding.periods.${item.key}`)}</label>
            <p class="note" id="period-${item.key}-note">${t('leiding.periods.limits', { least: item.least, most: item.most, file: item.file })}</p>
            <div class="row"><input class="utrecht-textbox days" type="number" id="period-${item.key}" aria-describedby="period-${item.key}-note" min=${item.least} max=${item.most} required .value=${String(item.days)} />
            <button class="nl-button nl-button--secondary"><span class="nl-button__label">${t('leiding.save')}<span class="hidden">: ${t(`leiding.periods.${item.key}`)}</span></span></button></div></div>
        </form>`,
      )}
      ${this.outcome()}`;
  }
}
