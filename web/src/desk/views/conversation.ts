/** The opened conversation: what it is and what can be done with it, every message, and the side. */
import { html, nothing, type TemplateResult } from 'lit';
import { icon } from '../../shared/icons.ts';
import type { Message } from '../../shared/protocol.ts';
import { t } from '../../shared/texts.ts';
import type { Desk } from '../desk.ts';
import { deskIcon } from '../icons.ts';
import type { Item } from '../protocol.ts';
import { typed } from '../review/correction.ts';
import { draftView, messageView } from './message.ts';
import { sideView, type SideActions } from './side.ts';
import { againstTarget, topic, word } from './words.ts';

export interface ConversationActions extends SideActions {
  back: () => void;
  claim: () => void;
  requeue: () => void;
  giveBack: () => void;
  transfer: () => void;
  close: () => void;
  accept: () => void;
  refuse: () => void;
  withdraw: () => void;
  putAside: () => void;
  unlock: (reason: string) => void;
  /** Address of a file. */
  file: (id: string) => string;
  /** Says what a message of the citizen was really about; undefined for who may not. */
  correct: ((message: Message) => void) | undefined;
}

function button(kind: 'primary' | 'secondary' | 'subtle', words: string, action: () => void, busy: boolean): TemplateResult {
  return html`<button type="button" class="nl-button nl-button--${kind}" aria-disabled=${busy} @click=${action}>${words}</button>`;
}

function headView(desk: Desk, item: Item, now: Date, actions: ConversationActions): TemplateResult {
  const waits = againstTarget(item, now);
  const free = item.owner === null && item.state !== 'closed';
  const settled = item.state === 'claimed';
  return html`<div class="head">
    <button type="button" class="nl-button nl-button--subtle back" @click=${actions.back}>${icon('back')}<span class="nl-button__label">${t('desk.conversation.back')}</span></button>
    <div class="head-words">
      <h2 class="nl-heading nl-heading--level-3" id="conversation-heading" tabindex="-1">${topic(item)}</h2>
      <p class="head-facts">
        ${item.urgency === 'normaal' ? nothing : html`<span class="nl-data-badge badge badge-${item.urgency}">${word('urgency', item.urgency)}</span>`}
        <span>${word('state', item.state)}</span>
        ${waits ? html`<span class=${waits.late ? 'late' : ''}>${icon(waits.late ? 'warning' : 'clock')} ${waits.text}</span>` : nothing}
      </p>
    </div>
    <div class="row">
      ${free && item.state !== 'bot' ? button('primary', t(desk.steps.busy ? 'desk.conversation.claiming' : 'desk.conversation.claim'), actions.claim, desk.steps.busy) : nothing}
      ${desk.mine
        ? html`${settled ? button('secondary', t('desk.conversation.transfer'), actions.transfer, desk.steps.busy) : nothing}
            ${settled ? button('secondary', t('desk.conversation.return'), actions.giveBack, desk.steps.busy) : nothing}
            ${settled ? button('subtle', t('desk.conversation.requeue'), actions.requeue, desk.steps.busy) : nothing}
            ${button('secondary', t('desk.conversation.close'), actions.close, desk.steps.busy)}`
        : nothing}
    </div>
  </div>`;
}

/** What is asked of whom: a transfer that waits for an answer, a note that asks this user something. */
function bannersView(desk: Desk, item: Item, actions: ConversationActions): TemplateResult {
  const { transfer, mention } = item;
  return html`${transfer && desk.offered
      ? html`<div class="banner" role="group" aria-label=${t('desk.transfer.offered_label')}>
          <p>${t('desk.transfer.offered', { name: transfer.from.name })} ${transfer.note ? html`<q>${transfer.note}</q>` : nothing}</p>
          <div class="row">${button('primary', t('desk.transfer.accept'), actions.accept, desk.steps.busy)}${button('secondary', t('desk.transfer.refuse'), actions.refuse, desk.steps.busy)}</div>
        </div>`
      : nothing}
    ${transfer && desk.mine
      ? html`<div class="banner" role="group" aria-label=${t('desk.transfer.waiting_label')}>
          <p>${t('desk.transfer.waiting', { target: transfer.to.naam })}</p>
          <div class="row">${button('secondary', t('desk.transfer.withdraw'), actions.withdraw, desk.steps.busy)}</div>
        </div>`
      : nothing}
    ${mention
      ? html`<div class="banner" role="group" aria-label=${t('desk.mention.label')}>
          <p>${t('desk.mention.asks', { name: mention.by })}</p>
          <div class="row">
            <button type="button" class="nl-button nl-button--secondary" @click=${() => actions.show(mention.seq)}>${t('desk.mention.show')}</button>
            ${button('subtle', t('desk.mention.aside'), actions.putAside, desk.steps.busy)}
          </div>
        </div>`
      : nothing}`;
}

/** Not this user's work: it opens with a reason. */
function lockedView(desk: Desk, actions: ConversationActions): TemplateResult {
  const onSubmit = (event: SubmitEvent): void => {
    event.preventDefault();
    actions.unlock(String(new FormData(event.target as HTMLFormElement).get('reason')));
  };
  return html`<div class="nothing locked">
    <button type="button" class="nl-button nl-button--subtle back" @click=${actions.back}>${icon('back')}<span class="nl-button__label">${t('desk.conversation.back')}</span></button>
    <form @submit=${onSubmit}>
      <h2 class="nl-heading nl-heading--level-3" id="conversation-heading" tabindex="-1">${deskIcon('lock')} ${t('desk.locked.heading')}</h2>
      <p class="nl-paragraph">${t('desk.locked.intro')}</p>
      <label class="utrecht-form-label" for="locked-reason">${t('desk.locked.reason')}</label>
      <textarea class="utrecht-textarea" id="locked-reason" name="reason" rows="2" maxlength="500" required></textarea>
      <button type="submit" class="nl-button nl-button--primary" aria-disabled=${desk.steps.busy}>${t('desk.locked.submit')}</button>
    </form>
  </div>`;
}

/** Head, banners, messages and side. */
export function conversationView(desk: Desk, now: Date, actions: ConversationActions): TemplateResult {
  const { detail } = desk;
  if (desk.opened.locked) return lockedView(desk, actions);
  if (!detail) {
    const words = desk.opened.failed ? t('desk.conversation.failed') : desk.selected ? t('desk.conversation.loading') : t('desk.conversation.none');
    return html`<div class="nothing"><p>${words}</p>
      ${desk.opened.failed ? html`<button type="button" class="nl-button nl-button--secondary" @click=${() => void desk.loadDetail()}>${t('desk.conversation.retry')}</button>` : nothing}
      ${desk.selected ? nothing : html`<p>${t('desk.conversation.none_hint')}</p>`}</div>`;
  }
  const user = desk.user?.name;
  const questions = typed(detail.messages);
  return html`${headView(desk, detail.item, now, actions)}
    ${bannersView(desk, detail.item, actions)}
    <div class="panes">
      ${sideView(desk, detail, actions)}
      <div class="scroller" tabindex="0" role="region" aria-label=${t('desk.conversation.messages')}>
        <div class="content">
          <ol class="messages">
            ${detail.messages.map((message) => messageView(message, user, actions.file, questions.has(message.seq) ? actions.correct : undefined))}
            ${desk.pending.map((draft) => draftView(draft, desk))}
          </ol>
          ${desk.typing.on ? html`<p class="typing">${t('desk.conversation.typing')}</p>` : nothing}
          ${desk.typing.words ? html`<p class="preview"><span class="preview-label">${t('desk.conversation.preview')}</span> ${desk.typing.words}</p>` : nothing}
        </div>
      </div>
    </div>`;
}
