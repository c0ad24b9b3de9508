/** Through the lists: the filters as they stand, and what the letters do. */
import type { Acts } from './acts.ts';
import type { Desk } from './desk.ts';
import { NO_FILTERS, filtered, type Filters } from './filters.ts';
import type { Navigation } from './navigation.ts';
import type { PageStage } from './page-stage.ts';
import type { ListPlace } from './places.ts';
import { shortcuts } from './shortcuts.ts';
import type { Writing } from './writing.ts';

export interface Walked {
  desk: Desk;
  acts: Acts;
  writing: Writing;
  navigation: Navigation;
  place: ListPlace;
  stage: PageStage;
  redraw: () => void;
  /** Unfolds the filters. */
  unfold: () => void;
}

export class Walking {
  filters: Filters = NO_FILTERS;
  readonly onKey: (event: KeyboardEvent) => void;

  constructor(private readonly on: Walked) {
    const { desk, acts, writing, navigation, stage } = on;
    this.onKey = shortcuts(() => desk.session === 'in', {
      view: (view) => navigation.list(view),
      move: (step) => this.move(step),
      help: () => stage.open('help'),
      filter: () => {
        on.unfold();
        stage.focus('#filter-text');
      },
      claim: () => desk.detail && !desk.mine && acts.conversation.claim(),
      transfer: () => desk.mine && stage.open('transfer'),
      giveBack: () => desk.mine && stage.open('return'),
      close: () => desk.mine && stage.open('close'),
      reply: () => desk.mine && writing.choose('messages'),
      note: () => desk.detail && writing.choose('notes'),
      answers: () => desk.mine && writing.answers(),
      suggest: () => desk.mine && writing.actions.suggest(),
      back: () => navigation.go(undefined),
    });
  }

  /** Narrows the list; who does is at its beginning again. */
  filter(filters: Filters): void {
    this.filters = filters;
    this.on.place.toTop();
    this.on.redraw();
  }

  /** To the next or the previous conversation of the list. */
  private move(step: number): void {
    const { desk, navigation, place } = this.on;
    const shown = filtered(desk.list.items, this.filters);
    const at = shown.findIndex((item) => item.id === desk.selected);
    const next = shown[at < 0 ? (step > 0 ? 0 : shown.length - 1) : at + step];
    if (!next || navigation.page !== 'conversations') return;
    navigation.go(next.id);
    place.show(shown.indexOf(next));
  }
}
