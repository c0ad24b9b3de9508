/** What staff read about the channel while they type. */
import { describe, expect, it } from 'vitest';
import { words, type Limits } from '../src/desk/limits/limits.ts';

const now = new Date('2026-11-22T10:00:00Z');
const limits = (part: Partial<Limits>): Limits => ({ channel: 'sms', unreachable: null, personal: [], ...part });

describe('what the channel can take', () => {
  it('counts the segments of an SMS, and says when it is too long', () => {
    const [fits] = words(limits({ segments: 2, most_segments: 3, left: 12 }), now);
    expect(fits).toMatchObject({ warn: false });
    expect(fits?.text).toContain('2');
    expect(words(limits({ segments: 4, most_segments: 3, left: 0 }), now)[0]?.warn).toBe(true);
  });

  it('says how long WhatsApp stays open, and warns in the last hour', () => {
    const at = (closes: string) => words(limits({ channel: 'whatsapp', window_open: true, window_closes: closes }), now);
    expect(at('2026-11-23T09:30:00Z')[0]).toMatchObject({ warn: false });
    expect(at('2026-11-23T09:30:00Z')[0]?.text).toContain('23');
    expect(at('2026-11-22T10:20:00Z')[0]).toMatchObject({ warn: true });
    expect(words(limits({ channel: 'whatsapp', window_open: false, window_closes: null }), now)[0]?.warn).toBe(true);
  });

  it('warns of personal data and of a citizen who stopped, first', () => {
    const said = words(limits({ unreachable: 'opted_out', personal: ['zaaknummer'], segments: 1, most_segments: 3, left: 100 }), now);
    expect(said.map(({ warn }) => warn)).toEqual([true, true, false]);
  });

  it('has words for every reason', () => {
    for (const reason of ['opted_out', 'landline', 'blocked', 'unknown', 'no_whatsapp', 'something_new']) {
      expect(words(limits({ unreachable: reason }), now)[0]?.text.length).toBeGreaterThan(20);
    }
  });
});
