/** Every change: who, when, old and new; and the way back. */
import { html, nothing, type TemplateResult } from 'lit';
import { t } from '../shared/texts.ts';
import { clockTime, longDate } from '../shared/time.ts';
import { differences } from './differences.ts';
import type { Change } from './protocol.ts';
import { Screen } from './screen.ts';

export class HistoryScreen extends Screen {
  static override properties = { ...Screen.properties, items: { state: true } };

  declare items: Change[] | undefined;

  protected async load(): Promise<void> {
    this.items = ((await this.api.call('GET', 'beheer/history')) as { items: Change[] }).items;
  }

  private async undo(change: Change): Promise<void> {
    const newest = this.items?.find((each) => each.kind === change.kind && each.key === change.key);
    await this.act(async () => {
      await this.api.call('POST', `beheer/history/${change.id}/undo`, { seen: newest?.version ?? 0 });
      await this.load();
    }, t('leiding.history.undone'));
  }

  protected override render(): TemplateResult {
    const { items } = this;
    return html`<h2 class="nl-heading nl-heading--level-3">${t('leiding.history.heading')}</h2>
      <p class="intro">${t('leiding.history.intro')}</p>
      ${this.outcome()}
      ${items === undefined ? html`<p>${t('leiding.loading')}</p>` : items.length === 0 ? html`<p class="empty">${t('leiding.history.none')}</p>` : html`<ol class="changes">${items.map((each) => this.one(each))}</ol>`}`;
  }

  private words(value: string): string {
    if (value === 'true' || value === 'false') return t(value === 'true' ? 'leiding.history.yes' : 'leiding.history.no');
    return value || t('leiding.history.nothing');
  }

  private one(change: Change): TemplateResult {
    const what = `${t(`leiding.kind.${change.kind}`)}${change.key === 'alles' ? '' : `: ${change.key}`}`;
    const newest = this.items?.find((each) => each.kind === change.kind && each.key === change.key) === change;
    return html`<li class="block change">
      <h3 class="nl-heading nl-heading--level-5">${what}</h3>
      <p class="note">${t('leiding.history.by', { name: change.by, date: longDate(change.at), time: clockTime(change.at) })}</p>
      <dl class="differences">${differences(change.old, change.new).map(
        (each) => html`<div><dt>${each.where || t(change.kind === 'bewaartermijn' ? 'leiding.history.value' : 'leiding.history.whole')}</dt><dd><span class="hidden">${t('leiding.history.old')} </span><del>${this.words(each.old)}</del></dd><dd><span class="hidden">${t('leiding.history.new')} </span><ins>${this.words(each.new)}</ins></dd></div>`,
      )}</dl>
      ${newest ? html`<button type="button" class="nl-button nl-button--secondary" @click=${() => void this.undo(change)}><span class="nl-button__label">${t('leiding.history.undo')}<span class="hidden">: ${what}</span></span></button>` : nothing}
    </li>`;
  }
}
