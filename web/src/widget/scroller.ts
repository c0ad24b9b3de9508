/**
 * Keeps the newest messages in view without taking the reader away from what they read.
 *
 * While the reader is at the end, new messages come into view, but never past the top of the first of a burst: a long
 * answer is read from its beginning. Who scrolled up stays where they are.
 */

/** This close to the end counts as being there (CSS pixels). */
const NEAR = 64;
/** Messages within this time belong to one burst (milliseconds). */
const BURST = 1_500;
const MARGIN = 12;

export class Scroller {
  readonly #box: HTMLElement;
  readonly #onChange: () => void;

  /** The reader is at the end, or where we put them. */
  #following = true;
  /** The end of the conversation is in view. */
  atEnd = true;
  /** Something came that the reader has not seen. */
  unseen = false;

  #anchor: Element | undefined;
  #arrived = -Infinity;
  #expected = -1;
  /** The state line or the input grew: what was in view at the end stays in view. */
  readonly #sizes = new ResizeObserver(() => {
    if (this.#following) this.#follow();
    this.#look();
  });

  constructor(
    box: HTMLElement,
    onChange: () => void,
  ) {
    this.#box = box;
    this.#onChange = onChange;
    this.start();
  }

  /** Looks again where the reader is, after a `stop`. */
  start(): void {
    this.#box.addEventListener('scroll', this.#look, { passive: true });
    addEventListener('scroll', this.#look, { passive: true });
    addEventListener('resize', this.#look, { passive: true });
    this.#sizes.observe(this.#box);
  }

  stop(): void {
    this.#sizes.disconnect();
    this.#box.removeEventListener('scroll', this.#look);
    removeEventListener('scroll', this.#look);
    removeEventListener('resize', this.#look);
  }

  /** A message was drawn. What was said on this screen (`own`) always comes into view; an `old` one is no news. */
  arrive(message: Element, kind: 'own' | 'old' | 'new', now: number): void {
    if (kind === 'own') this.#following = true;
    if (kind !== 'new' || now - this.#arrived > BURST || !this.#anchor?.isConnected) this.#anchor = message;
    this.#arrived = now;
    if (this.#following) this.#follow();
    else if (kind === 'new' && !this.unseen) {
      this.unseen = true;
      this.#onChange();
    }
    this.#look();
  }

  /** Goes to the end, because the reader asks. */
  toEnd(): void {
    this.#following = true;
    this.#moveTo(this.#end);
    this.#look();
  }

  focus(): void {
    this.#box.focus({ preventScroll: true });
  }

  /** What scrolls: the box, or on a low view the page. */
  get #target(): Element {
    return getComputedStyle(this.#box).overflowY === 'auto' ? this.#box : (document.scrollingElement ?? this.#box);
  }

  get #end(): number {
    const target = this.#target;
    if (target === this.#box) return target.scrollHeight - target.clientHeight;
    return target.scrollTop + this.#box.getBoundingClientRect().bottom - target.clientHeight;
  }

  #follow(): void {
    const target = this.#target;
    const anchor = this.#anchor;
    if (!anchor) return;
    const top = target === this.#box ? this.#box.getBoundingClientRect().top : 0;
    this.#moveTo(Math.min(this.#end, target.scrollTop + anchor.getBoundingClientRect().top - top - MARGIN));
  }

  #moveTo(position: number): void {
    const target = this.#target;
    target.scrollTop = position;
    this.#expected = target.scrollTop;
  }

  readonly #look = (): void => {
    const target = this.#target;
    const atEnd = this.#end - target.scrollTop < NEAR;
    // A position that is not ours was chosen by the reader.
    if (Math.abs(target.scrollTop - this.#expected) > 2) this.#following = atEnd;
    const unseen = this.unseen && !atEnd;
    if (atEnd === this.atEnd && unseen === this.unseen) return;
    this.atEnd = atEnd;
    this.unseen = unseen;
    this.#onChange();
  };
}
