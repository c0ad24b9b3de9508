/** What the user writes in the opened conversation: an answer or a note, with what helps to write it. */
import { t } from '../shared/texts.ts';
import { Assist } from './assist.ts';
import type { Api } from './api.ts';
import type { Desk } from './desk.ts';
import { Drafts } from './drafts.ts';
import type { Draft } from './outbox.ts';
import { mentioned, type Choice } from './picker.ts';
import type { ComposerActions, ComposerState } from './views/composer.ts';

export interface WritingPage {
  /** Draws, and then does something with the field. */
  redraw: () => void;
  field: (act: (field: HTMLTextAreaElement) => void) => void;
  announce: (words: string) => void;
}

export class Writing {
  kind: Draft['kind'] = 'messages';
  readonly assist: Assist;
  private readonly drafts = new Drafts(sessionStorage);

  constructor(
    api: Api,
    private readonly desk: Desk,
    private readonly page: WritingPage,
  ) {
    this.assist = new Assist(api, page.redraw);
  }

  private get id(): string {
    return this.desk.selected ?? '';
  }

  /** An answer that was typed and not sent. */
  get unsent(): string {
    return this.kind === 'messages' ? this.drafts.get(this.id).trim() : '';
  }

  get state(): ComposerState {
    return { kind: this.kind, text: this.drafts.get(this.id), choices: this.assist.choices, at: this.assist.at, suggestion: this.assist.suggestion };
  }

  readonly actions: ComposerActions = {
    choose: (kind) => this.choose(kind),
    typed: (field) => this.typed(field),
    send: () => this.send(),
    pickKey: (key) => {
      const used = this.assist.key(key);
      if (typeof used === 'object') this.pick(used);
      return used !== false;
    },
    pick: (choice) => this.pick(choice),
    answers: () => this.answers(),
    suggest: () => void this.assist.suggest(this.id),
    takeSuggestion: (suggestion) => {
      this.assist.suggestion = undefined;
      this.put(suggestion.text, suggestion.text.length);
    },
    dropSuggestion: () => {
      this.assist.suggestion = undefined;
      this.page.redraw();
    },
    copy: (text) => void navigator.clipboard?.writeText(text).then(() => this.page.announce(t('desk.composer.copied'))),
  };

  /** Another conversation is open. */
  clear(): void {
    this.kind = 'messages';
    this.assist.clear();
  }

  /** Another member of staff sits here now. */
  forget(): void {
    this.clear();
    this.drafts.clear();
  }

  /** Chooses whether an answer or a note is written, and goes there. */
  choose(kind: Draft['kind']): void {
    this.kind = kind;
    this.assist.stop();
    this.page.redraw();
    this.page.field((field) => field.focus({ preventScroll: true }));
  }

  /** Begins to look for a standard answer. */
  answers(): void {
    this.kind = 'messages';
    const text = this.drafts.get(this.id);
    const begun = text && !/\s$/.test(text) ? `${text} /` : `${text}/`;
    this.put(begun, begun.length);
    this.assist.typed(this.id, begun, begun.length, false);
  }

  private typed(field: HTMLTextAreaElement): void {
    this.drafts.set(this.id, field.value);
    this.desk.typed(performance.now(), this.kind === 'messages' && field.value.trim() !== '');
    this.assist.typed(this.id, field.value, field.selectionStart, this.kind === 'notes');
    this.page.redraw();
  }

  private pick(choice: Choice): void {
    const { text, cursor } = this.assist.take(this.drafts.get(this.id), choice);
    this.put(text, cursor);
  }

  /** A text in the field, to be read and changed before it is sent. */
  private put(text: string, cursor: number): void {
    this.drafts.set(this.id, text);
    this.page.redraw();
    this.page.field((field) => {
      field.focus();
      field.setSelectionRange(cursor, cursor);
    });
  }

  private send(): void {
    const text = this.drafts.get(this.id);
    if (!text.trim()) return;
    this.desk.write(this.kind, text, this.kind === 'notes' ? mentioned(text, this.assist.around?.colleagues ?? []) : []);
    this.drafts.set(this.id, '');
    this.assist.clear();
    if (!this.desk.mine) this.kind = 'messages';
    this.page.redraw();
  }
}
