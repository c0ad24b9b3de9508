/** One conversation in the list: who waits, how long, for what. All are of one height, so that a long list stays fast. */
import { html, nothing, type TemplateResult } from 'lit';
import { icon } from '../../shared/icons.ts';
import { t } from '../../shared/texts.ts';
import { deskIcon } from '../icons.ts';
import type { Desk } from '../desk.ts';
import type { Item } from '../protocol.ts';
import { againstTarget, topic, word } from './words.ts';

/** What this user must know first, in a badge. */
function flag(item: Item, desk: Desk): string {
  if (item.mention) return t('desk.queue.asks', { name: item.mention.by });
  if (item.transfer && item.transfer.from.id !== desk.user?.id) return t('desk.queue.offered', { name: item.transfer.from.name });
  const mine = item.owner !== null && item.owner.id === desk.user?.id;
  return mine && desk.list.unread.has(item.id) ? t('desk.queue.unread') : '';
}

export function itemView(item: Item, desk: Desk, now: Date, open: (id: string) => void, at: number, of: number): TemplateResult {
  const waits = againstTarget(item, now);
  const selected = item.id === desk.selected;
  const organisation = item.organisation?.naam ?? t('desk.queue.no_organisation');
  const news = flag(item, desk);
  const whose = topic(item) === organisation ? [] : [organisation];
  if (item.team && item.locked) whose.push(t('desk.queue.team_of', { team: item.team.naam }));
  return html`<li aria-setsize=${of} aria-posinset=${at + 1}>
    <button type="button" class="item item-${item.urgency} ${selected ? 'item-open' : ''}" data-at=${at} aria-current=${selected ? 'true' : nothing} @click=${() => open(item.id)}>
      <span class="item-top">
        ${item.urgency === 'normaal' ? nothing : html`<span class="nl-data-badge badge badge-${item.urgency}">${word('urgency', item.urgency)}</span>`}
        ${item.locked ? html`${deskIcon('lock')}<span class="hidden">${t('desk.queue.locked')}</span>` : nothing}
        <span class="item-topic">${topic(item)}</span>
        ${news ? html`<span class="nl-data-badge badge badge-unread">${news}</span>` : nothing}
      </span>
      <span class="item-line">${whose.join(', ')}</span>
      <span class="item-text">${item.locked ? t('desk.queue.locked_text') : item.last_text}</span>
      <span class="item-line item-facts">
        <span class=${waits?.late ? 'late' : ''}>${waits ? html`${icon(waits.late ? 'warning' : 'clock')} <strong>${waits.text}</strong>` : word('state', item.state)}</span>
        <span>${word('channel', item.channel)}</span>
        ${item.language === 'nl' ? nothing : html`<span>${word('language', item.language)}</span>`}
        ${item.owner ? html`<span>${t('desk.queue.with', { name: item.owner.name })}</span>` : nothing}
      </span>
    </button>
  </li>`;
}
