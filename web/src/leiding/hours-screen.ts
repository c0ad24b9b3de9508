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
  teams: Named[];
  organisations: Named[];
}

interface Named {
  id: string;
  name: string;
}

/** Where the weeks of who has one of their own are. */
const OWN = ['teams', 'organisaties'] as const;

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
      ${OWN.flatMap((kind) =>
        Object.entries(hours[kind]).map(([id, week]) => this.week(t('leiding.hours.own', { id: this.nameOf(kind, id) }), `${kind}-${id}`, week, () => this.change((all) => delete all[kind][id]))),
      )}
      ${this.newWeek(hours)}
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

  private named(kind: (typeof OWN)[number]): Named[] {
    return (kind === 'teams' ? this.answer?.teams : this.answer?.organisations) ?? [];
  }

  private nameOf(kind: (typeof OWN)[number], id: string): string {
    return this.named(kind).find((each) => each.id === id)?.name ?? id;
  }

  /** Gives somebody a week of their own, which begins as the ordinary one. */
  private newWeek(hours: Hours): TemplateResult {
    const add = (event: Event): void => {
      const select = (event.currentTarget as Element).closest('.block')?.querySelector('select');
      const [kind, id] = (select?.value ?? '').split('/') as [(typeof OWN)[number], string | undefined];
      if (!id) return;
      this.change((all) => (all[kind][id] = structuredClone(all.standaard)));
      void this.updateComplete.then(() => this.querySelector<HTMLElement>(`#${kind}-${id}-maandag`)?.focus());
    };
    return html`<div class="block">
      <div class="field"><label class="utrecht-form-label" for="own-week">${t('leiding.hours.who')}</label>
        <div class="row"><select class="utrecht-textbox select" id="own-week" aria-describedby="own-week-note">
          ${OWN.map((kind) => html`<optgroup label=${t(`leiding.hours.${kind}`)}>${this.named(kind).filter((each) => !(each.id in hours[kind])).map((each) => html`<option value="${kind}/${each.id}">${each.name}</option>`)}</optgroup>`)}
        </select>
        <button type="button" class="nl-button nl-button--secondary" @click=${add}><span class="nl-button__label">${t('leiding.hours.add_week')}</span></button></div>
        <p class="note" id="own-week-note">${t('leiding.hours.own_note')}</p></div>
    </div>`;
  }

  private week(name: string, id: string, week: Week, remove?: () => void): TemplateResult {
    return html`<fieldset class="block">
      <legend>${name}</legend>
      <p class="note">${t('leiding.hours.how')}</p>
      ${remove ? html`<button type="button" class="nl-button nl-button--subtle" @click=${remove}>${icon('bin')}<span class="nl-button__label">${t('leiding.remove')}<span class="hidden">: ${name}</span></span></button>` : nothing}
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
      <div class="field"><label class="utrecht-form-label" for="special-${n}-voor">${t('leiding.hours.voor')}</label>
        <select class="utrecht-textbox select" id="special-${n}-voor" @change=${(event: Event) => this.change(() => (day.voor = (event.target as HTMLSelectElement).value))}>
          <option value="" ?selected=${day.voor === ''}>${t('leiding.hours.everybody')}</option>
          ${OWN.map((kind) => html`<optgroup label=${t(`leiding.hours.${kind}`)}>${this.named(kind).map((each) => html`<option value=${each.id} ?selected=${each.id === day.voor}>${each.name}</option>`)}</optgroup>`)}
        </select></div>
      <button type="button" class="nl-button nl-button--subtle" @click=${() => this.change((all) => all.bijzonder.splice(n, 1))}>${icon('bin')}<span class="nl-button__label">${t('leiding.remove')}<span class="hidden">: ${day.reden || day.dag || nothing}</span></span></button>
    </div>`;
  }
}
