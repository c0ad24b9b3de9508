// @vitest-environment jsdom
/** Answers that come late: what was asked for one conversation is not said, shown or undone in another. */
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Acts } from '../src/desk/acts.ts';
import { Api } from '../src/desk/api.ts';
import { Assist } from '../src/desk/assist.ts';
import { Desk } from '../src/desk/desk.ts';
import type { Writing } from '../src/desk/writing.ts';
import { detail, fatima, Server } from './desk-server.ts';

let server: Server;
let desk: Desk;
let acts: Acts;
/** What the page was told to do. */
let told: string[];
const settle = () => vi.advanceTimersByTimeAsync(0);

beforeEach(async () => {
  vi.useFakeTimers();
  sessionStorage.clear();
  server = new Server();
  told = [];
  const api = new Api('https://verbonden.test/');
  const ignore = () => undefined;
  desk = new Desk({ api, storage: sessionStorage, onChange: ignore, onUrgent: ignore, onHeard: ignore, onElsewhere: ignore, onOther: ignore, words: (kind) => kind });
  const stage = { announce: ignore, focus: (selector: string) => told.push(selector), go: ignore, open: ignore, show: ignore };
  acts = new Acts(api, desk, { kind: 'messages' } as Writing, stage);
  await desk.logIn.login('fatima', 'demo');
  await desk.select('a');
});

describe('the answer to a step', () => {
  it('does not take the place of a conversation that was opened meanwhile', async () => {
    const come = server.slow('conversations/a/claim');
    acts.conversation.claim();
    await settle();
    const answer = server.slow('conversations/b');
    const opening = desk.select('b');
    come({ body: detail('a', { epoch: 4 }) });
    await settle();
    // What was asked for the other is taken all the same, and nothing is said of the first, nor undone
    expect(desk.detail).toBeUndefined();
    answer({ body: server.conversations['b'] });
    await opening;
    expect([desk.detail?.item.id, desk.steps.notice, told, desk.list.view]).toEqual(['b', undefined, [], 'waiting']);
  });

  it.each(['requeue', 'withdraw'] as const)('after a %s says nothing over another conversation', async (step) => {
    const come = server.slow(`conversations/a/${step}`);
    acts.conversation[step]();
    await desk.select('b');
    come({ body: detail('a', { state: 'queued', owner: null }) });
    await settle();
    expect([desk.detail?.item.id, desk.steps.notice, told]).toEqual(['b', undefined, []]);
  });

  it('says over no other conversation what went wrong with the first', async () => {
    const come = server.slow('conversations/a/requeue');
    acts.conversation.requeue();
    await desk.select('b');
    come({ status: 409, body: { text: 'Joost heeft dit gesprek al.' } });
    await settle();
    expect(desk.steps.notice).toBeUndefined();
  });

  it('is said where it belongs', async () => {
    acts.conversation.requeue();
    await settle();
    expect([desk.steps.notice?.trouble, told]).toEqual([false, ['#conversation-heading']]);
  });
});

describe('a suggestion', () => {
  const suggestion = { seq: 1, title: 'Huurtoeslag', text: 'U kunt huurtoeslag krijgen.', score: 0.9 };

  it('for one conversation does not come up in another', async () => {
    const assist = new Assist(desk.api, () => undefined);
    const come = server.slow('conversations/a/suggestion');
    const asking = assist.suggest('a');
    assist.clear();
    come({ body: { suggestion } });
    await asking;
    expect(assist.suggestion).toBeUndefined();
  });

  it('that was asked later is the one that counts', async () => {
    const assist = new Assist(desk.api, () => undefined);
    const come = server.slow('conversations/a/suggestion');
    const first = assist.suggest('a');
    assist.clear();
    server.answers['conversations/b/suggestion'] = { body: { suggestion } };
    await assist.suggest('b');
    come({ body: { suggestion: null } });
    await first;
    expect(assist.suggestion).toEqual(suggestion);
  });
});

describe('a conversation that could not be opened', () => {
  it('says nothing of the one that is opened after it', async () => {
    server.answers['conversations/b'] = { status: 0 };
    await desk.select('b');
    expect(desk.opened.failed).toBe(true);
    const opening = desk.select('a');
    expect(desk.opened.failed).toBe(false);
    await opening;
  });

  it('has its cases too when it opens at last', async () => {
    const standing = { number: 'ZAAK-1' };
    server.answers['conversations/b/cases'] = { body: { items: [standing], lookup: true } };
    server.answers['conversations/b'] = { status: 0 };
    await desk.select('b');
    delete server.answers['conversations/b'];
    await desk.loadDetail();
    expect([desk.opened.cases, desk.opened.mayLookUp]).toEqual([[standing], true]);
    await desk.loadDetail();
    expect(server.times('GET conversations/b/cases')).toBe(1);
  });
});

describe('a refusal', () => {
  const refused = { status: 403, body: { code: 'no_access', text: '-' } };

  it('that comes after a newer answer does not lock the conversation again', async () => {
    const late = server.slow('conversations/a');
    const first = desk.loadDetail();
    delete server.answers['conversations/a'];
    await desk.loadDetail();
    late(refused);
    await first;
    expect([desk.opened.locked, desk.detail?.item.id]).toEqual([false, 'a']);
  });

  it('is not undone by an answer that was asked before it', async () => {
    const late = server.slow('conversations/a');
    const first = desk.loadDetail();
    server.answers['conversations/a'] = refused;
    await desk.loadDetail();
    late({ body: detail('a') });
    await first;
    expect([desk.opened.locked, desk.detail]).toEqual([true, undefined]);
  });
});

it('forgets what waits to be sent when somebody else logs in in this tab, also after a reload', async () => {
  server.answers['conversations/a/messages'] = { status: 401, body: {} };
  desk.write('messages', 'in mijn naam');
  await settle();
  expect(desk.pending).toHaveLength(1);
  const others: string[] = [];
  const again = () => new Desk({ api: new Api('https://verbonden.test/'), storage: sessionStorage, onChange: () => undefined, onUrgent: () => undefined, onHeard: () => undefined, onElsewhere: () => undefined, onOther: () => others.push('other'), words: (kind) => kind });
  const own = again();
  await own.logIn.resume();
  expect([own.outbox.drafts.length, others]).toEqual([1, []]);
  server.user = { ...fatima, id: 'u9' };
  const other = again();
  await other.logIn.resume();
  expect([other.outbox.drafts, others]).toEqual([[], ['other']]);
});
