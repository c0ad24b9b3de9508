/** What was on the screen before: what is new since is brought into view, opened or said, once. */
import { t } from '../shared/texts.ts';
import type { Panel } from './business.ts';
import type { Conversation } from './conversation.ts';
import type { Scroller } from './scroller.ts';
import { stateWords } from './views/frame.ts';

export class Drawn {
  /** How many messages there were. */
  count = 0;
  /** What was said of the state. */
  #words = '';
  #state = 'bot';
  #panel: Panel | undefined;
  /** The question how it was stood there. */
  #rating = false;

  /** New messages, `count` in all, and the question how it was; true when these are the first. */
  messages(root: ParentNode, conversation: Conversation, count: number, scroller: Scroller | undefined): boolean {
    const last = root.querySelector('.messages > .message:last-child');
    if (count > this.count && last) {
      const kind = last.classList.contains('message-pending') ? 'own' : conversation.replaying ? 'old' : 'new';
      scroller?.arrive(last, kind, performance.now());
    }
    const rating = root.querySelector('.rating');
    if (rating && !this.#rating) scroller?.arrive(rating, 'new', performance.now());
    this.#rating = rating !== null;
    const first = count > 0 && this.count === 0;
    this.count = count;
    return first;
  }

  /** The dialog is open when there is something in it. */
  panel(dialog: HTMLDialogElement | null, panel: Panel | undefined): void {
    if (panel === this.#panel) return;
    if (!panel) dialog?.close();
    else if (!dialog?.open) dialog?.showModal();
    else dialog.querySelector<HTMLElement>('button, input')?.focus(); // one form made way for another
    this.#panel = panel;
  }

  /** Who has the conversation; true when it was closed just now. */
  state({ state }: Conversation): boolean {
    const closed = state === 'closed' && state !== this.#state;
    this.#state = state;
    return closed;
  }

  /** What is new to say of the state; empty when nothing is. */
  words(conversation: Conversation): string {
    const words = conversation.opened ? [...stateWords(conversation), ...(conversation.preview ? [t('chat.composer.preview')] : [])].join('. ') : '';
    const news = this.#words && words !== this.#words ? words : '';
    this.#words = words;
    return news;
  }
}
