/** Choosing while typing: a slash looks for a standard answer, an at sign in a note for a colleague. */
import type { Answer, Colleague } from './protocol.ts';

export interface Choice {
  id: string;
  title: string;
  detail: string;
  /** What comes into the text. */
  text: string;
}

export interface Picking {
  kind: 'answer' | 'mention';
  /** What was typed after the sign. */
  query: string;
  /** Where the sign is in the text. */
  start: number;
  end: number;
}

/** The sign that the cursor is behind, if any: at the beginning or after a space or a new line. */
export function pickingAt(text: string, cursor: number, note: boolean): Picking | undefined {
  const before = text.slice(0, cursor);
  const found = (note ? /(?:^|\s)@([\p{L}'-]*(?: [\p{L}'-]*)?)$/u : /(?:^|\s)\/([\p{L}\d' -]{0,40})$/u).exec(before);
  if (!found) return undefined;
  const query = found[1] ?? '';
  return { kind: note ? 'mention' : 'answer', query: query.trim(), start: cursor - query.length - 1, end: cursor };
}

/** The text with the choice in place of the sign, and where the cursor goes. */
export function chosen(text: string, picking: Picking, choice: Choice): { text: string; cursor: number } {
  const after = text.slice(picking.end);
  const space = picking.kind === 'mention' && !after.startsWith(' ') ? ' ' : '';
  const put = `${choice.text}${space}`;
  return { text: text.slice(0, picking.start) + put + after, cursor: picking.start + put.length };
}

export function ofAnswers(answers: Answer[], source: (answer: Answer) => string): Choice[] {
  return answers.map((answer) => ({ id: `${answer.source}-${answer.id}`, title: answer.title, detail: source(answer), text: answer.text }));
}

/** Colleagues whose name has a part that begins with the query, those who are there first. */
export function ofColleagues(colleagues: Colleague[], query: string, status: (one: Colleague) => string): Choice[] {
  const words = query.toLowerCase();
  const fits = (one: Colleague): boolean => one.name.toLowerCase().startsWith(words) || one.name.toLowerCase().split(' ').some((part) => part.startsWith(words));
  return colleagues
    .filter(fits)
    .toSorted((a, b) => Number(b.status === 'aanwezig') - Number(a.status === 'aanwezig'))
    .slice(0, 8)
    .map((one) => ({ id: one.id, title: one.name, detail: status(one), text: `@${one.name}` }));
}

/** The colleagues who are named in a note. */
export function mentioned(text: string, colleagues: Colleague[]): string[] {
  return colleagues.filter((one) => text.includes(`@${one.name}`)).map((one) => one.id);
}
