/** The page as a stage: where the focus goes, what is brought into view, which dialog opens, what is read out. */
import type { LitElement } from 'lit';
import { announce } from '../shared/announcer.ts';
import type { Stage } from './acts.ts';
import type { DialogName } from './views/dialogs.ts';

export interface StageHooks {
  /** Somebody is at work here; behind the log-in form no dialog opens. */
  working: () => boolean;
  /** A dialog is going to open. */
  opening: (dialog: DialogName) => void;
  go: (conversation: string | undefined) => void;
}

export class PageStage implements Stage {
  constructor(
    private readonly page: LitElement,
    private readonly hooks: StageHooks,
  ) {}

  /** A function of its own: it is handed on as one. */
  readonly go = (conversation: string | undefined): void => this.hooks.go(conversation);

  /** To what is there once everything is drawn; of more selectors the first that is. */
  focus(...selectors: string[]): void {
    void this.page.updateComplete.then(() => {
      const found = selectors.map((selector) => this.page.querySelector<HTMLElement>(selector)).find(Boolean);
      found?.focus({ preventScroll: true });
    });
  }

  show(seq: number): void {
    const message = this.page.querySelector<HTMLElement>(`#message-${seq}`);
    message?.scrollIntoView({ block: 'center' });
    message?.focus({ preventScroll: true });
  }

  open(name: DialogName): void {
    if (!this.hooks.working()) return;
    this.hooks.opening(name);
    this.page.requestUpdate();
    void this.page.updateComplete.then(() => {
      // A dialog that opens behind the log-in form would take all the keys of it.
      if (this.hooks.working()) this.page.querySelector<HTMLDialogElement>(`#dialog-${name}`)?.showModal();
    });
  }

  /** The log-in ran out: what is open closes, and keeps what was filled in. */
  shut(): void {
    this.page.querySelectorAll<HTMLDialogElement>('dialog[open]').forEach((dialog) => dialog.close());
  }

  announce(words: string, urgent = false): void {
    announce(this.page.querySelector(urgent ? '#assertive' : '#polite'), words);
  }

  /** A skip link moves the focus, and leaves the address alone. */
  readonly skip = (event: Event): void => {
    event.preventDefault();
    const target = (event.currentTarget as HTMLAnchorElement).hash;
    (this.page.querySelector<HTMLElement>(target) ?? this.page.querySelector<HTMLElement>('#conversation'))?.focus();
  };
}
