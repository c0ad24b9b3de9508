// @vitest-environment jsdom
/** The review list as data, what is found by typing, and which messages can be corrected. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Api } from '../src/desk/api.ts';
import { AnswerForm, missing, organisationsOf } from '../src/desk/review/answer-form.ts';
import { Chooser } from '../src/desk/review/chooser.ts';
import { typed } from '../src/desk/review/correction.ts';
import { mayReview, ReviewApi, type Answer, type Choices, type ReviewItem } from '../src/desk/review/protocol.ts';
import { ReviewDesk } from '../src/desk/review/review-desk.ts';
import { find } from '../src/desk/review/search.ts';
import { scored } from '../src/desk/review/views.ts';

const choices: Choices = {
  uitkomsten: ['antwoord', 'klacht'],
  organisaties: [
    { id: 'gemeente', naam: 'Uw gemeente', woorden: ['bijstand', 'paspoort'] },
    { id: 'toeslagen', naam: 'Dienst Toeslagen', woorden: ['huurtoeslag'] },
    { id: 'huurcommissie', naam: 'Huurcommissie', woorden: ['gebreken'] },
    { id: 'ind', naam: 'IND', woorden: ['verblijf', 'Oekraïne'] },
  ],
  producten: [
    { id: 'huurtoeslag', naam: 'Huurtoeslag', organisaties: ['toeslagen'], woorden: ['huur'] },
    { id: 'bijstand', naam: 'Bijstand', organisaties: ['gemeente', 'toeslagen'], woorden: ['uitkering'] },
  ],
};
function item(id: number, part: Partial<ReviewItem> = {}): ReviewItem {
  return { id, conversation: 'c', seq: id, text: `vraag ${id}`, language: 'nl', reasons: ['onbegrepen'], thought: null, state: 'open', answer: null, by: null, answered_at: null, created_at: '2026-11-22T06:00:00Z', ...part };
}
const right: Answer = { uitkomst: 'antwoord', organisaties: ['toeslagen'], product: null };

describe('looking for an organisation', () => {
  const names = (query: string, first?: string[]) => find(choices.organisaties, query, first).map((each) => each.id);
  it('finds the name first, then the words that belong to it', () => expect(names('huur')).toEqual(['huurcommissie', 'toeslagen']));
  it('does not mind accents and capitals, and wants every word', () => {
    expect(names('OEKRAINE')).toEqual(['ind']);
    expect(names('oekraine huur')).toEqual([]);
  });
  it('puts what the computer thought on top while nothing is typed', () => expect(names('', ['ind', 'toeslagen']).slice(0, 2)).toEqual(['ind', 'toeslagen']));
});

describe('an answer', () => {
  it('to a question for information needs an organisation', () => {
    expect(missing({ uitkomst: 'antwoord', organisaties: [], product: null })).toBe('organisation');
    expect(missing({ uitkomst: 'klacht', organisaties: [], product: null })).toBeUndefined();
  });
  it('has the chosen organisation first and then the others of the product', () => {
    expect(organisationsOf(choices, 'toeslagen', 'bijstand')).toEqual(['toeslagen', 'gemeente']);
    expect(organisationsOf(choices, '', '')).toEqual([]);
  });
});

describe('who and what', () => {
  it('is for those who may', () => {
    const user = { id: 'u', name: 'F', organisation: 'g', role: 'medewerker' };
    expect([undefined, user, { ...user, role: 'teamleider' }, { ...user, role: 'beheerder' }].map(mayReview)).toEqual([false, false, true, true]);
  });
  it('leaves out what was pressed', () => {
    const message = { seq: 1, author: 'citizen' as const, name: '', organisation: '', text: 'vraag', buttons: [], links: [], phones: [], card: null, channel: 'web', at: '' };
    const bot = { ...message, seq: 2, author: 'bot' as const, buttons: [{ title: 'Iets anders', payload: '/x' }] };
    expect([...typed([message, bot, { ...message, seq: 3, text: 'Iets anders' }, { ...message, seq: 4 }])]).toEqual([1, 4]);
  });
  it('shows scores in percent', () => expect(scored({ id: 'a', naam: 'UWV', score: 0.244 })).toBe('UWV (24 %)'));
});

describe('the list', () => {
  let pages: Record<string, { status?: number; body: unknown }>;
  let posted: { path: string; body: unknown }[];
  let expired: number;
  const page = (items: ReviewItem[], next: number | null = null) => ({ body: { items, counts: { open: items.length, answered: 0, dismissed: 0 }, next } });
  async function opened(): Promise<ReviewDesk> {
    const review = new ReviewDesk({ api: new ReviewApi(new Api('https://v.test/')), onChange: () => undefined, onExpired: () => (expired += 1), words: (kind) => kind });
    await review.load();
    return review;
  }
  beforeEach(() => {
    posted = [];
    expired = 0;
    pages = { 'review?state=open': page([item(1), item(2), item(3)]), 'review/choices': { body: choices } };
    vi.stubGlobal('fetch', async (address: string, options: RequestInit) => {
      const path = address.split('/api/balie/')[1] as string;
      if (options.method === 'POST') posted.push({ path, body: JSON.parse(options.body as string) });
      const own = pages[path];
      return new Response(JSON.stringify(own?.body ?? {}), { status: own?.status ?? 200 });
    });
  });
  afterEach(() => vi.unstubAllGlobals());

  it('saves and goes to the next', async () => {
    const review = await opened();
    review.open(2);
    pages['review?state=open'] = page([item(1), item(3)]);
    expect(await review.answer(right)).toBe(true);
    expect(posted).toEqual([{ path: 'review/2', body: { state: 'answered', seen: 'open', answer: right } }]);
    expect([review.current?.id, review.counts.open]).toEqual([3, 2]);
  });
  it('goes back to the one before after the last, and to nothing after the only one', async () => {
    const review = await opened();
    review.open(3);
    await review.dismiss();
    expect(review.current?.id).toBe(2);
    pages['review?state=open'] = page([item(7)]);
    await review.load();
    review.open(7);
    pages['review?state=open'] = page([]);
    await review.dismiss();
    expect(review.current).toBeUndefined();
  });
  it('fetches the following page when the last one is done', async () => {
    pages['review?state=open'] = page([item(1)], 1);
    pages['review?state=open&after=1'] = page([item(5)]);
    const review = await opened();
    review.open(1);
    expect(await review.skip()).toBe(true);
    expect(review.current?.id).toBe(5);
    expect(await review.skip()).toBe(false);
  });
  it('keeps the message and says why when another was first', async () => {
    const review = await opened();
    review.open(1);
    pages['review/1'] = { status: 409, body: { code: 'review_taken', text: 'Ruben heeft deze vraag net al behandeld.' } };
    expect(await review.answer(right)).toBe(false);
    expect([review.current?.id, review.trouble, review.busy]).toEqual([1, 'Ruben heeft deze vraag net al behandeld.', false]);
  });
  it('keeps what is open when the list changes around it', async () => {
    const review = await opened();
    review.open(1);
    pages['review?state=open'] = page([item(3)]);
    await review.load();
    expect([review.items.map((each) => each.id), review.current?.id]).toEqual([[3], 1]);
  });
  it('is sent once, however often the button is pressed', async () => {
    const review = await opened();
    review.open(1);
    await Promise.all([review.answer(right), review.answer(right)]);
    expect(posted).toHaveLength(1);
  });
  it('tells when the log-in has run out', async () => {
    pages['review?state=open'] = { status: 401, body: { code: 'not_logged_in', text: '' } };
    expect((await opened()).failed).toBe(true);
    expect(expired).toBe(1);
  });
  it('corrects a message in a conversation', async () => {
    const review = await opened();
    expect(await review.correct('c/1', 4, right)).toBe('');
    expect(posted[0]).toEqual({ path: 'conversations/c%2F1/correct', body: { seq: 4, ...right } });
  });
});

describe('choosing with the keyboard', () => {
  customElements.define('verbonden-chooser', Chooser);
  customElements.define('verbonden-answer-form', AnswerForm);
  const press = (field: HTMLElement, key: string) => field.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true }));
  async function form(): Promise<AnswerForm> {
    Element.prototype.scrollIntoView = () => undefined;
    const found = new AnswerForm();
    Object.assign(found, { name: 'f', choices });
    document.body.replaceChildren(found);
    await settled(found);
    return found;
  }
  async function settled(found: AnswerForm): Promise<void> {
    for (let n = 0; n < 3; n += 1) {
      await found.updateComplete;
      for (const each of found.querySelectorAll<Chooser>('verbonden-chooser')) await each.updateComplete;
    }
  }
  const field = (found: AnswerForm, name: string) => found.querySelector<HTMLInputElement>(`#f-${name}`) as HTMLInputElement;
  async function type(found: AnswerForm, name: string, text: string): Promise<void> {
    field(found, name).value = text;
    field(found, name).dispatchEvent(new InputEvent('input', { bubbles: true }));
    await settled(found);
  }

  it('types, walks, takes and saves', async () => {
    const found = await form();
    const answers: Answer[] = [];
    found.addEventListener('answered', (event) => answers.push((event as CustomEvent<Answer>).detail));
    await type(found, 'organisation', 'huur');
    expect(field(found, 'organisation').getAttribute('aria-activedescendant')).toBe('f-organisation-0');
    press(field(found, 'organisation'), 'ArrowDown');
    press(field(found, 'organisation'), 'Enter');
    await settled(found);
    expect([field(found, 'organisation').value, field(found, 'organisation').getAttribute('aria-expanded')]).toEqual(['Dienst Toeslagen', 'false']);
    await type(found, 'product', 'bijst');
    field(found, 'product').dispatchEvent(new FocusEvent('blur'));
    await settled(found);
    found.querySelector('form')?.dispatchEvent(new SubmitEvent('submit', { cancelable: true }));
    expect(answers).toEqual([{ uitkomst: 'antwoord', organisaties: ['toeslagen', 'gemeente'], product: 'bijstand' }]);
  });
  it('says what is missing and goes there', async () => {
    const found = await form();
    found.querySelector('form')?.dispatchEvent(new SubmitEvent('submit', { cancelable: true }));
    await settled(found);
    expect(found.querySelector('[role="alert"]')?.textContent).toContain('organisatie');
    expect(document.activeElement?.id).toBe('f-organisation');
    expect(field(found, 'organisation').getAttribute('aria-invalid')).toBe('true');
  });
  it('closes on Escape without closing what is around it, and gives back what was chosen', async () => {
    const found = await form();
    await type(found, 'organisation', 'ind');
    press(field(found, 'organisation'), 'Enter');
    await type(found, 'organisation', 'zzz');
    expect(found.querySelector('[role="status"]')?.textContent?.trim()).not.toBe('');
    expect(press(field(found, 'organisation'), 'Escape')).toBe(false);
    await settled(found);
    expect(field(found, 'organisation').value).toBe('IND');
  });
  it('fills in the organisation of a chosen product', async () => {
    const found = await form();
    await type(found, 'product', 'huur');
    press(field(found, 'product'), 'Enter');
    await settled(found);
    expect(field(found, 'organisation').value).toBe('Dienst Toeslagen');
  });
});
