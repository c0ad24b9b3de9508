/** The list of conversations: who waits, how long, for what. */
import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { icon } from '../../shared/icons.ts';
import { t } from '../../shared/texts.ts';
import type { Item, View } from '../api.ts';
import type { Desk } from '../desk.ts';
import { onListKey } from './list-keys.ts';
import { topic, waiting, word } from './words.ts';

const VIEWS: View[] = ['waiting', 'mine', 'all'];

function itemView(item: Item, desk: Desk, now: Date, open: (id: string) => void): TemplateResult {
  const waits = waiting(item, now);
  const selected = item.id === desk.selected;
  // Of who waits everything is new; the mark is for who is being helped by this user.
  const mine = item.owner !== null && item.owner.id === desk.user?.id;
  const organisation = item.organisation?.naam ?? t('desk.queue.no_organisation');
  return html`<li>
    <button type="button" class="item item-${item.urgency} ${selected ? 'item-open' : ''}" aria-current=${selected ? 'true' : nothing} @click=${() => open(item.id)}>
      <span class="item-top">
        ${item.urgency === 'normaal' ? nothing : html`<span class="nl-data-badge badge badge-${item.urgency}">${word('urgency', item.urgency)}</span>`}
        <span class="item-topic">${topic(item)}</span>
        ${mine && desk.unread.has(item.id) ? html`<span class="nl-data-badge badge badge-unread">${t('desk.queue.unread')}</span>` : nothing}
      </span>
      ${topic(item) === organisation ? nothing : html`<span class="item-line">${organisation}</span>`}
      <span class="item-text">${item.last_text}</span>
      <span class="item-line item-facts">
        <span>${waits ? html`${icon('clock')} <strong>${waits}</strong>` : word('state', item.state)}</span>
        <span>${word('channel', item.channel)}</span>
        ${item.owner ? html`<span>${t('desk.queue.with', { name: item.owner.name })}</span>` : nothing}
      </span>
    </button>
  </li>`;
}

/** The review list beside the queue: `count` is undefined for who may not see it; `body` is the list when it is open. */
export interface ReviewTab {
  count: number | undefined;
  body: TemplateResult | undefined;
  open: () => void;
  leave: (view: View) => void;
}

/** The column with the views and the list. */
export function queueView(desk: Desk, now: Date, open: (id: string) => void, review: ReviewTab): TemplateResult {
  return html`<nav class="queue" id="queue" tabindex="-1" aria-label=${t('desk.queue.label')}>
    <div class="views" role="group" aria-label=${t('desk.queue.views')}>
      ${VIEWS.map(
        (view) => html`<button type="button" class="view" aria-pressed=${view === desk.view && !review.body} @click=${() => review.leave(view)}>
          ${t(`desk.queue.${view}`)} <span class="count">${desk.counts[view]}</span>
        </button>`,
      )}
      ${review.count === undefined
        ? nothing
        : html`<button type="button" class="view" aria-pressed=${review.body !== undefined} @click=${review.open}>
            ${t('desk.review.tab')} <span class="count">${review.count}</span>
          </button>`}
    </div>
    ${review.body ?? listView(desk, now, open)}
  </nav>`;
}

function listView(desk: Desk, now: Date, open: (id: string) => void): TemplateResult {
  return html`${desk.listFailed ? html`<p class="utrecht-alert utrecht-alert--warning notice">${icon('warning')}<span>${t('desk.queue.failed')}</span></p>` : nothing}
    ${desk.items.length === 0 && !desk.listFailed
      ? html`<p class="empty">${t(`desk.queue.empty_${desk.view}`)}</p>`
      : html`<ul class="items" @keydown=${onListKey}>${repeat(desk.items, (item) => item.id, (item) => itemView(item, desk, now, open))}</ul>`}`;
}
