/** The opened conversation: who and what, the summary with its evidence, every message. */
import { html, nothing, type TemplateResult } from 'lit';
import { caseCard } from '../../shared/case-card.ts';
import { icon } from '../../shared/icons.ts';
import type { Message } from '../../shared/protocol.ts';
import { linked, richText } from '../../shared/rich-text.ts';
import { t } from '../../shared/texts.ts';
import { clockTime } from '../../shared/time.ts';
import { waysView } from '../../shared/ways.ts';
import type { Item, Summary } from '../api.ts';
import type { Desk, Draft } from '../desk.ts';
import { typed } from '../review/correction.ts';
import { topic, waiting, word } from './words.ts';

export interface ConversationActions {
  back: () => void;
  claim: () => void;
  giveBack: () => void;
  close: () => void;
  /** Goes to the message with this sequence number. */
  show: (seq: number) => void;
  /** Says what a message of the citizen was really about; undefined for who may not. */
  correct: ((message: Message) => void) | undefined;
}

function who(message: Message, user: string | undefined): string {
  if (message.author === 'human') return message.name === user ? t('desk.author.you') : message.name;
  if (message.author === 'note') return t('desk.author.note', { name: message.name });
  return t(`desk.author.${message.author}`);
}

function messageView(message: Message, user: string | undefined, correct?: (message: Message) => void): TemplateResult {
  const shown = message.author === 'human' && message.delivery ? message.delivery : undefined;
  return html`<li class="message message-${message.author}" id="message-${message.seq}" tabindex="-1">
    <p class="meta"><span class="who">${who(message, user)}</span> <time datetime=${message.at}>${clockTime(message.at)}</time>
      ${shown ? html`<span class=${shown === 'failed' ? 'trouble' : ''}>${t(`desk.delivery.${shown}`)}</span>` : nothing}</p>
    <div class="bubble">
      ${richText(message.text)}
      ${message.card ? caseCard(message.card) : nothing}
      ${waysView(message)}
      ${message.buttons.length > 0 ? html`<p class="choices">${message.buttons.map((button) => html`<span class="choice">${button.title}</span>`)}</p>` : nothing}
    </div>
    ${correct ? html`<button type="button" class="evidence correct" @click=${() => correct(message)}>${t('desk.review.correct.button')}</button>` : nothing}
  </li>`;
}

function draftView(draft: Draft, desk: Desk): TemplateResult {
  return html`<li class="message ${draft.kind === 'notes' ? 'message-note' : 'message-human'} message-pending">
    <p class="meta"><span class="who">${t('desk.author.you')}</span> ${draft.error === undefined ? t('desk.delivery.pending') : nothing}</p>
    <div class="bubble">${richText(draft.text)}</div>
    ${draft.error === undefined
      ? nothing
      : html`<p class="trouble">${icon('warning')}<span>${draft.error ? t('desk.composer.failed', { reason: draft.error }) : t('desk.composer.failed_unknown')}</span></p>
          <p class="row">
            <button type="button" class="nl-button nl-button--secondary" @click=${() => desk.retry(draft.id)}>${t('desk.composer.retry')}</button>
            <button type="button" class="nl-button nl-button--subtle" @click=${() => desk.discard(draft.id)}>${t('desk.composer.discard')}</button>
          </p>`}
  </li>`;
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

function headView(desk: Desk, item: Item, now: Date, actions: ConversationActions): TemplateResult {
  const waits = waiting(item, now);
  const free = item.owner === null && item.state !== 'closed';
  return html`<div class="head">
    <button type="button" class="nl-button nl-button--subtle back" @click=${actions.back}>${icon('back')}<span class="nl-button__label">${t('desk.conversation.back')}</span></button>
    <div class="head-words">
      <h2 class="nl-heading nl-heading--level-3" id="conversation-heading" tabindex="-1">${topic(item)}</h2>
      <p class="head-facts">
        ${item.urgency === 'normaal' ? nothing : html`<span class="nl-data-badge badge badge-${item.urgency}">${word('urgency', item.urgency)}</span>`}
        <span>${word('state', item.state)}</span>
        ${waits ? html`<span>${icon('clock')} ${waits}</span>` : nothing}
      </p>
    </div>
    <div class="row">
      ${free && item.state !== 'bot' ? html`<button type="button" class="nl-button nl-button--primary" aria-disabled=${desk.busy} @click=${actions.claim}>${t(desk.busy ? 'desk.conversation.claiming' : 'desk.conversation.claim')}</button>` : nothing}
      ${desk.mine
        ? html`<button type="button" class="nl-button nl-button--secondary" @click=${actions.giveBack}>${t('desk.conversation.return')}</button>
            <button type="button" class="nl-button nl-button--secondary" @click=${actions.close}>${t('desk.conversation.close')}</button>`
        : nothing}
    </div>
  </div>`;
}

/** Head, summary and messages. */
export function conversationView(desk: Desk, now: Date, actions: ConversationActions): TemplateResult {
  const { detail } = desk;
  if (!detail) {
    const words = desk.detailFailed ? t('desk.conversation.failed') : desk.selected ? t('desk.conversation.loading') : t('desk.conversation.none');
    return html`<div class="nothing"><p>${words}</p>
      ${desk.detailFailed ? html`<button type="button" class="nl-button nl-button--secondary" @click=${() => void desk.loadDetail()}>${t('desk.conversation.retry')}</button>` : nothing}
      ${desk.selected ? nothing : html`<p>${t('desk.conversation.none_hint')}</p>`}</div>`;
  }
  const user = desk.user?.name;
  const questions = typed(detail.messages);
  return html`${headView(desk, detail.item, now, actions)}
    <div class="panes">
      <div class="side" tabindex="0" role="region" aria-label=${t('desk.summary.label')}>
        <div class="side-content">${summaryView(detail.summary, actions.show)}${factsView(detail.item, detail.summary)}</div>
      </div>
      <div class="scroller" tabindex="0" role="region" aria-label=${t('desk.conversation.messages')}>
        <div class="content">
          <ol class="messages">
            ${detail.messages.map((message) => messageView(message, user, questions.has(message.seq) ? actions.correct : undefined))}
            ${desk.pending.map((draft) => draftView(draft, desk))}
          </ol>
          ${desk.typing ? html`<p class="typing">${t('desk.conversation.typing')}</p>` : nothing}
        </div>
      </div>
    </div>`;
}
