/** The dialog in a conversation: this message was really about something else. */
import { html, nothing, type TemplateResult } from 'lit';
import { keyed } from 'lit/directives/keyed.js';
import type { Message } from '../../shared/protocol.ts';
import { t } from '../../shared/texts.ts';
import type { Answer, Choices } from './protocol.ts';

/** Messages that the citizen typed; pressing a button of ours is no question to be corrected. */
export function typed(messages: Message[]): Set<number> {
  const titles = new Set<string>();
  const found = new Set<number>();
  for (const message of messages) {
    for (const button of message.buttons) titles.add(button.title);
    if (message.author === 'citizen' && !titles.has(message.text)) found.add(message.seq);
  }
  return found;
}

export interface Correction {
  conversation: string;
  message: Message;
  /** Why it could not be saved; empty when nothing went wrong. */
  trouble: string;
}

export function correctionView(
  correction: Correction | undefined, choices: Choices | undefined, save: (answer: Answer) => void, closed: () => void,
): TemplateResult {
  return html`<dialog id="dialog-correct" aria-labelledby="correct-heading" @close=${closed}>
    ${correction && choices
      ? keyed(
          correction.message.seq,
          html`<div class="correction">
            <h2 class="nl-heading nl-heading--level-3" id="correct-heading">${t('desk.review.correct.heading')}</h2>
            <p class="nl-paragraph">${t('desk.review.correct.intro')}</p>
            <blockquote class="review-quote">${correction.message.text}</blockquote>
            <div role="alert">${correction.trouble ? html`<p class="trouble">${correction.trouble}</p>` : nothing}</div>
            <verbonden-answer-form name="correct" .submit=${t('desk.review.form.save')} .choices=${choices} @answered=${(event: CustomEvent<Answer>) => save(event.detail)}
              .actions=${html`<button type="button" class="nl-button nl-button--subtle" @click=${(event: Event) => (event.target as Element).closest('dialog')?.close()}>${t('desk.review.correct.cancel')}</button>`}></verbonden-answer-form>
          </div>`,
        )
      : html`<h2 class="hidden" id="correct-heading">${t('desk.review.correct.heading')}</h2>`}
  </dialog>`;
}
