/** Where the citizen types, and where the focus goes when what had it went away. */
import type { LitElement } from 'lit';

export class Field {
  readonly #host: LitElement;

  constructor(host: LitElement) {
    this.#host = host;
  }

  get #input(): HTMLTextAreaElement {
    return this.#host.renderRoot.querySelector('#text') as HTMLTextAreaElement;
  }

  get value(): string {
    return this.#input.value;
  }

  set value(text: string) {
    this.#input.value = text;
    this.grow();
  }

  /** Puts a text below what is typed already, to be changed. */
  add(text: string): void {
    this.value = [this.value, text].filter(Boolean).join('\n');
    this.#input.focus();
  }

  /** Lets the field grow with its text; the style sheet sets the most. */
  grow(): void {
    this.#input.style.blockSize = 'auto';
    this.#input.style.blockSize = `${this.#input.scrollHeight + 2}px`;
  }

  /** On a phone the field would open the keyboard over the answer; there the conversation takes the focus. */
  settleFocus(): void {
    const touch = matchMedia('(pointer: coarse)').matches;
    const target = touch ? this.#host.renderRoot.querySelector<HTMLElement>('.scroller') : this.#input;
    target?.focus({ preventScroll: true });
  }
}
