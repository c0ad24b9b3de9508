/** What is open, as part of the address, so that reload and back do what people expect. */
import type { Desk } from './desk.ts';
import type { View } from './protocol.ts';
import { mayReview } from './review/protocol.ts';
import { conversationOf, hashOf, pageOf, type Page } from './route.ts';

export interface NavigationPage {
  redraw: () => void;
  focus: (selector: string) => void;
  /** Another conversation is going to be open: nothing half-written goes along. */
  turned: () => void;
  /** Another list is going to be open. */
  listed: () => void;
}

export class Navigation {
  /** What is open instead of the conversations. */
  page: Page = 'conversations';

  constructor(
    private readonly desk: Desk,
    private readonly on: NavigationPage,
  ) {}

  start(): void {
    addEventListener('hashchange', this.follow);
  }

  stop(): void {
    removeEventListener('hashchange', this.follow);
  }

  /** Opens a conversation; undefined closes it. */
  go(conversation: string | undefined): void {
    this.goTo(hashOf(conversation));
    this.on.focus(conversation ? '#conversation' : '#queue');
  }

  goTo(hash: string): void {
    if (location.hash !== hash) history.pushState(null, '', hash);
    this.follow();
  }

  /** Opens a list of conversations. */
  list(view: View): void {
    if (this.page !== 'conversations') this.goTo('#');
    this.on.listed();
    this.desk.list.choose(view);
  }

  /** Opens what the address says. */
  readonly follow = (): void => {
    const { desk } = this;
    if (desk.session !== 'in') return;
    this.page = pageOf(location.hash, mayReview(desk.user));
    this.on.redraw();
    const id = conversationOf(location.hash);
    if (id === desk.selected) return;
    this.on.turned();
    void desk.select(id);
  };
}
