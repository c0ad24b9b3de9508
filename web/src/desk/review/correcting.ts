/** Saying that a message was about something else: the dialog as it stands, and what its button does. */
import type { TemplateResult } from 'lit';
import type { Message } from '../../shared/protocol.ts';
import { correctionView, type Correction } from './correction.ts';
import type { Answer } from './protocol.ts';
import type { ReviewDesk } from './review-desk.ts';

export interface CorrectingPage {
  redraw: () => void;
  /** Does something with the dialog, once it is drawn. */
  dialog: (act: (dialog: HTMLDialogElement) => void) => void;
  done: () => void;
}

export class Correcting {
  private current: Correction | undefined;

  constructor(
    private readonly review: ReviewDesk,
    private readonly page: CorrectingPage,
  ) {}

  open(conversation: string, message: Message): void {
    this.set({ conversation, message, trouble: '' });
    this.page.dialog((dialog) => dialog.showModal());
  }

  view(): TemplateResult {
    return correctionView(this.current, this.review.choices, (answer) => void this.save(answer), () => this.set(undefined));
  }

  private set(correction: Correction | undefined): void {
    this.current = correction;
    this.page.redraw();
  }

  private async save(answer: Answer): Promise<void> {
    const { current } = this;
    if (!current) return;
    const trouble = await this.review.correct(current.conversation, current.message.seq, answer);
    if (trouble) return this.set({ ...current, trouble });
    this.page.dialog((dialog) => dialog.close());
    this.page.done();
  }
}
