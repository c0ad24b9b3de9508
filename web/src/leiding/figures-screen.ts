/** How it stands now, and the figures of a stretch of days. */
import { html, nothing, type TemplateResult } from 'lit';
import { icon } from '../shared/icons.ts';
import { has, t } from '../shared/texts.ts';
import { minutesSince } from '../shared/time.ts';
import { barChart } from './chart.ts';
import { before, minutes, number, percent, rating, share, shortDay, today } from './numbers.ts';
import type { Figures, Now, Report } from './protocol.ts';
import { Screen } from './screen.ts';

/** The present is asked again this often (milliseconds). */
const EVERY = 15_000;
const CHANNELS = ['web', 'sms', 'whatsapp'];
const URGENCIES = ['spoed', 'hoog', 'normaal', 'laag'];
const QUICK = [0, 6, 29, 89];

export class FiguresScreen extends Screen {
  static override properties = { ...Screen.properties, now: { state: true }, report: { state: true } };

  declare now: Now | undefined;
  declare report: Report | undefined;
  private from = before(today(), 6);
  private to = today();
  private channel = '';
  private team = '';
  private timer: ReturnType<typeof setInterval> | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.timer = setInterval(() => void this.present(), EVERY);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.timer);
  }

  private get query(): string {
    return new URLSearchParams({ from: this.from, to: this.to, channel: this.channel, team: this.team }).toString();
  }

  protected async load(): Promise<void> {
    const query = this.query;
    const [now, report] = await Promise.all([this.api.call('GET', `leiding/now?${query}`), this.api.call('GET', `leiding/days?${query}`)]);
    this.now = now as Now;
    this.report = report as Report;
  }

  private async present(): Promise<void> {
    try {
      this.now = (await this.api.call('GET', `leiding/now?${this.query}`)) as Now;
    } catch {
      // The next look may succeed; what stands there has its moment beside it.
    }
  }

  private choose(change: { from?: string; to?: string; channel?: string; team?: string }): void {
    Object.assign(this, change);
    this.requestUpdate();
    if (this.from && this.to) void this.act(() => this.load());
  }

  protected override render(): TemplateResult {
    return html`${this.outcome()} ${this.nowView()} ${this.periodView()} ${this.report ? this.reportView(this.report) : nothing}`;
  }

  private card(name: string, value: string, note: string | typeof nothing = nothing, alarm = false): TemplateResult {
    return html`<div class="tile ${alarm ? 'tile-alarm' : ''}"><dt>${name}</dt><dd>${alarm ? icon('warning') : nothing}<span>${value}</span></dd>${note === nothing ? nothing : html`<dd class="tile-note">${note}</dd>`}</div>`;
  }

  private nowView(): TemplateResult {
    const { now } = this;
    if (!now) return html`<h2 class="nl-heading nl-heading--level-3">${t('leiding.now.heading')}</h2><p>${t('leiding.loading')}</p>`;
    const counts = URGENCIES.flatMap((urgency) => (now.waiting[urgency] ? [{ urgency, ...now.waiting[urgency] }] : []));
    const total = counts.reduce((sum, each) => sum + each.count, 0);
    const longest = counts.toSorted((a, b) => a.since.localeCompare(b.since))[0];
    const per = counts.map((each) => t('leiding.now.per_urgency', { count: each.count, urgency: t(`leiding.urgency.${each.urgency}`) })).join(', ');
    return html`<section aria-labelledby="now-heading">
      <h2 class="nl-heading nl-heading--level-3" id="now-heading">${t('leiding.now.heading')}</h2>
      <dl class="tiles">
        ${this.card(t('leiding.now.waiting'), number(total), per || nothing)}
        ${this.card(t('leiding.now.longest'), longest ? t('leiding.minutes', { count: minutesSince(longest.since, new Date()) }) : t('leiding.now.nobody'), longest ? t('leiding.now.target', { count: now.targets[longest.urgency] ?? 0 }) : nothing)}
        ${this.card(t('leiding.now.late'), number(now.late), nothing, now.late > 0)}
        ${this.card(t('leiding.now.helped'), number(now.helped))}
        ${this.card(t('leiding.now.present'), number(now.present), nothing, now.present === 0 && total > 0)}
        ${this.card(t('leiding.now.calls'), number(now.calls), now.calls_late > 0 ? t('leiding.now.calls_late', { count: now.calls_late }) : nothing, now.calls_late > 0)}
      </dl>
    </section>`;
  }

  private periodView(): TemplateResult {
    const picked = (name: 'from' | 'to') => (event: Event) => this.choose({ [name]: (event.target as HTMLInputElement).value });
    const chosen = (name: 'channel' | 'team') => (event: Event) => this.choose({ [name]: (event.target as HTMLSelectElement).value });
    const teams = this.now?.teams ?? [];
    return html`<h2 class="nl-heading nl-heading--level-3" id="period-heading">${t('leiding.period.heading')}</h2>
      <div class="filters" role="group" aria-labelledby="period-heading">
        <div class="row quick">
          ${QUICK.map((days) => {
            const on = this.to === today() && this.from === before(today(), days);
            return html`<button type="button" class="nl-button nl-button--secondary" aria-pressed=${on ? 'true' : 'false'} @click=${() => this.choose({ from: before(today(), days), to: today() })}><span class="nl-button__label">${t(`leiding.period.days.${days}`)}</span></button>`;
          })}
        </div>
        <div class="field"><label class="utrecht-form-label" for="from">${t('leiding.period.from')}</label><input class="utrecht-textbox" type="date" id="from" max=${today()} .value=${this.from} @change=${picked('from')} /></div>
        <div class="field"><label class="utrecht-form-label" for="to">${t('leiding.period.to')}</label><input class="utrecht-textbox" type="date" id="to" max=${today()} .value=${this.to} @change=${picked('to')} /></div>
        <div class="field"><label class="utrecht-form-label" for="channel">${t('leiding.period.channel')}</label><select class="utrecht-textbox select" id="channel" @change=${chosen('channel')}>
          <option value="">${t('leiding.period.all')}</option>${CHANNELS.map((each) => html`<option value=${each} ?selected=${each === this.channel}>${t(`leiding.channel.${each}`)}</option>`)}
        </select></div>
        <div class="field"><label class="utrecht-form-label" for="team">${t('leiding.period.team')}</label><select class="utrecht-textbox select" id="team" @change=${chosen('team')}>
          <option value="">${t('leiding.period.all')}</option>${teams.map((each) => html`<option value=${each.id} ?selected=${each.id === this.team}>${each.name}</option>`)}
        </select></div>
      </div>`;
  }

  private reportView(report: Report): TemplateResult {
    const { totals: all } = report;
    const labels = report.days.map((each) => shortDay(each.day));
    const of = (name: keyof Figures): number[] => report.days.map((each) => each[name]);
    return html`<section aria-labelledby="period-heading">
      <dl class="tiles">
        ${this.card(t('leiding.figure.conversations'), number(all.conversations))}
        ${this.card(t('leiding.figure.by_bot'), percent(all.by_bot, all.conversations), number(all.by_bot))}
        ${this.card(t('leiding.figure.by_human'), percent(all.by_human, all.conversations), number(all.by_human))}
        ${this.card(t('leiding.figure.not_helped'), number(all.not_helped))}
        ${this.card(t('leiding.figure.service'), percent(all.in_target, all.answered), t('leiding.figure.of', { count: number(all.answered) }))}
        ${this.card(t('leiding.figure.wait'), minutes(all.waited_seconds, all.answered), t('leiding.figure.longest', { count: Math.round(all.longest_seconds / 60) }))}
        ${this.card(t('leiding.figure.spread'), all.answered ? t('leiding.minutes', { count: all.wait_median }) : '–', all.answered ? t('leiding.figure.spread_p90', { count: all.wait_p90 }) : '')}
        ${this.card(t('leiding.figure.wrong_counter'), percent(all.wrong_counter, all.conversations), number(all.wrong_counter))}
        ${this.card(t('leiding.figure.rating'), rating(all), t('leiding.figure.rated', { count: number(all.rated), low: number(all.rated_low) }))}
        ${this.card(t('leiding.figure.transferred'), number(all.transferred), t('leiding.figure.refused', { count: number(all.refused) }))}
        ${this.card(t('leiding.figure.reopened'), number(all.reopened))}
        ${this.card(t('leiding.figure.callbacks'), number(all.callbacks), t('leiding.figure.called', { count: number(all.called), missed: number(all.not_reached) }))}
      </dl>
      ${barChart({
        title: t('leiding.chart.conversations'),
        labels,
        series: [
          { kind: 'one', name: t('leiding.figure.by_bot'), values: of('by_bot') },
          { kind: 'two', name: t('leiding.figure.by_human'), values: of('by_human') },
          { kind: 'three', name: t('leiding.figure.not_helped'), values: of('not_helped') },
        ],
        summary: t('leiding.chart.conversations_summary', { count: number(all.conversations), days: labels.length }),
      })}
      ${barChart({
        title: t('leiding.chart.service'),
        labels,
        series: [{ kind: 'two', name: t('leiding.figure.service'), values: report.days.map((each) => share(each.in_target, each.answered)) }],
        highest: 100,
        unit: ' %',
        summary: t('leiding.chart.service_summary', { percent: percent(all.in_target, all.answered) }),
      })}
      ${this.topicsView(report)} ${this.table('team', report.teams)} ${this.table('channel', report.channels)}
      <p class="row exports">
        <a class="nl-link" href="api/balie/leiding/days.csv?${this.query}" download>${icon('save')} ${t('leiding.export.days')}</a>
        <a class="nl-link" href="api/balie/leiding/topics.csv?${this.query}" download>${icon('save')} ${t('leiding.export.topics')}</a>
      </p>
      <details class="explain"><summary>${t('leiding.explain.heading')}</summary><p>${t('leiding.explain.wrong_counter')}</p><p>${t('leiding.explain.service')}</p><p>${t('leiding.explain.days')}</p></details>
    </section>`;
  }

  private topicsView(report: Report): TemplateResult {
    const most = Math.max(...report.topics.map((each) => each.conversations), 1);
    return html`<section class="block" aria-labelledby="topics-heading">
      <h3 class="nl-heading nl-heading--level-4" id="topics-heading">${t('leiding.topics.heading')}</h3>
      ${report.topics.length === 0
        ? html`<p>${t('leiding.topics.none')}</p>`
        : html`<table class="topics">
            <thead><tr><th scope="col">${t('leiding.topics.topic')}</th><th scope="col" class="number">${t('leiding.figure.conversations')}</th><td></td></tr></thead>
            <tbody>${report.topics.map(
              (each) => html`<tr><th scope="row">${each.topic}<span class="note">${each.organisation === each.topic ? '' : each.organisation}</span></th><td class="number">${number(each.conversations)}</td>
                <td class="bar-cell" aria-hidden="true"><svg viewBox="0 0 100 10" preserveAspectRatio="none"><rect class="bar bar-two" x="0" y="0" height="10" width=${(100 * each.conversations) / most} /></svg></td></tr>`,
            )}</tbody>
          </table>`}
    </section>`;
  }

  private table(by: 'team' | 'channel', rows: (Figures & { id: string })[]): TemplateResult {
    const names = new Map(this.now?.teams.map((each) => [each.id, each.name]));
    const name = (id: string): string => {
      if (by === 'team') return id === '' ? t('leiding.no_team') : (names.get(id) ?? id);
      return has(`leiding.channel.${id}`) ? t(`leiding.channel.${id}`) : id;
    };
    return html`<div class="block">
      <h3 class="nl-heading nl-heading--level-4" id="${by}-heading">${t(`leiding.per.${by}`)}</h3>
      ${rows.length === 0
        ? html`<p>${t('leiding.topics.none')}</p>`
        : html`<div class="wide" tabindex="0" role="region" aria-labelledby="${by}-heading"><table>
            <thead><tr><th scope="col">${t(`leiding.per.${by}_name`)}</th>${['conversations', 'by_human', 'service', 'wait_spread', 'wrong_counter', 'rating'].map((each) => html`<th scope="col" class="number">${t(`leiding.column.${each}`)}</th>`)}</tr></thead>
            <tbody>${rows.map(
              (row) => html`<tr><th scope="row">${name(row.id)}</th><td class="number">${number(row.conversations)}</td><td class="number">${number(row.by_human)}</td><td class="number">${percent(row.in_target, row.answered)}</td><td class="number">${row.answered ? `${row.wait_median} / ${row.wait_p90}` : '–'}</td><td class="number">${percent(row.wrong_counter, row.conversations)}</td><td class="number">${rating(row)}</td></tr>`,
            )}</tbody>
          </table></div>`}
    </div>`;
  }
}
