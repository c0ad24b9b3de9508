/** Track and trace of a case: the way it goes as a picture, and the same in words for who cannot see it. */
import { html, nothing, type TemplateResult } from 'lit';
import { icon } from './icons.ts';
import type { CaseCard } from './protocol.ts';
import { linked } from './rich-text.ts';
import { t } from './texts.ts';
import { longDate } from './time.ts';

/** "Stap 2 van 4: In behandeling", or that all steps are done. */
export function progress(card: CaseCard): string {
  const current = card.steps.findIndex((step) => step.state === 'current');
  const step = card.steps[current];
  if (step) return t('chat.card.progress', { step: current + 1, total: card.steps.length, title: step.title });
  return card.steps.every((each) => each.state === 'done') ? t('chat.card.finished') : '';
}

/** When a decision is due, or that it is late; empty when the case has no such date. */
export function dueText(card: CaseCard): string {
  if (!card.due) return '';
  return t(card.late ? 'chat.card.late' : 'chat.card.due', { date: longDate(card.due) });
}

/** The card. */
export function caseCard(card: CaseCard): TemplateResult {
  const summary = progress(card);
  const due = dueText(card);
  return html`<section class="card" aria-label=${t('chat.card.label', { number: card.number })}>
    <p class="card-title">${card.title}</p>
    <p class="card-number">${linked(t('chat.card.number', { number: card.number }))}</p>
    ${summary ? html`<p class="card-progress">${summary}</p>` : nothing}
    <ol class="track">
      ${card.steps.map(
        (step, n) => html`<li class="step step-${step.state}" aria-current=${step.state === 'current' ? 'step' : nothing}>
          ${n < card.steps.length - 1 ? html`<span class="step-line" aria-hidden="true"></span>` : nothing}
          <span class="step-mark" aria-hidden="true">${step.state === 'done' ? icon('check') : n + 1}</span>
          <span class="step-words">
            <span class="step-title">${step.title}</span>
            <span class="step-note">${t(`chat.card.${step.state}`)}${step.at ? `, ${longDate(step.at)}` : ''}</span>
          </span>
        </li>`,
      )}
    </ol>
    ${due ? html`<p class="card-due ${card.late ? 'card-late' : ''}">${icon(card.late ? 'warning' : 'clock')}<span>${due}</span></p>` : nothing}
  </section>`;
}
