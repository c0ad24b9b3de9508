/** The review list on the screen: what was not understood on the left, what it should have been on the right. */
import { html, nothing, type TemplateResult } from 'lit';
import { keyed } from 'lit/directives/keyed.js';
import { repeat } from 'lit/directives/repeat.js';
import { icon } from '../../shared/icons.ts';
import { has, t } from '../../shared/texts.ts';
import { longDate } from '../../shared/time.ts';
import { word } from '../views/words.ts';
import { onListKey } from '../views/list-keys.ts';
import type { Answer, Named, ReviewItem } from './protocol.ts';
import { REVIEW_STATES } from './protocol.ts';
import type { ReviewDesk } from './review-desk.ts';

export interface ReviewActions {
  open: (id: number) => void;
  back: () => void;
  save: (answer: Answer) => void;
  dismiss: () => void;
  skip: () => void;
  /** Goes to the conversation that the message comes from. */
  conversation: (id: string) => void;
}

function reason(code: string): string {
  return has(`desk.review.reason.${code}`) ? t(`desk.review.reason.${code}`) : code;
}

function outcome(code: string): string {
  return has(`desk.review.outcome.${code}`) ? t(`desk.review.outcome.${code}`) : code;
}

/** "Dienst Toeslagen (62 %)" */
export function scored(named: Named): string {
  if (named.score === undefined) return named.naam;
  return t('desk.review.scored', { name: named.naam, percent: Math.round(named.score * 100) });
}

/** Candidates with half a percent or more; the rest says nothing. */
function likely(named: Named[]): string[] {
  return named.filter((each) => (each.score ?? 1) >= 0.005).map(scored);
}

function itemView(item: ReviewItem, review: ReviewDesk, open: (id: number) => void): TemplateResult {
  const opened = item.id === review.current?.id;
  return html`<li>
    <button type="button" class="item ${opened ? 'item-open' : ''}" aria-current=${opened ? 'true' : nothing} @click=${() => open(item.id)}>
      <span class="item-topic review-text">${item.text}</span>
      <span class="item-line">${item.reasons.map(reason).join(', ')}</span>
    </button>
  </li>`;
}

/** Below the views: which state, and the messages in it. */
export function reviewListView(review: ReviewDesk, actions: ReviewActions): TemplateResult {
  return html`<div class="review-states">
      <label class="utrecht-form-label" for="review-state">${t('desk.review.show')}</label>
      <select class="utrecht-textbox select" id="review-state" @change=${(event: Event) => review.show((event.target as HTMLSelectElement).value as ReviewItem['state'])}>
        ${REVIEW_STATES.map((state) => html`<option value=${state} ?selected=${state === review.state}>${t(`desk.review.state.${state}`)} (${review.counts[state]})</option>`)}
      </select>
    </div>
    ${review.failed ? html`<p class="utrecht-alert utrecht-alert--warning notice">${icon('warning')}<span>${t('desk.queue.failed')}</span></p>` : nothing}
    ${review.items.length === 0 && !review.failed
      ? html`<p class="empty">${t(`desk.review.empty_${review.state}`)}</p>`
      : html`<ul class="items" @keydown=${onListKey}>
          ${repeat(review.items, (item) => item.id, (item) => itemView(item, review, actions.open))}
          ${review.next === null ? nothing : html`<li><button type="button" class="nl-button nl-button--secondary" @click=${() => void review.more()}>${t('desk.review.more')}</button></li>`}
        </ul>`}`;
}

function line(label: string, value: string): TemplateResult | typeof nothing {
  return value ? html`<div><dt>${label}</dt><dd>${value}</dd></div>` : nothing;
}

function thoughtView(item: ReviewItem): TemplateResult {
  const { thought } = item;
  if (!thought) return html`<p class="nl-paragraph">${t('desk.review.no_thought')}</p>`;
  const kind = { id: thought.uitkomst, naam: outcome(thought.uitkomst), ...(thought.score === null ? {} : { score: thought.score }) };
  return html`<dl class="facts review-facts">
    ${line(t('desk.review.thought_outcome'), scored(kind))}
    ${line(t('desk.review.thought_organisations'), likely(thought.organisaties).join(', '))}
    ${line(t('desk.review.thought_products'), likely(thought.producten).join(', '))}
  </dl>`;
}

function answeredView(item: ReviewItem): TemplateResult | typeof nothing {
  if (item.state === 'open' || !item.answered_at) return nothing;
  const values = { name: item.by ?? '', date: longDate(item.answered_at) };
  return html`<p class="nl-paragraph">${t(item.state === 'answered' ? 'desk.review.answered_by' : 'desk.review.dismissed_by', values)}</p>`;
}

/** The opened message: in the citizen's words, what the computer thought, and the form. */
export function reviewPaneView(review: ReviewDesk, actions: ReviewActions): TemplateResult {
  const { current: item, choices } = review;
  if (!item) {
    return html`<div class="nothing"><p>${t(review.items.length > 0 ? 'desk.review.none' : `desk.review.empty_${review.state}`)}</p></div>`;
  }
  return html`<div class="head">
      <button type="button" class="nl-button nl-button--subtle back" @click=${actions.back}>${icon('back')}<span class="nl-button__label">${t('desk.review.back')}</span></button>
      <div class="head-words">
        <h2 class="nl-heading nl-heading--level-3" id="review-heading" tabindex="-1">${t('desk.review.heading')}</h2>
        <p class="head-facts"><span>${item.reasons.map(reason).join(', ')}</span><span>${longDate(item.created_at)}</span><span>${word('language', item.language)}</span></p>
      </div>
      <div class="row"><button type="button" class="nl-button nl-button--secondary" @click=${() => actions.conversation(item.conversation)}>${icon('chat')}<span class="nl-button__label">${t('desk.review.conversation')}</span></button></div>
    </div>
    <div class="review" tabindex="0" role="region" aria-labelledby="review-heading">
      <div class="review-content">
        <blockquote class="review-quote">${item.text}</blockquote>
        ${answeredView(item)}
        <section class="review-thought" aria-labelledby="thought-heading">
          <h3 class="nl-heading nl-heading--level-4" id="thought-heading">${t('desk.review.thought')}</h3>
          ${thoughtView(item)}
        </section>
        <section aria-labelledby="right-heading">
          <h3 class="nl-heading nl-heading--level-4" id="right-heading">${t('desk.review.right')}</h3>
          <div role="alert">${review.trouble ? html`<p class="utrecht-alert utrecht-alert--error notice">${icon('warning')}<span>${review.trouble}</span></p>` : nothing}</div>
          ${choices
            ? keyed(
                `${item.id} ${item.state}`,
                html`<verbonden-answer-form name="review" .submit=${t('desk.review.form.submit')} .choices=${choices} .item=${item} .busy=${review.busy}
                  .actions=${html`${item.state === 'dismissed' ? nothing : html`<button type="button" class="nl-button nl-button--secondary" @click=${actions.dismiss}>${t('desk.review.dismiss')}</button>`}
                    <button type="button" class="nl-button nl-button--subtle" @click=${actions.skip}>${t('desk.review.skip')}</button>`}
                  @answered=${(event: CustomEvent<Answer>) => actions.save(event.detail)}></verbonden-answer-form>`,
              )
            : nothing}
        </section>
      </div>
    </div>`;
}
