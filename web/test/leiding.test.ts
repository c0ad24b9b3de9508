/** Figures and differences in words; the axis of a chart. */
import { describe, expect, it } from 'vitest';
import { top } from '../src/leiding/chart.ts';
import { differences } from '../src/leiding/differences.ts';
import { before, minutes, percent, rating, share, today } from '../src/leiding/numbers.ts';
import type { Figures } from '../src/leiding/protocol.ts';

describe('numbers', () => {
  it('divides by nothing without nonsense', () => {
    expect([percent(1, 0), share(1, 0), minutes(60, 0), rating({ rated: 0, rating_sum: 0 } as Figures)]).toEqual(['–', 0, '–', '–']);
  });
  it('rounds as people read it', () => {
    expect([percent(2, 3), share(2, 3), minutes(3000, 2), rating({ rated: 3, rating_sum: 13 } as Figures)]).toEqual(['67 %', 67, '25', '4,3']);
  });
  it('counts days over the change of summer time and of the year', () => {
    expect([before('2026-03-30', 1), before('2026-10-26', 1), before('2027-01-01', 1), before('2026-11-30', 0)]).toEqual(['2026-03-29', '2026-10-25', '2026-12-31', '2026-11-30']);
    expect(today(new Date(2026, 0, 5, 0, 1))).toBe('2026-01-05');
  });
});

describe('the axis', () => {
  it('ends above the highest bar, at a round number', () => {
    expect([0, 1, 4, 5, 11, 99, 100, 201].map(top)).toEqual([1, 1, 4, 5, 20, 100, 100, 500]);
  });
});

describe('differences', () => {
  it('names what changed and nothing else', () => {
    const old = { standaard: { maandag: '08:30-17:00', dinsdag: 'dicht' }, bijzonder: [{ dag: '2026-12-24', tijden: 'dicht' }] };
    const fresh = { standaard: { maandag: '09:00-17:00', dinsdag: 'dicht' }, bijzonder: [] };
    expect(differences(old, fresh)).toEqual([
      { where: 'standaard maandag', old: '08:30-17:00', new: '09:00-17:00' },
      { where: 'bijzonder 2026-12-24 dag', old: '2026-12-24', new: '' },
      { where: 'bijzonder 2026-12-24 tijden', old: 'dicht', new: '' },
    ]);
  });
  it('reads lists, numbers and nothing at all', () => {
    expect(differences(null, 90)).toEqual([{ where: '', old: '', new: '90' }]);
    expect(differences({ members: ['a'] }, { members: ['a', 'b'] })).toEqual([{ where: 'members', old: 'a', new: 'a, b' }]);
    expect(differences({ a: 1 }, { a: 1 })).toEqual([]);
  });
});
