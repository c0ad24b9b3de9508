/** Opening hours: the week, other weeks for organisations and teams, holidays and days that differ. */
import { html, nothing, type TemplateResult } from 'lit';
import { icon } from '../shared/icons.ts';
import { t } from '../shared/texts.ts';
import { longDate } from '../shared/time.ts';
import type { Hours, SpecialDay, Week } from './protocol.ts';
import { Screen } from './screen.ts';

const DAYS = ['maandag', 'dinsdag', 'woensdag', 'donderdag', 'vrijdag', 'zaterdag', 'zondag'];
const CLOSED = 'dicht';

interface Answer {
  value: Hours;
  version: number;
  holidays: { day: string; name: string; good_friday: boolean }[];
}

export class HoursScreen extends Screen {
  static override properties = { ...Screen.properties, answer: { state: true } };

  declare answer: Answer | undefined;
  private hours: Hours | undefined;

  protected async load(): Promise<void> {
    this.answer = (await this.api.call('GET', 'beheer/openingstijden')) as Answer;
    this.hours = structuredClone(this.answer.value);
  }

  private async save(): Promise<void> {
    const { hours, answer } = this;
    if (!hours || !answer) return;
    await this.act(async () => {
      await this.api.call('POST', 'beheer/openingstijden', { value: hours, seen: answer.version });
      await this.load();
    }, t('leiding.saved'));
  }

  private change(action: (hours: Hours) => void): void {
    if (!this.hours) return;
    action(this.hours);
    this.requestUpdate();
  }

  protected override render(): TemplateResult {
    const { hours } = this;
    return html`<h2 class="nl-heading nl-heading--level-3">${t('leiding.hours.heading')}</h2>
      <p class="intro">${t('leiding.hours.intro')}</p>
      ${hours ? this.form(hours) : html`<p>${t('leiding.loading')}</p>`} ${this.outcome()}`;
  }

  private form(hours: Hours): TemplateResult {
    const closed = (this.answer?.holidays ?? []).filter((each) => hours.feestdagen === CLOSED && !(each.good_friday && hours.goede_vrijdag === 'open'));
    return html`<form @submit=${(event: Event) => event.preventDefault()}>
      ${this.week(t('leiding.hours.standard'), 'standaard', hours.standaard)}
      ${Object.entries({ ...hours.organisaties, ...hours.teams }).map(([id, week]) => this.week(t('leiding.hours.own', { id }), id, week))}
      <fieldset class="block">
        <legend>${t('leiding.hours.holidays')}</legend>
        ${this.check('holidays', t('leiding.hours.holidays_closed'), hours.feestdagen === CLOSED, (on) => (hours.feestdagen = on ? CLOSED : 'open'))}
        ${this.check('good-friday', t('leiding.hours.good_friday'), hours.goede_vrijdag === CLOSED, (on) => (hours.goede_vrijdag = on ? CLOSED : 'open'))}
        <p>${t('leiding.hours.coming')}</p>
        <ul class="inline">${closed.slice(0, 12).map((each) => html`<li>${each.name}, ${longDate(each.day)}</li>`)}</ul>
      </fieldset>
      <fieldset class="block">
        <legend>${t('leiding.hours.special')}</legend>
        ${hours.bijzonder.map((day, n) => this.special(day, n))}
        <button type="button" class="nl-button nl-button--secondary" @click=${() => this.change((all) => all.bijzonder.push({ dag: '', tijden: CLOSED, reden: '', voor: '' }))}><span class="nl-button__label">${t('leiding.hours.add_day')}</span></button>
      </fieldset>
      <div class="row">${this.saveButton(() => void this.save())}</div>
    </form>`;
  }

  private week(name: string, id: string, week: Week): TemplateResult {
    return html`<fieldset class="block">
      <legend>${name}</legend>
      <p class="note">${t('leiding.hours.how')}</p>
      <div class="week">
        ${DAYS.map(
          (day) => html`<div class="field"><label class="utrecht-form-label" for="${id}-${day}">${t(`leiding.day.${day}`)}</label>
            <input class="utrecht-textbox" id="${id}-${day}" autocomplete="off" .value=${week[day] ?? CLOSED} @change=${(event: Event) => this.change(() => (week[day] = (event.target as HTMLInputElement).value))} /></div>`,
        )}
      </div>
    </fieldset>`;
  }

  private check(id: string, words: string, on: boolean, set: (on: boolean) => void): TemplateResult {
    return html`<p class="check"><input type="checkbox" id=${id} .checked=${on} @change=${(event: Event) => this.change(() => set((event.target as HTMLInputElement).checked))} /><label for=${id}>${words}</label></p>`;
  }

  private special(day: SpecialDay, n: number): TemplateResult {
    const input = (name: 'dag' | 'tijden' | 'reden', type = 'text'): TemplateResult =>
      html`<div class="field"><label class="utrecht-form-label" for="special-${n}-${name}">${t(`leiding.hours.${name}`)}</label>
        <input class="utrecht-textbox" type=${type} id="special-${n}-${name}" autocomplete="off" .value=${day[name]} @change=${(event: Event) => this.change(() => (day[name] = (event.target as HTMLInputElement).value))} /></div>`;
    return html`<div class="special" role="group" aria-label=${day.reden || day.dag || t('leiding.hours.new_day')}>
      ${input('dag', 'date')} ${input('tijden')} ${input('reden')}
      <button type="button" class="nl-button nl-button--subtle" @click=${() => this.change((all) => all.bijzonder.splice(n, 1))}>${icon('bin')}<span class="nl-button__label">${t('leiding.remove')}<span class="hidden">: ${day.reden || day.dag || nothing}</span></span></button>
    </div>`;
  }
}
