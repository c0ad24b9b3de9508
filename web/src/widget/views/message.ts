/** One message of the conversation, with what can be done with it. */
import { html, nothing, type TemplateResult } from 'lit';
import { caseCard } from '../../shared/case-card.ts';
import { icon } from '../../shared/icons.ts';
import type { Message } from '../../shared/protocol.ts';
import { richText } from '../../shared/rich-text.ts';
import { has, t } from '../../shared/texts.ts';
import { clockTime } from '../../shared/time.ts';
import { waysView } from '../../shared/ways.ts';
import type { Pending } from '../outbox.ts';
import type { Upload } from '../uploads.ts';

export interface MessageActions {
  press: (message: Message, button: { title: string; payload: string }) => void;
  copy: (message: Message) => void;
  /** Undefined where the browser cannot speak. */
  speak: ((message: Message) => void) | undefined;
  retry: (id: string) => void;
  change: (id: string) => void;
  discard: (id: string) => void;
}

export interface MessageContext {
  /** The speaker changed since the message before: say who it is. */
  first: boolean;
  /** Buttons can still be pressed: nothing was said after them. */
  open: boolean;
  /** Title of the button the citizen chose, if it was one of these. */
  chosen: string | undefined;
  speaking: boolean;
  /** What came of copying it or reading it aloud. */
  note: string | undefined;
  actions: MessageActions;
}

/** Who speaks: "Verbonden (computer)" or "Fatima, Gemeente Demodam". */
export function speaker(message: Message): string {
  if (message.author === 'citizen') return t('chat.author.citizen');
  if (message.author === 'human') {
    const name = message.name || t('chat.author.human');
    return message.organisation ? t('chat.author.from', { name, organisation: message.organisation }) : name;
  }
  return message.name || t('chat.author.bot');
}

/**
 * The quick replies. Once something was said after them only the chosen one stays, as the same element, so that the
 * focus of who pressed it stays where it was.
 */
function quickReplies(message: Message, context: MessageContext): TemplateResult | typeof nothing {
  const { open, chosen } = context;
  if (message.buttons.length === 0 || (!open && chosen === undefined)) return nothing;
  return html`<div class="replies" role="group" aria-label=${t('chat.message.buttons')}>
    ${message.buttons.map((button) => {
      const picked = !open && button.title === chosen;
      return html`<button type="button" class="nl-button nl-button--secondary reply ${picked ? 'reply-chosen' : ''}"
        ?hidden=${!open && !picked} aria-disabled=${picked ? 'true' : nothing}
        @click=${() => open && context.actions.press(message, button)}>${picked ? icon('check') : nothing}<span class="nl-button__label">${button.title}</span>${picked ? html`<span class="hidden">(${t('chat.message.chosen')})</span>` : nothing}</button>`;
    })}
  </div>`;
}

/** "1,4 MB", or "" while it is not known. */
function size(bytes: number): string {
  if (!bytes) return '';
  const [much, unit] = bytes < 1e6 ? [Math.max(1, bytes / 1e3), 'kB'] : [bytes / 1e6, 'MB'];
  return `${new Intl.NumberFormat('nl-NL', { maximumFractionDigits: unit === 'MB' ? 1 : 0 }).format(much)} ${unit}`;
}

/** A file on its way, or one that did not get there. */
export function uploadView(upload: Upload, retry: () => void, discard: () => void): TemplateResult {
  return html`<li class="message message-citizen message-first message-pending">
    <p class="meta"><span class="who">${t('chat.author.citizen')}</span></p>
    <div class="bubble"><p class="file">${icon('clip')}<span>${upload.file.name} <span class="file-note">${size(upload.file.size)}</span></span></p></div>
    ${upload.trouble
      ? html`<p class="trouble">${icon('warning')}<span>${t('chat.message.refused', { reason: upload.trouble })}</span></p>
          <div class="replies">
            ${upload.again ? html`<button type="button" class="nl-button nl-button--secondary" @click=${retry}>${t('chat.message.retry')}</button>` : nothing}
            <button type="button" class="nl-button nl-button--subtle" @click=${discard}>${t('chat.message.discard')}</button>
          </div>`
      : html`<p class="sending">${icon('clock')}<span>${t('chat.message.sending')}</span></p>`}
  </li>`;
}

/** A stored message. */
export function messageView(message: Message, context: MessageContext): TemplateResult {
  const { author } = message;
  const who = speaker(message);
  const { copy, speak } = context.actions;
  return html`<li class="message message-${author} ${context.first ? 'message-first' : ''}" data-seq=${message.seq}>
    <p class="meta ${context.first ? '' : 'hidden'}">
      <span class="who">${author === 'citizen' ? nothing : icon(author === 'human' ? 'person' : 'computer')}${who}</span>
      ${author === 'bot' ? html`<span class="kind">(${t('chat.author.computer')})</span>` : nothing}
      <time datetime=${message.at}>${clockTime(message.at)}</time>
    </p>
    <div class="said"><div class="bubble">
      <div lang=${message.language || nothing} dir="auto">${richText(message.text)}</div>
      ${message.attachments?.map((file) => html`<p class="file">${icon('clip')}<span>${file.name} <span class="file-note">${size(file.size)}${file.state === 'stored' ? '' : `, ${t(`chat.file.${file.state}`)}`}</span></span></p>`)}
      ${message.card ? caseCard(message.card) : nothing}
      ${waysView(message)}
      ${author === 'citizen' && message.delivery === 'failed' ? html`<p class="trouble">${icon('warning')}${t('chat.message.failed')}</p>` : nothing}
    </div>
    ${author === 'citizen' || author === 'system' || !has('chat.message.copy')
      ? nothing
      : html`<div class="actions">
          <button type="button" class="tool" @click=${() => copy(message)}>${icon('copy')}<span class="hidden">${t('chat.message.copy')}</span></button>
          ${speak
            ? html`<button type="button" class="tool" @click=${() => speak(message)}>
                ${icon(context.speaking ? 'stop' : 'speak')}<span class="hidden">${t(context.speaking ? 'chat.message.read_stop' : 'chat.message.read')}</span>
              </button>`
            : nothing}
          ${context.note ? html`<span class="tool-note">${context.note}</span>` : nothing}
        </div>`}</div>
    ${quickReplies(message, context)}
  </li>`;
}

/** A message that is still on its way, or came back. */
export function pendingView(item: Pending, slow: boolean, actions: MessageActions): TemplateResult {
  const refused = item.status === 'refused';
  return html`<li class="message message-citizen message-first message-pending ${refused ? 'message-refused' : ''}">
    <p class="meta"><span class="who">${t('chat.author.citizen')}</span> <time datetime=${item.at}>${clockTime(item.at)}</time></p>
    <div class="bubble">${richText(item.text)}</div>
    ${refused
      ? html`<p class="trouble">${icon('warning')}<span>${t('chat.message.refused', { reason: item.reason || t('chat.message.refused_unknown') })}</span></p>
          <div class="replies">
            ${item.button ? nothing : html`<button type="button" class="nl-button nl-button--secondary" @click=${() => actions.change(item.id)}>${t('chat.message.change')}</button>`}
            <button type="button" class="nl-button nl-button--secondary" @click=${() => actions.retry(item.id)}>${t('chat.message.retry')}</button>
            <button type="button" class="nl-button nl-button--subtle" @click=${() => actions.discard(item.id)}>${t('chat.message.discard')}</button>
          </div>`
      : html`<p class="sending">${icon('clock')}<span>${t(item.status === 'unsent' ? 'chat.message.unsent' : slow ? 'chat.message.slow' : 'chat.message.sending')}</span></p>`}
  </li>`;
}
