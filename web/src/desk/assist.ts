/** What helps while typing: choosing an answer or a colleague, and the suggestion of the bot. No DOM but the field's cursor. */
import { t } from '../shared/texts.ts';
import type { Api } from './api.ts';
import { chosen, ofAnswers, ofColleagues, pickingAt, type Choice, type Picking } from './picker.ts';
import type { Around, Suggestion } from './protocol.ts';

/** Typing goes on while answers are looked for; asked once the hand rests. */
const REST = 120;

export class Assist {
  choices: Choice[] | undefined;
  at = 0;
  suggestion: Suggestion | 'none' | 'loading' | undefined;
  around: Around | undefined;
  private picking: Picking | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  /** How often a suggestion was asked or done with: an answer that comes after that is for another moment. */
  private asked = 0;

  constructor(
    private readonly api: Api,
    private readonly onChange: () => void,
  ) {}

  /** Another conversation: nothing of the one before it stays. */
  clear(): void {
    this.stop();
    this.asked += 1;
    this.suggestion = undefined;
  }

  stop(): void {
    clearTimeout(this.timer);
    this.picking = undefined;
    this.choices = undefined;
    this.at = 0;
  }

  /** Asks anew who there is. */
  async look(): Promise<void> {
    this.around = await this.api.around().catch(() => this.around);
    this.onChange();
  }

  /** The text changed; `cursor` is where the user is in it. */
  typed(conversation: string, text: string, cursor: number, note: boolean): void {
    const picking = pickingAt(text, cursor, note);
    clearTimeout(this.timer);
    this.picking = picking;
    if (!picking) {
      this.stop();
      return;
    }
    if (picking.kind === 'mention') {
      if (!this.around) void this.look().then(() => this.offer(picking));
      else this.offer(picking);
    } else this.timer = setTimeout(() => void this.find(conversation, picking), REST);
  }

  /** A key while something can be chosen; the choice when it was made, true when it was used otherwise. */
  key(key: string): Choice | boolean {
    const { choices } = this;
    if (!choices) return false;
    if (key === 'Escape') {
      this.stop();
      this.onChange();
      return true;
    }
    if (choices.length === 0) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[key];
    if (step !== undefined) {
      this.at = (this.at + step + choices.length) % choices.length;
      this.onChange();
      return true;
    }
    return key === 'Enter' || key === 'Tab' ? (choices[this.at] ?? false) : false;
  }

  /** The text with the choice in it. */
  take(text: string, choice: Choice): { text: string; cursor: number } {
    const { picking } = this;
    this.stop();
    return picking ? chosen(text, picking, choice) : { text: text + choice.text, cursor: text.length + choice.text.length };
  }

  async suggest(conversation: string): Promise<void> {
    const turn = (this.asked += 1);
    this.suggestion = 'loading';
    this.onChange();
    const suggestion = (await this.api.suggestion(conversation).catch(() => null)) ?? 'none';
    if (turn !== this.asked) return;
    this.suggestion = suggestion;
    this.onChange();
  }

  private offer(picking: Picking): void {
    if (this.picking !== picking) return;
    this.choices = ofColleagues(this.around?.colleagues ?? [], picking.query, (one) => t('desk.composer.colleague', { organisation: one.organisation, status: t(`desk.presence.${one.status}`) }));
    this.at = 0;
    if (this.choices.length === 0) this.choices = undefined; // an at sign in an address is no question
    this.onChange();
  }

  private async find(conversation: string, picking: Picking): Promise<void> {
    const answers = await this.api.answers(conversation, picking.query).catch(() => []);
    if (this.picking !== picking) return;
    this.choices = ofAnswers(answers, (answer) => t(`desk.composer.source.${answer.source}`));
    this.at = 0;
    this.onChange();
  }
}
