/** All that who is logged in works with: the lists, what is open beside them, and the dialogs. */
import { html, nothing, type TemplateResult } from 'lit';
import { icon } from '../../shared/icons.ts';
import { t } from '../../shared/texts.ts';
import { dayOf } from '../../shared/time.ts';
import type { Acts } from '../acts.ts';
import type { CallDesk } from '../callbacks/call-desk.ts';
import { callListView, callPaneView, type CallActions } from '../callbacks/views.ts';
import type { Desk } from '../desk.ts';
import { letterKeys } from '../keys.ts';
import type { Leaving } from '../leaving.ts';
import type { Navigation } from '../navigation.ts';
import type { ListPlace } from '../places.ts';
import type { Correcting } from '../review/correcting.ts';
import { mayReview } from '../review/protocol.ts';
import type { ReviewDesk } from '../review/review-desk.ts';
import { reviewListView, reviewPaneView, type ReviewActions } from '../review/views.ts';
import { CALLS, REVIEW } from '../route.ts';
import type { Walking } from '../walking.ts';
import type { Writing } from '../writing.ts';
import { composerView } from './composer.ts';
import { conversationView } from './conversation.ts';
import { dialogsView } from './dialogs.ts';
import { noticeView } from './notice.ts';
import { queueView, type OtherTab } from './queue.ts';

/** What is drawn, and what its buttons do. */
export interface Work {
  desk: Desk;
  acts: Acts;
  writing: Writing;
  navigation: Navigation;
  walking: Walking;
  place: ListPlace;
  leaving: Leaving;
  calls: CallDesk;
  callActions: CallActions;
  review: ReviewDesk;
  reviewActions: ReviewActions;
  correcting: Correcting;
  redraw: () => void;
}

export interface WorkState {
  /** The line to the server is gone. */
  offline: boolean;
  /** Nobody did anything for a while. */
  idle: boolean;
  /** Something is open beside the list; on a narrow screen it is all that is seen. */
  opened: boolean;
  /** No outcome was chosen in the form for closing. */
  missing: boolean;
  setMissing: (missing: boolean) => void;
}

export function workView(work: Work, state: WorkState, now: Date): TemplateResult {
  const { desk, navigation, walking, place } = work;
  return html`${state.offline ? html`<p class="utrecht-alert utrecht-alert--warning notice bar" role="status">${icon('warning')}<span>${t('desk.header.offline')}</span></p>` : nothing}
    ${state.idle ? html`<p class="utrecht-alert utrecht-alert--warning notice bar" role="status">${icon('clock')}<span>${t('desk.presence.idle')}</span></p>` : nothing}
    <div role="alert">${work.leaving.trouble ? html`<p class="utrecht-alert utrecht-alert--error notice bar">${icon('warning')}<span>${work.leaving.trouble}</span></p>` : nothing}</div>
    <main class="desk ${state.opened ? 'desk-open' : ''}">
      ${queueView(desk, now, walking.filters, place.scroll, otherTabs(work), {
        open: (conversation) => navigation.go(conversation),
        leave: (view) => navigation.list(view),
        filter: (filters) => walking.filter(filters),
        scrolled: (list) => {
          place.scrolled(list);
          work.redraw();
        },
      })}
      ${paneView(work, now)}
    </main>
    ${formsView(work, state, now)} ${work.correcting.view()}`;
}

/** The lists of another kind. */
function otherTabs({ desk, navigation, calls, callActions, review, reviewActions }: Work): OtherTab[] {
  const { page } = navigation;
  return [
    { name: 'callbacks', count: calls.counts.open, body: page === 'callbacks' ? callListView(calls, callActions) : undefined, open: () => navigation.goTo(CALLS) },
    { name: 'review', count: mayReview(desk.user) ? review.counts.open : undefined, body: page === 'review' ? reviewListView(review, reviewActions) : undefined, open: () => navigation.goTo(REVIEW) },
  ];
}

/** What is open beside the list. */
function paneView({ desk, acts, writing, navigation, calls, callActions, review, reviewActions, correcting }: Work, now: Date): TemplateResult {
  if (navigation.page === 'review') return html`<section class="conversation" id="conversation" tabindex="-1" aria-label=${t('desk.review.tab')}>${reviewPaneView(review, reviewActions)}</section>`;
  if (navigation.page === 'callbacks') return html`<section class="conversation" id="conversation" tabindex="-1" aria-label=${t('desk.callbacks.tab')}>${callPaneView(calls, desk.user, callActions)}</section>`;
  const id = desk.selected ?? '';
  return html`<section class="conversation" id="conversation" tabindex="-1" aria-label=${t('desk.conversation.label')}>
    ${noticeView(desk)}
    ${conversationView(desk, now, { ...acts.conversation, correct: mayReview(desk.user) && review.choices ? (message) => correcting.open(id, message) : undefined })}
    ${composerView(desk, writing.state, writing.actions)}
  </section>`;
}

function formsView({ desk, acts, writing, leaving, review }: Work, { missing, setMissing }: WorkState, now: Date): TemplateResult {
  const { notice } = desk.steps;
  return dialogsView(
    {
      missing,
      setMissing,
      trouble: leaving.trouble || (notice?.trouble ? notice.text : ''),
      around: writing.assist.around,
      products: review.choices?.producten ?? [],
      own: desk.list.counts.mine,
      unsent: writing.unsent,
      typing: desk.typing.on,
      keys: letterKeys.on,
      today: dayOf(now),
    },
    { ...acts.forms, leave: () => void leaving.leave(), toggleKeys: () => letterKeys.toggle() },
  );
}
