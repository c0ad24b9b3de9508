/** The list of people who are called back, and the call that is open. */
import { html, nothing, type TemplateResult } from 'lit';
import { keyed } from 'lit/directives/keyed.js';
import { icon } from '../../shared/icons.ts';
import { t } from '../../shared/texts.ts';
import type { User } from '../protocol.ts';
import { onListKey } from '../views/list-keys.ts';
import { word } from '../views/words.ts';
import type { Call, CallDesk } from './call-desk.ts';

export interface CallActions {
  open: (id: number) => void;
  back: () => void;
  take: () => void;
  release: () => void;
  called: (answered: boolean, note: string) => void;
  conversation: (id: string) => void;
}

function callView(call: Call, desk: CallDesk, open: (id: number) => void): TemplateResult {
  const selected = call.id === desk.selected;
  return html`<li>
    <button type="button" class="item item-${call.urgency} ${selected ? 'item-open' : ''}" aria-current=${selected ? 'true' : nothing} @click=${() => open(call.id)}>
      <span class="item-top">
        ${call.urgency === 'normaal' ? nothing : html`<span class="nl-data-badge badge badge-${call.urgency}">${word('urgency', call.urgency)}</span>`}
        <span class="item-topic">${call.topic || t('desk.queue.no_topic')}</span>
      </span>
      <span class="item-line ${call.late ? 'late' : ''}">${icon(call.late ? 'warning' : 'clock')} ${call.late ? html`<strong>${t('desk.callbacks.late')}</strong> ` : nothing}${call.words}</span>
      <span class="item-text">${call.question}</span>
      <span class="item-line item-facts">
        <span>${icon('phone')} ${call.number}</span>
        ${call.attempts > 0 ? html`<span>${t('desk.callbacks.attempts', { count: call.attempts })}</span>` : nothing}
        ${call.taken_by ? html`<span>${t('desk.queue.with', { name: call.taken_by.name })}</span>` : nothing}
      </span>
    </button>
  </li>`;
}

export function callListView(desk: CallDesk, actions: CallActions): TemplateResult {
  return html`${desk.failed ? html`<p class="utrecht-alert utrecht-alert--warning notice">${icon('warning')}<span>${t('desk.queue.failed')}</span></p>` : nothing}
    ${desk.items.length === 0 && !desk.failed
      ? html`<p class="empty">${t('desk.callbacks.empty')}</p>`
      : html`<ul class="items" @keydown=${onListKey}>${desk.items.map((call) => callView(call, desk, actions.open))}</ul>`}`;
}

export function callPaneView(desk: CallDesk, user: User | undefined, actions: CallActions): TemplateResult {
  const call = desk.current;
  if (!call) return html`<div class="nothing"><p>${t(desk.items.length > 0 ? 'desk.callbacks.none' : 'desk.callbacks.empty')}</p></div>`;
  const mine = call.state === 'taken' && call.taken_by?.id === user?.id;
  const called = (answered: boolean) => (event: Event): void => {
    const note = (event.target as Element).closest('form')?.querySelector('textarea')?.value ?? '';
    actions.called(answered, note.trim());
  };
  return html`<div class="call">
    <button type="button" class="nl-button nl-button--subtle back" @click=${actions.back}>${icon('back')}<span class="nl-button__label">${t('desk.conversation.back')}</span></button>
    <h2 class="nl-heading nl-heading--level-3" id="call-heading" tabindex="-1">${call.topic || t('desk.queue.no_topic')}</h2>
    <div role="alert">${desk.trouble ? html`<p class="trouble">${icon('warning')}<span>${desk.trouble}</span></p>` : nothing}</div>
    <dl class="facts">
      <div><dt>${t('desk.callbacks.when')}</dt><dd class=${call.late ? 'late' : ''}>${call.words}${call.late ? html` <strong>${t('desk.callbacks.late')}</strong>` : nothing}</dd></div>
      ${call.organisation ? html`<div><dt>${t('desk.conversation.organisation')}</dt><dd>${call.organisation.naam}</dd></div>` : nothing}
      ${call.question ? html`<div><dt>${t('desk.callbacks.question')}</dt><dd>${call.question}</dd></div>` : nothing}
      <div><dt>${t('desk.callbacks.number')}</dt><dd>${mine && desk.number ? html`<a class="nl-link call-number" href="tel:${desk.number}">${desk.number}</a>` : call.number}</dd></div>
      ${call.taken_by && !mine ? html`<div><dt>${t('desk.conversation.owner')}</dt><dd>${call.taken_by.name}</dd></div>` : nothing}
    </dl>
    ${mine
      ? keyed(call.id, html`<form class="call-form" @submit=${(event: Event) => event.preventDefault()}>
          <div class="field">
            <label class="utrecht-form-label" for="call-note">${t('desk.callbacks.note')}</label>
            <textarea class="utrecht-textarea" id="call-note" rows="3" maxlength="1000"></textarea>
          </div>
          <div class="row">
            <button type="button" class="nl-button nl-button--primary" @click=${called(true)}>${t('desk.callbacks.answered')}</button>
            <button type="button" class="nl-button nl-button--secondary" @click=${called(false)}>${t('desk.callbacks.no_answer')}</button>
            <button type="button" class="nl-button nl-button--subtle" @click=${actions.release}>${t('desk.callbacks.release')}</button>
          </div>
        </form>`)
      : call.state === 'open'
        ? html`<button type="button" class="nl-button nl-button--primary" aria-disabled=${desk.busy} @click=${actions.take}>${t('desk.callbacks.take')}</button>`
        : nothing}
    <button type="button" class="evidence" @click=${() => actions.conversation(call.conversation)}>${t('desk.callbacks.conversation')}</button>
  </div>`;
}
