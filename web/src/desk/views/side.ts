/** Beside the conversation: the summary with its evidence, what is known, how the cases stand, and earlier contacts. */
import { html, nothing, type TemplateResult } from 'lit';
import { icon } from '../../shared/icons.ts';
import { linked } from '../../shared/rich-text.ts';
import { has, t } from '../../shared/texts.ts';
import { clockTime, longDate } from '../../shared/time.ts';
import type { Desk } from '../desk.ts';
import type { CaseStanding, Detail, Earlier, Item, Summary } from '../protocol.ts';
import { word } from './words.ts';

export interface SideActions {
  /** Goes to the message with this sequence number. */
  show: (seq: number) => void;
  open: (conversation: string) => void;
  lookUp: (number: string, factor: string, form: HTMLFormElement) => void;
  lookUpOwn: () => void;
}

export function sideView(desk: Desk, detail: Detail, actions: SideActions): TemplateResult {
  return html`<div class="side" tabindex="0" role="region" aria-label=${t('desk.summary.label')}>
    <div class="side-content">
      ${closingView(detail)}
      ${summaryView(detail.summary, actions.show)}
      ${factsView(detail.item, detail.summary)}
      ${casesView(desk, detail.item.trust === 'digid', actions)}
      ${earlierView(detail.earlier ?? [], actions.open)}
    </div>
  </div>`;
}

/** How it ended and what must still be done: for who opens a closed conversation. */
function closingView({ closing, item }: Detail): TemplateResult | typeof nothing {
  if (!closing || item.state !== 'closed') return nothing;
  const { outcome, note, task, on, at } = closing;
  return html`<section class="side-part closing" aria-labelledby="closing-heading">
    <h3 class="nl-heading nl-heading--level-4" id="closing-heading">${t('desk.closing.heading')}</h3>
    <p>${has(`desk.close.outcomes.${outcome}`) ? t(`desk.close.outcomes.${outcome}`) : outcome}</p>
    ${note ? html`<p>${linked(note)}</p>` : nothing}
    ${task || on ? html`<p>${icon('clock')} <strong>${t(on ? 'desk.closing.task_on' : 'desk.closing.task', { date: on ? longDate(on) : '' })}</strong> ${linked(task)}</p>` : nothing}
    <p class="made">${t('desk.closing.by', { name: item.owner?.name ?? '', date: longDate(at) })}</p>
  </section>`;
}

function summaryView(summary: Summary | null, show: (seq: number) => void): TemplateResult {
  return html`<div class="summary">
    <h3 class="nl-heading nl-heading--level-4">${t('desk.summary.label')}</h3>
    ${summary
      ? html`<p class="nl-paragraph">${linked(summary.prose.join(' '))}</p>
          <dl class="lines">
            ${summary.lines.map(
              (line) => html`<div class="line">
                <dt>${line.label}</dt>
                <dd>${linked(line.value)}
                  ${line.seq === null
                    ? nothing
                    : html`<button type="button" class="evidence" @click=${() => show(line.seq ?? 0)}><span aria-hidden="true">${t('desk.summary.evidence_short')}</span><span class="hidden">${t('desk.summary.evidence', { label: line.label })}</span></button>`}
                </dd>
              </div>`,
            )}
          </dl>
          <p class="made">${t('desk.summary.made', { time: clockTime(summary.made_at) })}</p>`
      : html`<p class="nl-paragraph">${t('desk.summary.none')}</p>`}
  </div>`;
}

/** What is known besides the summary; what the summary already says is left out. */
function factsView(item: Item, summary: Summary | null): TemplateResult {
  // With each the field of the summary that says the same.
  const facts: [field: string, label: string, value: string][] = [
    ['organisatie', t('desk.conversation.organisation'), item.organisation?.naam ?? t('desk.queue.no_organisation')],
    ['', t('desk.conversation.team'), item.team?.naam ?? ''],
    ['', t('desk.conversation.reason'), item.reason ? word('reason', item.reason) : ''],
    ['vertrouwen', t('desk.conversation.trust'), word('trust', item.trust)],
    ['kanaal', t('desk.conversation.channel'), word('channel', item.channel)],
    ['kanaal', t('desk.conversation.language'), word('language', item.language)],
    ['', t('desk.conversation.owner'), item.owner?.name ?? ''],
  ];
  const said = new Set(summary?.lines.map((line) => line.field));
  return html`<dl class="facts" aria-label=${t('desk.conversation.facts')}>
    ${facts.filter(([field, , value]) => value && !said.has(field)).map(([, label, value]) => html`<div><dt>${label}</dt><dd>${value}</dd></div>`)}
  </dl>`;
}

function standing(one: CaseStanding): TemplateResult {
  if (one.hidden) {
    return html`<li class="standing"><p><strong>${linked(one.number)}</strong></p><p class="made">${t('desk.cases.hidden')}</p></li>`;
  }
  const due = one.due ? t(one.late ? 'desk.cases.late' : 'desk.cases.due', { date: longDate(one.due) }) : '';
  return html`<li class="standing">
    <p><strong>${linked(one.number)}</strong>${one.title ? html`, ${one.title}` : nothing}</p>
    <p>${one.status || t('desk.cases.no_status')}${one.since ? html` <span class="made">${t('desk.cases.since', { date: longDate(one.since) })}</span>` : nothing}</p>
    ${one.suspended ? html`<p>${t('desk.cases.suspended')}</p>` : nothing}
    ${due ? html`<p class=${one.late ? 'trouble' : ''}>${icon(one.late ? 'warning' : 'clock')}<span>${due}</span></p>` : nothing}
    ${one.live ? nothing : html`<p class="made">${t('desk.cases.not_live')}</p>`}
  </li>`;
}

function casesView(desk: Desk, loggedIn: boolean, actions: SideActions): TemplateResult | typeof nothing {
  const cases = desk.opened.cases ?? [];
  if (cases.length === 0 && !(desk.opened.mayLookUp && desk.mine)) return nothing;
  const onSubmit = (event: SubmitEvent): void => {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const data = new FormData(form);
    actions.lookUp(String(data.get('number')).trim(), String(data.get('factor')).trim(), form);
  };
  return html`<section class="side-part" aria-labelledby="cases-heading">
    <h3 class="nl-heading nl-heading--level-4" id="cases-heading">${t('desk.cases.heading')}</h3>
    ${cases.length > 0 ? html`<ul class="standings">${cases.map(standing)}</ul>` : nothing}
    ${desk.opened.mayLookUp && desk.mine && loggedIn
      ? html`<p class="made">${t('desk.cases.own_hint')}</p>
          <p><button type="button" class="nl-button nl-button--secondary" aria-disabled=${desk.steps.busy} @click=${actions.lookUpOwn}>${t('desk.cases.own')}</button></p>`
      : nothing}
    ${desk.opened.mayLookUp && desk.mine
      ? html`<details class="lookup">
          <summary>${t('desk.cases.lookup')}</summary>
          <form @submit=${onSubmit}>
            <p class="made">${t('desk.cases.lookup_hint')}</p>
            <label class="utrecht-form-label" for="lookup-number">${t('desk.cases.number')}</label>
            <input class="utrecht-textbox" id="lookup-number" name="number" autocomplete="off" required maxlength="64" />
            <label class="utrecht-form-label" for="lookup-factor">${t('desk.cases.factor')}</label>
            <input class="utrecht-textbox" id="lookup-factor" name="factor" autocomplete="off" required maxlength="100" />
            <button type="submit" class="nl-button nl-button--secondary" aria-disabled=${desk.steps.busy}>${t('desk.cases.submit')}</button>
          </form>
        </details>`
      : nothing}
  </section>`;
}

function earlierView(earlier: Earlier[], open: (conversation: string) => void): TemplateResult | typeof nothing {
  if (earlier.length === 0) return nothing;
  const outcome = (one: Earlier): string =>
    one.outcome && has(`desk.close.outcomes.${one.outcome}`) ? t(`desk.close.outcomes.${one.outcome}`) : word('state', one.state);
  return html`<section class="side-part" aria-labelledby="earlier-heading">
    <h3 class="nl-heading nl-heading--level-4" id="earlier-heading">${t('desk.earlier.heading')}</h3>
    <ul class="standings">
      ${earlier.map(
        (one) => html`<li><button type="button" class="evidence" @click=${() => open(one.id)}>${t('desk.earlier.open', { date: longDate(one.at), topic: one.topic || t('desk.queue.no_topic') })}</button>
          <span class="made">${outcome(one)}</span></li>`,
      )}
    </ul>
  </section>`;
}
