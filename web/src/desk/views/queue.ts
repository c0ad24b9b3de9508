/** The list of conversations: who waits, how long, for what. */
import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { icon } from '../../shared/icons.ts';
import { t } from '../../shared/texts.ts';
import type { Item, View } from '../api.ts';
import type { Desk } from '../desk.ts';
import { topic, waiting, word } from './words.ts';

const VIEWS: View[] = ['waiting', 'mine', 'all'];

/** Arrow keys walk through the list, as people expect of a list. */
function onKey(event: KeyboardEvent): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  const buttons = [...(event.currentTarget as Element).querySelectorAll<HTMLElement>('.item')];
  const at = buttons.indexOf(event.target as HTMLElement);
  const next = step === undefined ? (event.key === 'Home' ? 0 : event.key === 'End' ? buttons.length - 1 : -1) : at + step;
  if (at < 0 || next < 0 || next >= buttons.length) return;
  event.preventDefault();
  buttons[next]?.focus();
}

function itemView(item: Item, desk: Desk, now: Date, open: (id: string) => void): TemplateResult {
  const waits = waiting(item, now);
  const selected = item.id === desk.selected;
  return html`<li>
    <button type="button" class="item item-${item.urgency} ${selected ? 'item-open' : ''}" aria-current=${selected ? 'true' : nothing} @click=${() => open(item.id)}>
      <span class="item-top">
        ${item.urgency === 'normaal' ? nothing : html`<span class="nl-data-badge badge badge-${item.urgency}">${word('urgency', item.urgency)}</span>`}
        <span class="item-topic">${topic(item)}</span>
        ${desk.unread.has(item.id) ? html`<span class="nl-data-badge badge badge-unread">${t('desk.queue.unread')}</span>` : nothing}
      </span>
      <span class="item-line">${item.organisation?.naam ?? t('desk.queue.no_organisation')}</span>
      <span class="item-text">${item.last_text}</span>
      <span class="item-line item-facts">
        <span>${waits ? html`${icon('clock')} <strong>${waits}</strong>` : word('state', item.state)}</span>
        <span>${word('channel', item.channel)}</span>
        ${item.owner ? html`<span>${t('desk.queue.with', { name: item.owner.name })}</span>` : nothing}
      </span>
    </button>
  </li>`;
}

/** The column with the views and the list. */
export function queueView(desk: Desk, now: Date, open: (id: string) => void): TemplateResult {
  return html`<nav class="queue" id="queue" tabindex="-1" aria-label=${t('desk.queue.label')}>
    <div class="views" role="group" aria-label=${t('desk.queue.views')}>
      ${VIEWS.map(
        (view) => html`<button type="button" class="view" aria-pressed=${view === desk.view} @click=${() => desk.setView(view)}>
          ${t(`desk.queue.${view}`)} <span class="count">${desk.counts[view]}</span>
        </button>`,
      )}
    </div>
    ${desk.listFailed ? html`<p class="utrecht-alert utrecht-alert--warning notice">${icon('warning')}<span>${t('desk.queue.failed')}</span></p>` : nothing}
    ${desk.items.length === 0 && !desk.listFailed
      ? html`<p class="empty">${t(`desk.queue.empty_${desk.view}`)}</p>`
      : html`<ul class="items" @keydown=${onKey}>${repeat(desk.items, (item) => item.id, (item) => itemView(item, desk, now, open))}</ul>`}
  </nav>`;
}
