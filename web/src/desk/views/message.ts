/** One message at the desk, and what is on its way to become one. */
import { html, nothing, type TemplateResult } from 'lit';
import { caseCard } from '../../shared/case-card.ts';
import { icon } from '../../shared/icons.ts';
import type { Attachment, Message } from '../../shared/protocol.ts';
import { richText } from '../../shared/rich-text.ts';
import { has, t } from '../../shared/texts.ts';
import { clockTime } from '../../shared/time.ts';
import { waysView } from '../../shared/ways.ts';
import type { Desk } from '../desk.ts';
import type { Draft } from '../outbox.ts';

function who(message: Message, user: string | undefined): string {
  if (message.author === 'human') return message.name === user ? t('desk.author.you') : message.name;
  if (message.author === 'note') return message.name ? t('desk.author.note', { name: message.name }) : t('desk.author.note_system');
  return t(`desk.author.${message.author}`);
}

function sizeOf(bytes: number): string {
  return bytes < 1_000_000 ? t('desk.file.kilobytes', { count: Math.max(1, Math.round(bytes / 1000)) }) : t('desk.file.megabytes', { count: Math.round(bytes / 100_000) / 10 });
}

/** A file of a citizen can be dangerous: it is saved, never opened in this page, and the reader is told. */
function fileView(file: Attachment, address: (id: string) => string): TemplateResult {
  if (file.state !== 'stored') return html`<li>${icon('note')} ${file.name} <span class="made">${t(has(`desk.file.${file.state}`) ? `desk.file.${file.state}` : 'desk.file.failed')}</span></li>`;
  return html`<li><a class="nl-link" href=${address(file.id)} download>${icon('save')} ${t('desk.file.save', { name: file.name, size: sizeOf(file.size) })}</a></li>`;
}

function filesView(message: Message, address: (id: string) => string): TemplateResult | typeof nothing {
  const files = message.attachments ?? [];
  if (files.length === 0) return nothing;
  return html`<div class="files"><ul>${files.map((file) => fileView(file, address))}</ul>
    ${message.author === 'citizen' ? html`<p class="made">${icon('warning')} ${t('desk.file.warning')}</p>` : nothing}</div>`;
}

/** Why a message did not arrive, or what it waits for; empty when there is nothing to tell. */
function why(message: Message): string {
  if (!message.failure || (message.delivery !== 'failed' && message.delivery !== 'pending')) return '';
  const key = `desk.failure.${message.delivery === 'pending' ? 'waits' : message.failure}`;
  return t(has(key) ? key : 'desk.failure.other');
}

export function messageView(message: Message, user: string | undefined, address: (id: string) => string, correct?: (message: Message) => void): TemplateResult {
  const told = message.author === 'human' || message.delivery === 'failed';
  const shown = told && message.delivery ? message.delivery : undefined;
  const reason = why(message);
  return html`<li class="message message-${message.author}" id="message-${message.seq}" tabindex="-1">
    <p class="meta"><span class="who">${who(message, user)}</span> <time datetime=${message.at}>${clockTime(message.at)}</time>
      ${shown ? html`<span class=${shown === 'failed' ? 'trouble' : ''}>${t(`desk.delivery.${shown}`)}</span>` : nothing}</p>
    ${reason ? html`<p class=${shown === 'failed' ? 'failure trouble' : 'failure keys'}>${shown === 'failed' ? icon('warning') : nothing}<span>${reason}</span></p>` : nothing}
    <div class="bubble">
      ${richText(message.text)}
      ${message.card ? caseCard(message.card) : nothing}
      ${waysView(message)}
      ${filesView(message, address)}
      ${message.buttons.length > 0 ? html`<p class="choices">${message.buttons.map((button) => html`<span class="choice">${button.title}</span>`)}</p>` : nothing}
    </div>
    ${correct ? html`<button type="button" class="evidence correct" @click=${() => correct(message)}>${t('desk.review.correct.button')}</button>` : nothing}
  </li>`;
}

export function draftView(draft: Draft, desk: Desk): TemplateResult {
  return html`<li class="message ${draft.kind === 'notes' ? 'message-note' : 'message-human'} message-pending">
    <p class="meta"><span class="who">${t('desk.author.you')}</span> ${draft.error === undefined ? t('desk.delivery.pending') : nothing}</p>
    <div class="bubble">${richText(draft.text)}</div>
    ${draft.error === undefined
      ? nothing
      : html`<p class="trouble">${icon('warning')}<span>${draft.error ? t('desk.composer.failed', { reason: draft.error }) : t('desk.composer.failed_unknown')}</span></p>
          <p class="row">
            <button type="button" class="nl-button nl-button--secondary" @click=${() => desk.outbox.retry(draft.id)}>${t('desk.composer.retry')}</button>
            <button type="button" class="nl-button nl-button--subtle" @click=${() => desk.outbox.discard(draft.id)}>${t('desk.composer.discard')}</button>
          </p>`}
  </li>`;
}
