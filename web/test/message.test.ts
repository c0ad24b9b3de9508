// @vitest-environment jsdom
/** Words of a message: blocks, links, the case card, what is announced. */
import { render } from 'lit';
import { describe, expect, it, vi } from 'vitest';
import { dueText, progress } from '../src/shared/case-card.ts';
import type { CaseCard, Message } from '../src/shared/protocol.ts';
import { blocks, richText } from '../src/shared/rich-text.ts';
import { clockTime, dayOf, daysAgo, minutesSince } from '../src/shared/time.ts';
import { host, waysView } from '../src/shared/ways.ts';
import { announcement } from '../src/widget/announce.ts';
import { stateWords } from '../src/widget/views/frame.ts';

const card: CaseCard = {
  kind: 'case', number: 'ZAAK-2026-0000000001', title: 'Aanvraag', due: '2027-01-07', late: false,
  steps: [{ title: 'Ontvangen', state: 'done', at: '2026-10-01' }, { title: 'In behandeling', state: 'current' }, { title: 'Besluit', state: 'todo' }],
};
const message: Message = {
  seq: 1, author: 'bot', name: 'Verbonden', organisation: '', text: 'Dit <b>is</b> uw zaak.', card, channel: 'web', at: '2026-11-22T12:00:00Z',
  buttons: [{ title: 'Ja', payload: 'ja' }], links: [{ title: 'Naar uwv.nl', url: 'https://www.uwv.nl/x' }], phones: [{ title: 'Bel 113', number: '113' }, { title: 'Bel UWV', number: '088 898 92 94' }],
};
function drawn(part: unknown): HTMLElement {
  const box = document.createElement('div');
  render(part, box);
  return box;
}

describe('blocks', () => {
  it('makes paragraphs at blank lines and keeps line breaks', () => {
    expect(blocks('een\ntwee\n\ndrie')).toEqual([{ kind: 'paragraph', lines: ['een', 'twee'] }, { kind: 'paragraph', lines: ['drie'] }]);
  });
  it('makes lists of lines with a dash or a number', () => {
    expect(blocks('Neem mee:\n- pas\n- brief\n\n1. ga\n2. bel')).toEqual([
      { kind: 'paragraph', lines: ['Neem mee:'] },
      { kind: 'list', ordered: false, items: ['pas', 'brief'] },
      { kind: 'list', ordered: true, items: ['ga', 'bel'] },
    ]);
  });
  it('leaves a date or an amount at the start of a line alone', () => {
    expect(blocks('14 dagen\n-5 graden')).toEqual([{ kind: 'paragraph', lines: ['14 dagen', '-5 graden'] }]);
  });
});

describe('text of others', () => {
  it('is never markup', () => {
    expect(drawn(richText('<img src=x onerror=alert(1)>')).querySelector('img')).toBeNull();
  });
  it('gets links for web addresses, without the full stop', () => {
    const link = drawn(richText('Kijk op https://www.uwv.nl/ww. Daarna')).querySelector('a');
    expect(link?.getAttribute('href')).toBe('https://www.uwv.nl/ww');
    expect(link?.rel).toContain('noopener');
  });
  it('keeps a case number and opening hours in one piece, and nothing else', () => {
    const whole = (text: string) => [...drawn(richText(text)).querySelectorAll('.whole')].map((each) => each.textContent);
    expect(whole('Zaak (ZAAK-2026-0000000001). Open: 8.00-17.00, web-chat en 5 - 7.')).toEqual(['(ZAAK-2026-0000000001).', '8.00-17.00,']);
    expect(whole('Zie https://www.uwv.nl/a1-2b')).toEqual([]);
    expect(whole('1-2'.repeat(30))).toEqual([]);
  });
  it('does not say an address twice', () => {
    const note = (title: string) => drawn(waysView({ phones: [], links: [{ title, url: 'https://www.uwv.nl/ww' }] })).querySelector('.way-note')?.textContent;
    expect(note('www.uwv.nl')).toBe('opent in een nieuw venster');
    expect(note('Vraag WW aan')).toBe('uwv.nl, opent in een nieuw venster');
  });
  it('never links to a script', () => {
    const box = drawn(waysView({ phones: [], links: [{ title: 'x', url: 'javascript:alert(1)' }] }));
    expect(box.querySelector('a')).toBeNull();
  });
  it('makes phone numbers that can be tapped', () => {
    expect(drawn(waysView(message)).querySelector('a')?.getAttribute('href')).toBe('tel:113');
    expect(drawn(waysView({ links: [], phones: [{ title: 'Bel', number: '+31 (0)70 214' }] })).querySelector('a')?.getAttribute('href')).toBe('tel:+31070214');
  });
});

describe('case card', () => {
  it('tells the step in words', () => {
    expect(progress(card)).toBe('Stap 2 van 3: In behandeling');
    expect(progress({ ...card, steps: card.steps.map((step) => ({ ...step, state: 'done' })) })).toBe('Alle stappen zijn klaar');
  });
  it('tells when a decision is due, or that it is late, or nothing', () => {
    expect(dueText(card)).toContain('uiterlijk een beslissing op 7 januari 2027');
    expect(dueText({ ...card, late: true })).toContain('te laat');
    expect(dueText({ ...card, due: null })).toBe('');
  });
});

describe('announcement', () => {
  it('holds everything that is seen: text, card, ways on, choices', () => {
    const words = announcement(message);
    for (const part of ['Dit <b>is</b> uw zaak.', 'ZAAK-2026-0000000001', 'Stap 2 van 3', 'Bel 113', 'Bel UWV: 088 898 92 94', 'Naar uwv.nl', 'Ja']) expect(words).toContain(part);
    expect(words).not.toContain('113: 113');
  });
});

describe('state line', () => {
  it('names the human and the organisation, or what is known of them', () => {
    const words = (human: { name: string; organisation: string } | null) => stateWords({ state: 'claimed', human, place: null });
    expect(words({ name: 'Fatima', organisation: 'Demodam' })).toEqual(['U praat met Fatima van Demodam']);
    expect(words({ name: 'Fatima', organisation: '' })).toEqual(['U praat met Fatima']);
    expect(words(null)).toEqual(['U praat met een mens']);
  });
  it('tells the place in the queue', () => {
    expect(stateWords({ state: 'queued', human: null, place: 1 }).join()).toContain('als eerste');
    expect(stateWords({ state: 'queued', human: null, place: 4 }).join()).toContain('nummer 4');
    expect(stateWords({ state: 'queued', human: null, place: null })).toHaveLength(1);
  });
});

describe('time and addresses', () => {
  it('counts days on the calendar, not in hours', () => {
    expect(daysAgo(new Date(2026, 10, 21, 23, 59).toISOString(), new Date(2026, 10, 22, 0, 1))).toBe(1);
    expect(daysAgo(new Date(2026, 10, 22, 0, 1).toISOString(), new Date(2026, 10, 22, 23, 59))).toBe(0);
  });
  it('knows the day on the calendar just after midnight, when it is still yesterday in Greenwich', () => {
    vi.stubEnv('TZ', 'Europe/Amsterdam');
    expect(dayOf(new Date('2026-07-01T22:30:00Z'))).toBe('2026-07-02');
    vi.unstubAllEnvs();
  });
  it('writes the hour in two digits', () => {
    expect(clockTime(new Date(2026, 0, 1, 9, 5).toISOString())).toBe('09:05');
  });
  it('never counts a wait below zero', () => {
    expect(minutesSince('2026-11-22T12:00:00Z', new Date('2026-11-22T11:00:00Z'))).toBe(0);
  });
  it('shows the host without www', () => {
    expect(host('https://www.uwv.nl/ww')).toBe('uwv.nl');
    expect(host('geen adres')).toBe('geen adres');
  });
});
