/** The review list on the page: what its buttons do, and where the focus goes. */
import type { ReviewDesk } from './review-desk.ts';
import type { ReviewActions } from './views.ts';
import { t } from '../../shared/texts.ts';

export interface Page {
  announce: (words: string) => void;
  focus: (selector: string) => void;
  go: (conversation: string) => void;
}

export function reviewActions(review: ReviewDesk, page: Page): ReviewActions {
  /** The next message is read from its beginning. */
  const next = (): void => page.focus('#review-heading, #queue');
  const reviewed = async (action: Promise<boolean>, words: string): Promise<void> => {
    if (!(await action)) return;
    page.announce(words);
    next();
  };
  return {
    open: (id) => {
      review.open(id);
      next();
    },
    back: () => {
      review.open(undefined);
      page.focus('#queue');
    },
    save: (answer) => void reviewed(review.answer(answer), t('desk.review.saved')),
    dismiss: () => void reviewed(review.dismiss(), t('desk.review.dismissed')),
    skip: () => void review.skip().then(next),
    conversation: page.go,
  };
}
