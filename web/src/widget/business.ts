/** The citizen's own business beside the talk: be called back, delete the conversation, say how it was. No DOM here. */
import { t } from '../shared/texts.ts';
import type { Answer, Session } from './session.ts';

export type Panel = 'delete' | 'callback' | 'language' | 'more' | 'rating';

/** A stretch of time in which somebody can call. */
export interface Offer {
  from: string;
  until: string;
  words: string;
}

export interface BusinessOptions {
  session: Session;
  /** Fetches the words of the forms, which are not in the one file; false when they are not there. */
  words: () => Promise<boolean>;
  onChange: () => void;
  /** It is done: close the panel and say `words`. */
  onDone: (panel: Panel, words: string) => void;
}

export class Business {
  readonly #options: BusinessOptions;

  panel: Panel | undefined;
  /** The words of the forms are there. */
  ready = false;
  busy = false;
  /** What went wrong and what to do, in Dutch; `code` says where. */
  trouble = '';
  code = '';
  offers: Offer[] = [];
  /** The call that is promised already. */
  current: { words: string; number: string } | undefined;
  /** When there is somebody again, if there is nobody now. */
  opens = '';
  /** The closed conversation, or the one before this, can still be rated. */
  rateable = false;

  #telling = false;

  constructor(options: BusinessOptions) {
    this.#options = options;
  }

  async open(panel: Panel): Promise<void> {
    this.trouble = this.code = '';
    this.ready = await this.#options.words();
    this.panel = panel;
    this.#options.onChange();
    if (panel === 'more') void this.askRateable();
    if (panel === 'callback' && this.ready) {
      this.offers = [];
      void this.#ask('callback', undefined, (body) => {
        this.offers = body.offers as Offer[];
        this.current = (body.current as typeof this.current) ?? undefined;
        this.opens = body.open ? '' : String(body.opens ?? '');
      });
    }
  }

  /** Shows what went wrong with something that was chosen there. */
  fail(trouble: string): void {
    this.panel = 'more';
    this.trouble = trouble;
    this.#options.onChange();
  }

  close(): void {
    this.panel = undefined;
    this.#options.onChange();
  }

  /** Chooses a language; the conversation confirms it. */
  choose(language: string): void {
    void this.#ask('language', { language }, () => this.#done('language', ''));
  }

  /** Deletes the conversation; when a human is busy with it the second time means it. */
  erase(): void {
    void this.#ask('delete', { anyway: this.code === 'human_busy' }, () => this.#done('delete', t('chat.delete.done')));
  }

  callBack(number: string, offer: Offer | undefined, question: string): void {
    if (!number.trim() || !offer) {
      this.code = number.trim() ? 'moment' : 'nummer';
      this.trouble = t(number.trim() ? 'chat.callback.moment_missing' : 'chat.callback.number_missing');
      this.#options.onChange();
      return;
    }
    void this.#ask('callback', { number, from: offer.from, until: offer.until, question }, () => this.#done('callback', t('chat.callback.done')));
  }

  cancelCall(): void {
    void this.#ask('callback/cancel', {}, () => this.#done('callback', t('chat.callback.cancelled')));
  }

  /** Looks whether there is something to rate. */
  async askRateable(): Promise<void> {
    if (await this.#options.words()) void this.#ask('rating', undefined, (body) => (this.rateable = body.can_rate === true), true);
  }

  rate(score: number, words: string): void {
    if (!score) {
      this.trouble = t('chat.rating.missing');
      this.#options.onChange();
      return;
    }
    void this.#ask('rating', { score, words }, () => {
      this.rateable = false;
      this.#done('rating', t('chat.rating.done'));
    });
  }

  #done(panel: Panel, words: string): void {
    this.panel = undefined;
    this.#options.onDone(panel, words);
  }

  /**
   * Asks the server something; with a `body` it is told something, which waits for no question but is not told twice at once.
   * What goes wrong is said in the panel it was asked for and in no other; nothing is said of what nobody asked for (`quiet`).
   */
  async #ask(path: string, body: object | undefined, then: (body: Answer['body']) => void, quiet = false): Promise<void> {
    if (body && this.#telling) return;
    if (body) this.#telling = true;
    const { panel } = this;
    const said = (trouble: string, code = this.code): void => {
      if (!quiet && panel === this.panel) Object.assign(this, { trouble, code });
    };
    this.busy = true;
    said('');
    this.#options.onChange();
    let answer: Answer | undefined;
    try {
      answer = await this.#options.session.call(path, body);
    } catch {
      said(t('chat.panel.offline'));
    }
    if (body) this.#telling = false;
    this.busy = this.#telling;
    if (answer?.ok) then(answer.body);
    else if (answer) said(String(answer.body.text ?? t('chat.panel.failed')), String(answer.body.code ?? ''));
    this.#options.onChange();
  }
}
