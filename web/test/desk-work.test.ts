/** What the desk decides without a server: filters, the part of a list that is drawn, choosing while typing. */
import { t } from '../src/shared/texts.ts';
import { describe, expect, it } from 'vitest';
import { active, choices, filtered, NO_FILTERS } from '../src/desk/filters.ts';
import { chosen, mentioned, ofColleagues, pickingAt } from '../src/desk/picker.ts';
import type { Colleague, Item } from '../src/desk/protocol.ts';
import { againstTarget } from '../src/desk/views/words.ts';
import { partOf } from '../src/desk/window.ts';

function item(part: Partial<Item> = {}): Item {
  return {
    id: 'a', state: 'queued', epoch: 1, urgency: 'normaal', topic: 'Huurtoeslag', organisation: { id: 'toeslagen', naam: 'Dienst Toeslagen' }, channel: 'web', language: 'nl',
    waiting_since: '2026-11-22T06:00:00Z', owner: null, last_text: 'Mijn huur stijgt', last_at: '2026-11-22T06:00:00Z', reason: 'human', trust: 'anoniem', ...part,
  };
}

describe('filters', () => {
  const items = [item(), item({ id: 'b', urgency: 'spoed', channel: 'sms', topic: 'Paspoort', organisation: { id: 'gemeente', naam: 'Uw gemeente' } })];
  it('show everything until one is set', () => {
    expect(filtered(items, NO_FILTERS)).toBe(items);
    expect(active(NO_FILTERS)).toBe(0);
  });
  it('must all fit', () => {
    expect(filtered(items, { ...NO_FILTERS, channel: 'sms' }).map((one) => one.id)).toEqual(['b']);
    expect(filtered(items, { ...NO_FILTERS, channel: 'sms', urgency: 'normaal' })).toEqual([]);
    expect(filtered(items, { ...NO_FILTERS, text: 'HUUR toeslagen' }).map((one) => one.id)).toEqual(['a']);
  });
  it('offer what occurs, by name, and keep what was chosen', () => {
    expect(choices(items, 'organisation', '')).toEqual([{ code: 'toeslagen', name: 'Dienst Toeslagen' }, { code: 'gemeente', name: 'Uw gemeente' }]);
    expect(choices([], 'channel', 'sms')).toEqual([{ code: 'sms', name: 'sms' }]);
    expect(choices(items, 'team', '')).toEqual([]);
  });
});

describe('the part of a long list that is drawn', () => {
  it('is what is seen and a little around it, with room for the rest', () => {
    const part = partOf(13_000, 800, 130, 300);
    expect(part).toEqual({ from: 96, to: 111, before: 96 * 130, after: (300 - 111) * 130 });
    expect(part.to - part.from).toBeLessThan(20);
  });
  it('ends where the list ends, also when the list became shorter', () => {
    expect(partOf(39_000, 800, 130, 20)).toMatchObject({ to: 20, after: 0 });
    expect(partOf(0, 800, 130, 3)).toEqual({ from: 0, to: 3, before: 0, after: 0 });
    expect(partOf(0, 800, 130, 0)).toEqual({ from: 0, to: 0, before: 0, after: 0 });
  });
  it('holds the row that has the focus', () => {
    expect(partOf(13_000, 800, 130, 300, 90).from).toBe(90);
    expect(partOf(13_000, 800, 130, 300, 120).to).toBe(121);
  });
  it('draws some to be measured while the height is not known', () => {
    expect(partOf(0, 0, 0, 300)).toEqual({ from: 0, to: 30, before: 0, after: 0 });
  });
});

describe('choosing while typing', () => {
  const people: Colleague[] = [
    { id: '1', name: 'Sanne Postma', organisation: 'uw gemeente', teams: ['loket'], status: 'weg' },
    { id: '2', name: 'Karim Visser', organisation: 'UWV', teams: ['uwv_werk'], status: 'aanwezig' },
  ];
  it.each([
    ['/', 1, ''], ['/huur', 5, 'huur'], ['Hallo /huur toe', 15, 'huur toe'], ['een\n/x', 6, 'x'],
  ])('finds the slash in %j', (text, cursor, query) => {
    expect(pickingAt(text, cursor, false)?.query).toBe(query);
  });
  it.each(['https://uwv.nl', 'en/of', 'Hallo', '1/2'])('leaves %j alone', (text) => {
    expect(pickingAt(text, text.length, false)).toBeUndefined();
  });
  it('finds a colleague behind an at sign, only in a note, those who are there first', () => {
    const picking = pickingAt('Vraag @ka', 9, true);
    expect(picking).toMatchObject({ kind: 'mention', query: 'ka', start: 6, end: 9 });
    expect(pickingAt('Vraag @ka', 9, false)).toBeUndefined();
    expect(pickingAt('mail naar a@ka', 14, true)).toBeUndefined();
    expect(ofColleagues(people, '', () => '').map((one) => one.title)).toEqual(['Karim Visser', 'Sanne Postma']);
    expect(ofColleagues(people, 'pos', () => '').map((one) => one.id)).toEqual(['1']);
  });
  it('puts the choice where the sign was, and the cursor behind it', () => {
    const picking = pickingAt('Vraag @ka eens', 9, true);
    expect(picking && chosen('Vraag @ka eens', picking, { id: '2', title: '', detail: '', text: '@Karim Visser' })).toEqual({ text: 'Vraag @Karim Visser eens', cursor: 19 });
    const slash = pickingAt('/be', 3, false);
    expect(slash && chosen('/be', slash, { id: 'b', title: '', detail: '', text: 'Goedendag.' })).toEqual({ text: 'Goedendag.', cursor: 10 });
  });
  it('knows who is named', () => {
    expect(mentioned('@Karim Visser, klopt dit?', people)).toEqual(['2']);
    expect(mentioned('Karim Visser', people)).toEqual([]);
  });
});

describe('waiting against the target', () => {
  const at = (iso: string): Date => new Date(iso);
  const waiting = item({ due_at: '2026-11-22T06:30:00Z' });
  it('says how long of how long', () => {
    expect(againstTarget(waiting, at('2026-11-22T06:12:00Z'))).toEqual({ text: 'wacht 12 min van 30 min', late: false });
  });
  it('says that it is too long', () => {
    expect(againstTarget(waiting, at('2026-11-22T06:42:00Z'))).toEqual({ text: t('desk.queue.waits_late', { waits: t('desk.queue.waits', { time: '42 min' }), target: '30 min' }), late: true });
  });
  it('says nothing of who does not wait', () => {
    expect(againstTarget(item({ state: 'claimed' }), at('2026-11-22T06:42:00Z'))).toBeUndefined();
  });
});
