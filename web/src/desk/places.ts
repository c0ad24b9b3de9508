/** Where the reader is: in the list, of which only a part is drawn, and in the conversation, which is followed at its end. */
import type { Scroll } from './views/queue.ts';

export class ListPlace {
  scroll: Scroll = { top: 0, height: 800, row: 0, focused: -1 };
  /** Of the list, when its rows were measured. */
  private width = 0;

  constructor(private readonly root: HTMLElement) {}

  private get list(): HTMLElement | null {
    return this.root.querySelector<HTMLElement>('div.items');
  }

  toTop(): void {
    this.scroll = { ...this.scroll, top: 0 };
    this.list?.scrollTo({ top: 0 });
  }

  /** How high a row is, and how much is seen, decides what is drawn; true when that changed. */
  measure(): boolean {
    const { list } = this;
    const drawn = list?.querySelector<HTMLElement>('ul');
    // Through the object model: the page allows no style in its markup.
    if (drawn) Object.assign(drawn.style, { paddingBlockStart: `calc(0.75rem + ${drawn.dataset['before']}px)`, paddingBlockEnd: `calc(0.75rem + ${drawn.dataset['after']}px)` });
    const row = list?.querySelector('li')?.getBoundingClientRect().height ?? 0;
    // Once for a width: were the first row drawn of another height than the one before it, measuring anew would draw another
    // first row, and so on without end.
    if (!list || row === 0 || (list.clientWidth === this.width && list.clientHeight === this.scroll.height)) return false;
    if (list.clientWidth !== this.width) this.scroll = { ...this.scroll, row };
    this.width = list.clientWidth;
    this.scroll = { ...this.scroll, height: list.clientHeight };
    return true;
  }

  scrolled(list: HTMLElement): void {
    const focused = document.activeElement?.closest<HTMLElement>('.item')?.dataset['at'];
    this.scroll = { ...this.scroll, top: list.scrollTop, height: list.clientHeight, focused: focused === undefined ? -1 : Number(focused) };
  }

  /** Brings a row into view. */
  show(at: number): void {
    const { list } = this;
    const top = at * this.scroll.row;
    if (list && (top < list.scrollTop || top + this.scroll.row > list.scrollTop + list.clientHeight)) list.scrollTop = top;
  }
}

/** A conversation opens at its end (on a narrow screen at its summary), and follows while the reader is there. */
export class Follow {
  private conversation = '';
  private atEnd = true;

  constructor(private readonly root: HTMLElement) {
    root.addEventListener('scroll', this.onScroll, { capture: true, passive: true });
  }

  /** After drawing; `own`: something of the user's own is on its way. */
  update(conversation: string, wide: boolean, own: boolean): void {
    const scroller = this.root.querySelector(wide ? '.scroller' : '.panes');
    if (!scroller) return;
    if (conversation !== this.conversation) this.atEnd = wide;
    if (own) this.atEnd = true;
    if (this.atEnd) scroller.scrollTop = scroller.scrollHeight;
    this.conversation = conversation;
  }

  private readonly onScroll = (event: Event): void => {
    const scroller = event.target as HTMLElement;
    if (!scroller.matches?.('.scroller, .panes')) return;
    this.atEnd = scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 80;
  };
}
