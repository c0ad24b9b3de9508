// @vitest-environment jsdom
/** The desk as data, over the network's side of the contract (docs/protocol.md). */
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Api } from '../src/desk/api.ts';
import type { Detail, Item } from '../src/desk/protocol.ts';
import { Desk } from '../src/desk/desk.ts';
import { sortQueue } from '../src/desk/queue-list.ts';
import { Drafts } from '../src/desk/drafts.ts';
import { duration, waiting, word } from '../src/desk/views/words.ts';

function item(part: Partial<Item> = {}): Item {
  return {
    id: 'a', state: 'queued', epoch: 3, urgency: 'normaal', topic: 'Huurtoeslag', organisation: null, channel: 'web', language: 'nl',
    waiting_since: '2026-11-22T06:00:00Z', owner: null, last_text: '', last_at: '2026-11-22T06:00:00Z', reason: 'human', trust: 'anoniem', ...part,
  };
}
const said = (seq: number, part = {}) => ({
  seq, author: 'citizen' as const, name: '', organisation: '', text: 'hallo', buttons: [], links: [], phones: [], card: null, channel: 'web', at: '2026-11-22T06:00:00Z', ...part,
});
const user = { id: 'u1', name: 'Fatima', organisation: 'Demodam', role: 'casemanager' };

interface Call { method: string; path: string; body: Record<string, unknown>; csrf: string | undefined }
let calls: Call[];
let answers: Record<string, { status?: number; body?: unknown } | undefined>;
let current: Detail;
let heard: number[];
let urgent: number;
let elsewhere: string[];

/** A desk that has logged in, against answers as the protocol gives them. */
async function loggedIn(): Promise<Desk> {
  const desk = new Desk({
    api: new Api('https://verbonden.test/'), onChange: () => undefined, onUrgent: () => (urgent += 1), storage: sessionStorage, onElsewhere: (kind) => elsewhere.push(kind), onHeard: (message) => heard.push(message.seq), onOther: () => undefined, words: (kind) => kind,
  });
  await desk.logIn.login('fatima', 'demo');
  await vi.advanceTimersByTimeAsync(0);
  return desk;
}

beforeEach(() => {
  vi.useFakeTimers();
  calls = [];
  answers = {};
  heard = [];
  urgent = 0;
  elsewhere = [];
  sessionStorage.clear();
  current = { item: item(), summary: null, messages: [said(1)], transitions: [] };
  vi.stubGlobal('fetch', async (address: string, options: RequestInit) => {
    const path = address.split('/api/balie/')[1] as string;
    const headers = options.headers as Record<string, string>;
    calls.push({ method: options.method as string, path, body: JSON.parse((options.body as string | undefined) ?? '{}'), csrf: headers['X-CSRF-Token'] });
    const usual: Record<string, unknown> = {
      login: { user, csrf: 'token' }, 'conversations?view=waiting': { items: [current.item], counts: { waiting: 1, mine: 0, asked: 0, team: 1, all: 1 } }, 'conversations/a': current,
    };
    const own = answers[path];
    if (own?.status === 0) throw new TypeError('network');
    return new Response(JSON.stringify(own?.body ?? usual[path] ?? {}), { status: own?.status ?? 200 });
  });
});

describe('claiming', () => {
  it('sends the epoch and the token, and shows the conversation as ours', async () => {
    const desk = await loggedIn();
    await desk.select('a');
    const mine = { ...current, item: item({ state: 'claimed', epoch: 4, owner: user }) };
    answers['conversations/a/claim'] = { body: mine };
    answers['conversations/a'] = { body: mine };
    expect(await desk.steps.claim()).toBe(true);
    expect(calls.find((call) => call.path.endsWith('claim'))).toMatchObject({ body: { epoch: 3 }, csrf: 'token' });
    expect(desk.mine).toBe(true);
  });

  it('says who was first, and shows how it stands now', async () => {
    const desk = await loggedIn();
    await desk.select('a');
    answers['conversations/a/claim'] = { status: 409, body: { code: 'claimed_by_other', by: 'Joost', text: 'Joost heeft dit gesprek al.' } };
    answers['conversations/a'] = { body: { ...current, item: item({ state: 'claimed', owner: { id: 'u2', name: 'Joost' } }) } };
    expect(await desk.steps.claim()).toBe(false);
    expect(desk.steps.notice).toEqual({ text: 'Joost heeft dit gesprek al.', trouble: true });
    expect(desk.detail?.item.owner?.name).toBe('Joost');
    expect(desk.mine).toBe(false);
  });

  it('is asked once, however often the button is pressed', async () => {
    const desk = await loggedIn();
    await desk.select('a');
    await Promise.all([desk.steps.claim(), desk.steps.claim(), desk.steps.claim()]);
    expect(calls.filter((call) => call.path.endsWith('claim'))).toHaveLength(1);
  });
});

describe('writing', () => {
  it('keeps the text with the reason when it is refused, and sends it again under the same id', async () => {
    const desk = await loggedIn();
    await desk.select('a');
    answers['conversations/a/messages'] = { status: 409, body: { code: 'not_yours', text: 'Dit gesprek is niet van u.' } };
    desk.write('messages', ' Goedemiddag ');
    await vi.advanceTimersByTimeAsync(0);
    expect(desk.pending).toMatchObject([{ text: 'Goedemiddag', error: 'Dit gesprek is niet van u.' }]);
    answers['conversations/a/messages'] = { body: { seq: 2 } };
    desk.outbox.retry(desk.pending[0]?.id ?? '');
    await vi.advanceTimersByTimeAsync(0);
    expect(desk.pending).toEqual([]);
    const ids = calls.filter((call) => call.path.endsWith('messages')).map((call) => call.body['id']);
    expect(ids).toHaveLength(2);
    expect(new Set(ids).size).toBe(1);
  });

  it('keeps the text when there is no network', async () => {
    const desk = await loggedIn();
    await desk.select('a');
    answers['conversations/a/notes'] = { status: 0 };
    desk.write('notes', 'let op');
    await vi.advanceTimersByTimeAsync(0);
    expect(desk.pending).toMatchObject([{ text: 'let op', error: 'network' }]);
  });

  it('shows the message once when the push is faster than the answer', async () => {
    const desk = await loggedIn();
    await desk.select('a');
    answers['conversations/a/messages'] = { body: { seq: 2 } };
    desk.write('messages', 'hoi');
    const id = desk.pending[0]?.id;
    desk.receive({ type: 'message', conversation: 'a', message: said(2, { author: 'human', id, text: 'hoi' }) });
    expect(desk.pending).toEqual([]);
    expect(desk.detail?.messages.map((message) => message.seq)).toEqual([1, 2]);
  });

  it('looks anew after a note whose push came before the answer', async () => {
    const desk = await loggedIn();
    current = { ...current, item: item({ state: 'claimed', mention: { seq: 1, by: 'Karim', at: '2026-11-22T06:00:00Z' } }) };
    await desk.select('a');
    expect(desk.detail?.item.mention?.by).toBe('Karim');
    // Given a server that pushes the note before it answers, and that is done with what was asked
    desk.write('notes', 'Ja, dat klopt.');
    const draft = desk.pending[0];
    current = { ...current, item: item({ state: 'claimed', mention: null }) };
    desk.receive({ type: 'message', conversation: 'a', message: said(2, { author: 'note', text: 'Ja, dat klopt.', id: `u1:${draft?.id ?? ''}` }) });
    expect(desk.pending).toEqual([]);
    // When its answer comes, then what was asked is gone from the screen
    await vi.advanceTimersByTimeAsync(0);
    expect(desk.detail?.item.mention).toBeNull();
  });

  it('does not send blanks', async () => {
    const desk = await loggedIn();
    await desk.select('a');
    desk.write('messages', ' \n ');
    expect(desk.pending).toEqual([]);
  });
});

describe('ours', () => {
  it.each([['claimed', true], ['second_line_pending', true], ['closed', false], ['bot', false]] as const)('in state %s: %s', async (state, mine) => {
    const desk = await loggedIn();
    current = { ...current, item: item({ state, owner: user }) };
    answers['conversations/a'] = { body: current };
    await desk.select('a');
    expect(desk.mine).toBe(mine);
  });
});

describe('pushes', () => {
  it('announces the citizen of the opened conversation once, and marks others unread', async () => {
    const desk = await loggedIn();
    await desk.select('a');
    for (const seq of [2, 2]) desk.receive({ type: 'message', conversation: 'a', message: said(seq) });
    desk.receive({ type: 'message', conversation: 'b', message: said(5) });
    expect(heard).toEqual([2]);
    expect([...desk.list.unread]).toEqual(['b']);
  });

  it('keeps a message that was pushed while the conversation was being asked', async () => {
    const desk = await loggedIn();
    await desk.select('a');
    const before = { ...current, messages: [said(1), said(2, { author: 'human', delivery: 'pending' })] };
    let answer: (body: unknown) => void = () => undefined;
    const slow = new Promise((done) => (answer = done));
    vi.stubGlobal('fetch', async () => new Response(JSON.stringify(await slow)));
    const asking = desk.loadDetail();
    desk.receive({ type: 'message', conversation: 'a', message: said(2, { author: 'human', delivery: 'delivered' }) });
    desk.receive({ type: 'message', conversation: 'a', message: said(3) });
    answer(before);
    await asking;
    expect(desk.detail?.messages.map((message) => [message.seq, message.delivery])).toEqual([[1, undefined], [2, 'delivered'], [3, undefined]]);
  });

  it('does not take an answer after a later one', async () => {
    const desk = await loggedIn();
    await desk.select('a');
    const answers: ((body: unknown) => void)[] = [];
    vi.stubGlobal('fetch', async () => new Response(JSON.stringify(await new Promise((done) => answers.push(done)))));
    const both = [desk.loadDetail(), desk.loadDetail()];
    answers[1]?.({ ...current, item: item({ state: 'closed' }) });
    await both[1];
    answers[0]?.({ ...current, item: item({ state: 'claimed' }) });
    await both[0];
    expect(desk.detail?.item.state).toBe('closed');
  });

  it('asks the list once for a burst', async () => {
    const desk = await loggedIn();
    const before = calls.length;
    for (let n = 0; n < 20; n += 1) desk.receive({ type: 'queue' });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(calls.length - before).toBe(1);
  });

  it('asks the list also when pushes never stop coming', async () => {
    const desk = await loggedIn();
    const before = calls.length;
    for (let n = 0; n < 10; n += 1) {
      desk.receive({ type: 'queue' });
      await vi.advanceTimersByTimeAsync(100);
    }
    expect(calls.length - before).toBeGreaterThan(2);
  });

  it('raises the alarm for spoed, until someone takes it', async () => {
    const desk = await loggedIn();
    desk.receive({ type: 'spoed', conversation: 'z' });
    expect([urgent, desk.list.urgent.has('z')]).toEqual([1, true]);
    desk.receive({ type: 'state', conversation: 'z', state: 'claimed', epoch: 4, owner: { id: 'u2', name: 'Joost' } });
    expect(desk.list.urgent.has('z')).toBe(false);
  });
});

describe('the session', () => {
  it('says that it has run out, and keeps what was written', async () => {
    const desk = await loggedIn();
    await desk.select('a');
    answers['conversations/a/messages'] = { status: 401, body: { code: 'no_session', text: 'Log in.' } };
    desk.write('messages', 'bijna klaar');
    await vi.advanceTimersByTimeAsync(0);
    expect(desk.session).toBe('expired');
    expect(desk.pending).toMatchObject([{ text: 'bijna klaar' }]);
  });

  it('takes the field away only after who types has paused', async () => {
    current.item = item({ state: 'claimed', owner: { id: 'u1', name: 'Fatima' } });
    const desk = await loggedIn();
    await desk.select('a');
    answers['conversations/a/typing'] = { status: 401, body: {} };
    for (const wait of [0, 600, 600]) {
      await vi.advanceTimersByTimeAsync(wait);
      desk.typed(performance.now(), true);
    }
    await vi.advanceTimersByTimeAsync(900);
    expect(desk.session).toBe('in');
    await vi.advanceTimersByTimeAsync(200);
    expect(desk.session).toBe('expired');
  });
});

describe('the queue', () => {
  it('puts spoed and hoog first, then who waits longest, also who could wait', () => {
    const items = [item({ id: 'new', waiting_since: '2026-11-22T06:10:00Z' }), item({ id: 'later', urgency: 'laag', waiting_since: '2026-11-22T06:00:00Z' }), item({ id: 'old' }), item({ id: 'hoog', urgency: 'hoog', waiting_since: '2026-11-22T06:20:00Z' }), item({ id: 'spoed', urgency: 'spoed', waiting_since: '2026-11-22T06:30:00Z' })];
    expect(sortQueue(items, 'waiting').map((each) => each.id)).toEqual(['spoed', 'hoog', 'later', 'old', 'new']);
  });
  it('puts who spoke last first elsewhere', () => {
    const items = [item({ id: 'a' }), item({ id: 'b', last_at: '2026-11-22T07:00:00Z' })];
    expect(sortQueue(items, 'mine').map((each) => each.id)).toEqual(['b', 'a']);
  });
  it('tells how long someone waits', () => {
    expect([duration(0), duration(5), duration(65)]).toEqual(['', '5 min', '1 u 5 min']);
    expect(waiting(item(), new Date('2026-11-22T06:12:30Z'))).toBe('wacht 12 min');
    expect(waiting(item({ state: 'claimed' }), new Date('2026-11-22T06:12:30Z'))).toBe('');
  });
  it('shows a code that is newer than the texts as it is', () => {
    expect([word('channel', 'sms'), word('channel', 'telefoon')]).toEqual(['Sms', 'telefoon']);
  });
});

describe('drafts', () => {
  it('survive a reload, one per conversation', () => {
    sessionStorage.clear();
    const drafts = new Drafts(sessionStorage);
    drafts.set('a', 'Goedemid');
    drafts.set('b', 'weg');
    drafts.set('b', '');
    const again = new Drafts(sessionStorage);
    expect([again.get('a'), again.get('b')]).toEqual(['Goedemid', '']);
  });
});
