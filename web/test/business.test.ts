// @vitest-environment jsdom
/** The citizen's own business: what is asked of the server, and what is said when it does not work. */
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Business } from '../src/widget/business.ts';
import { Uploads } from '../src/widget/uploads.ts';
import type { Answer, Session } from '../src/widget/session.ts';

const OFFER = { from: '2026-11-30T08:00:00Z', until: '2026-11-30T11:00:00Z', words: 'maandag' };
let calls: { path: string; body: unknown }[];
let answers: (Partial<Answer> | Error)[];
let done: string[];
let business: Business;

const session = {
  call: (path: string, body?: object) => {
    calls.push({ path, body });
    const answer = answers.shift() ?? {};
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve({ ok: true, status: 200, body: {}, ...answer });
  },
} as unknown as Session;
const settle = () => vi.waitFor(() => expect(business.busy).toBe(false));

beforeEach(() => {
  calls = [];
  answers = [];
  done = [];
  business = new Business({ session, words: () => Promise.resolve(true), onChange: () => undefined, onDone: (panel) => done.push(panel) });
});

describe('deleting', () => {
  it('asks once more when a human is busy, and then means it', async () => {
    await business.open('delete');
    answers = [{ ok: false, status: 409, body: { code: 'human_busy', text: 'Weet u het zeker?' } }, {}];
    business.erase();
    await settle();
    expect([business.trouble, done]).toEqual(['Weet u het zeker?', []]);
    business.erase();
    await settle();
    expect(calls.map(({ body }) => body)).toEqual([{ anyway: false }, { anyway: true }]);
    expect([done, business.panel]).toEqual([['delete'], undefined]);
  });

  it('does not mean it any more when the dialog was closed in between', async () => {
    await business.open('delete');
    answers = [{ ok: false, status: 409, body: { code: 'human_busy', text: '-' } }];
    business.erase();
    await settle();
    await business.open('delete');
    business.erase();
    await settle();
    expect(calls.at(-1)?.body).toEqual({ anyway: false });
  });
});

describe('looking whether there is something to rate', () => {
  it.each([['refused', { ok: false, status: 503, body: { code: 'druk', text: 'Het is druk.' } }], ['lost', new TypeError('offline')]])('says nothing in the panel that is open, also when it is %s', async (_, answer) => {
    await business.open('delete');
    answers = [{ ok: false, status: 409, body: { code: 'human_busy', text: 'Weet u het zeker?' } }, answer, {}];
    business.erase();
    await settle();
    await business.askRateable();
    await settle();
    expect([business.trouble, business.code]).toEqual(['Weet u het zeker?', 'human_busy']);
    business.erase();
    expect(calls.at(-1)?.body).toEqual({ anyway: true });
  });
});

it('says what went wrong in the panel where it was asked, not in the next', async () => {
  await business.open('delete');
  let come: (answer: Answer) => void = () => undefined;
  vi.spyOn(session, 'call').mockImplementationOnce(() => new Promise((done) => (come = done)));
  business.erase();
  answers = [{ body: { open: true, offers: [OFFER], current: null } }];
  await business.open('callback');
  await vi.waitFor(() => expect(business.offers).toEqual([OFFER]));
  come({ ok: false, status: 500, body: {} });
  await settle();
  expect([business.panel, business.trouble]).toEqual(['callback', '']);
  vi.restoreAllMocks();
});

describe('choosing a language', () => {
  it('waits for no question that is under way, and is told once however often it is pressed', async () => {
    const asked = vi.spyOn(session, 'call').mockImplementationOnce(() => new Promise(() => undefined));
    await business.askRateable();
    expect([business.busy, asked.mock.calls.length]).toEqual([true, 1]);
    business.choose('en');
    business.choose('en');
    await vi.waitFor(() => expect(done).toEqual(['language']));
    expect(calls).toEqual([{ path: 'language', body: { language: 'en' } }]);
  });
});

describe('calling back', () => {
  it('asks for what is missing before it asks the server', async () => {
    business.callBack(' ', OFFER, '');
    expect([business.code, calls]).toEqual(['nummer', []]);
    expect(business.trouble).not.toBe('');
    business.callBack('06 12345678', undefined, '');
    expect([business.code, calls]).toEqual(['moment', []]);
  });

  it('keeps the dialog with what the server said is wrong', async () => {
    answers = [{ body: { open: false, opens: 'maandag', offers: [OFFER], current: null } }, { ok: false, status: 400, body: { code: 'nummer', text: 'Kijk het nummer na.' } }];
    await business.open('callback');
    await settle();
    expect([business.offers, business.opens]).toEqual([[OFFER], 'maandag']);
    business.callBack('12', OFFER, 'Over huur');
    await settle();
    expect(calls[1]).toEqual({ path: 'callback', body: { number: '12', from: OFFER.from, until: OFFER.until, question: 'Over huur' } });
    expect([business.panel, business.trouble, done]).toEqual(['callback', 'Kijk het nummer na.', []]);
  });

  it('says what to do without a connection, and does not send twice', async () => {
    answers = [new TypeError('offline')];
    business.callBack('06 12345678', OFFER, '');
    business.callBack('06 12345678', OFFER, '');
    await settle();
    expect(calls).toHaveLength(1);
    expect(business.trouble).not.toBe('');
  });
});

it('rates once', async () => {
  answers = [{ body: { can_rate: true } }];
  await business.askRateable();
  await vi.waitFor(() => expect(business.rateable).toBe(true));
  business.rate(0, 'goed');
  expect(calls).toHaveLength(1);
  business.rate(4, 'goed');
  await settle();
  expect([calls[1]?.body, business.rateable]).toEqual([{ score: 4, words: 'goed' }, false]);
});

describe('files', () => {
  const file = (bytes: number): File => Object.defineProperty(new File(['x'], 'brief.pdf'), 'size', { value: bytes });
  const start = (): { uploads: Uploads; troubles: string[] } => {
    const troubles: string[] = [];
    return { uploads: new Uploads(session, () => undefined, (trouble) => troubles.push(trouble)), troubles };
  };

  it('are gone from the list once they are there', async () => {
    const { uploads } = start();
    uploads.add([file(10)]);
    await vi.waitFor(() => expect(uploads.all).toEqual([]));
    expect(calls[0]?.path).toBe('files');
  });

  it('are asked about before somebody leaves the page, as long as the conversation is on it', () => {
    const { uploads } = start();
    const leaves = (): boolean => !dispatchEvent(new Event('beforeunload', { cancelable: true }));
    expect(leaves()).toBe(false);
    uploads.add([file(11 * 1024 * 1024)]);
    expect(leaves()).toBe(true);
    uploads.stop();
    expect(leaves()).toBe(false);
  });

  it('that are too big never leave the device', () => {
    const { uploads, troubles } = start();
    uploads.add([file(11 * 1024 * 1024)]);
    expect([calls, uploads.all[0]?.again, troubles.length]).toEqual([[], false, 1]);
  });

  it('can be sent again under the same id when the line was the trouble, not when the file is', async () => {
    const { uploads } = start();
    answers = [new TypeError('offline'), { ok: false, status: 422, body: { text: 'Geen virussen.' } }];
    uploads.add([file(10)]);
    await vi.waitFor(() => expect(uploads.all[0]?.trouble).not.toBe(''));
    const upload = uploads.all[0];
    expect(upload?.again).toBe(true);
    if (upload) await uploads.send(upload);
    expect([upload?.trouble, upload?.again]).toEqual(['Geen virussen.', false]);
  });
});
