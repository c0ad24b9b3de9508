/** The column with the lists, the filters, and the list that is open. */
import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { icon } from '../../shared/icons.ts';
import { t } from '../../shared/texts.ts';
import type { Desk } from '../desk.ts';
import { active, choices, FILTERS, filtered, NO_FILTERS, type FilterName, type Filters } from '../filters.ts';
import { VIEWS, type Item, type View } from '../protocol.ts';
import { partOf } from '../window.ts';
import { itemView } from './item.ts';
import { onListKey } from './list-keys.ts';
import { word } from './words.ts';

/** A list of another kind beside the queue: `count` is undefined for who may not see it; `body` is the list when it is open. */
export interface OtherTab {
  name: 'review' | 'callbacks';
  count: number | undefined;
  body: TemplateResult | undefined;
  open: () => void;
}

/** Where the reader is in the list. */
export interface Scroll {
  top: number;
  height: number;
  row: number;
  /** The row that has the focus, -1 for none. */
  focused: number;
}

export interface QueueActions {
  open: (id: string) => void;
  leave: (view: View) => void;
  filter: (filters: Filters) => void;
  scrolled: (list: HTMLElement) => void;
}

export function queueView(desk: Desk, now: Date, filters: Filters, scroll: Scroll, others: OtherTab[], actions: QueueActions): TemplateResult {
  const other = others.find((tab) => tab.body);
  return html`<nav class="queue" id="queue" tabindex="-1" aria-label=${t('desk.queue.label')}>
    <div class="views" role="group" aria-label=${t('desk.queue.views')}>
      ${VIEWS.map(
        (view) => html`<button type="button" class="view" aria-pressed=${view === desk.list.view && !other} @click=${() => actions.leave(view)}>
          ${t(`desk.queue.${view}`)} <span class="count ${view === 'asked' && desk.list.counts.asked > 0 ? 'count-news' : ''}">${desk.list.counts[view]}</span>
        </button>`,
      )}
      ${others
        .filter((tab) => tab.count !== undefined)
        .map(
          (tab) => html`<button type="button" class="view" aria-pressed=${tab.body !== undefined} @click=${tab.open}>
            ${t(`desk.${tab.name}.tab`)} <span class="count">${tab.count}</span>
          </button>`,
        )}
    </div>
    ${other?.body ?? html`${filtersView(desk, filters, actions)}${listView(desk, now, filtered(desk.list.items, filters), scroll, actions, active(filters) > 0)}`}
  </nav>`;
}

function label(name: FilterName, choice: { code: string; name: string }): string {
  if (name === 'organisation' || name === 'team') return choice.name;
  return word(name, choice.code);
}

function filtersView(desk: Desk, filters: Filters, actions: QueueActions): TemplateResult {
  const count = active(filters);
  const set = (name: keyof Filters) => (event: Event) => actions.filter({ ...filters, [name]: (event.target as HTMLInputElement | HTMLSelectElement).value });
  return html`<details class="filters">
    <summary>${t('desk.filter.heading')} ${count > 0 ? html`<span class="count">${count}</span>` : nothing}</summary>
    <div class="filter-fields">
      <label class="filter-wide"><span>${t('desk.filter.text')}</span>
        <input type="search" class="utrecht-textbox" id="filter-text" .value=${filters.text} @input=${set('text')} /></label>
      ${FILTERS.map((name) => {
        const options = choices(desk.list.items, name, filters[name]);
        return html`<label><span>${t(`desk.filter.${name}`)}</span>
          <select class="utrecht-textbox" .value=${filters[name]} @change=${set(name)}>
            <option value="">${t('desk.filter.everything')}</option>
            ${options.map((choice) => html`<option value=${choice.code} ?selected=${choice.code === filters[name]}>${label(name, choice)}</option>`)}
          </select></label>`;
      })}
      ${count > 0 ? html`<button type="button" class="nl-button nl-button--subtle" @click=${() => actions.filter(NO_FILTERS)}>${t('desk.filter.clear')}</button>` : nothing}
    </div>
  </details>`;
}

function listView(desk: Desk, now: Date, items: Item[], scroll: Scroll, actions: QueueActions, narrowed: boolean): TemplateResult {
  const part = partOf(scroll.top, scroll.height, scroll.row, items.length, scroll.focused);
  const shown = items.slice(part.from, part.to);
  return html`${desk.list.failed ? html`<p class="utrecht-alert utrecht-alert--warning notice">${icon('warning')}<span>${t('desk.queue.failed')}</span></p>` : nothing}
    ${items.length === 0 && !desk.list.failed
      ? html`<p class="empty">${t(narrowed ? 'desk.filter.nothing' : `desk.queue.empty_${desk.list.view}`)}</p>`
      : html`<div class="items" @keydown=${onListKey} @scroll=${(event: Event) => actions.scrolled(event.currentTarget as HTMLElement)}>
          <ul data-before=${part.before} data-after=${part.after}>${repeat(shown, (item) => item.id, (item, n) => itemView(item, desk, now, actions.open, part.from + n, items.length))}</ul>
        </div>`}`;
}
