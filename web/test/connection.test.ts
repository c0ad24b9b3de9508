// @vitest-environment jsdom
/** The line to the gateway: session, resuming, back-off, and a server that went silent. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { backOff } from '../src/shared/back-off.ts';
import { Session } from '../src/widget/session.ts';
import { Connection, type Status } from '../src/widget/connection.ts';

/** The browser's side of a socket, driven by the test. */
class Socket {
  static readonly OPEN = 1;
  static all: Socket[] = [];
  readyState = 1;
  sent: string[] = [];
  onmessage: ((event: { data: string }) => void) | undefined;
  onclose: ((event: { code: number }) => void) | undefined;
  constructor(readonly url: URL) {
    Socket.all.push(this);
  }
  send(data: string): void {
    this.sent.push(data);
  }
  close(): void {
    this.readyState = 3;
  }
  says(value: unknown): void {
    this.onmessage?.({ data: JSON.stringify(value) });
  }
}

const welcome = { type: 'welcome', state: 'bot', last_seq: 0, human: null, place: null };
let posts: number;
const session = (id: string) => Promise.resolve({ ok: true, status: 200, json: () => Promise.resolve({ session: id }) });
let renewed: number;
let answer: () => Promise<{ ok: boolean; json: () => Promise<unknown> }>;
let statuses: Status[];
let seq: number;
let connection: Connection;

beforeEach(async () => {
  vi.useFakeTimers();
  vi.spyOn(Math, 'random').mockReturnValue(1);
  posts = 0;
  seq = 0;
  statuses = [];
  Socket.all = [];
  answer = () => session('een');
  renewed = 0;
  vi.stubGlobal('WebSocket', Socket);
  vi.stubGlobal('fetch', () => {
    posts += 1;
    return answer();
  });
  connection = new Connection({
    session: new Session('https://verbonden.test/', undefined), onRenewed: () => (renewed += 1), language: 'nl', after: () => seq, onEvent: () => undefined, onStatus: (status) => statuses.push(status),
  });
});

afterEach(() => {
  connection.stop();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

const last = (): Socket => Socket.all.at(-1) as Socket;
const settle = () => vi.advanceTimersByTimeAsync(0);

describe('connecting', () => {
  it('asks for a session once, then opens a secure socket', async () => {
    connection.start();
    await settle();
    expect(posts).toBe(1);
    expect(String(last().url)).toBe('wss://verbonden.test/api/web/ws?after=0');
  });

  it('says so when the session is another one than before: what follows is another conversation', async () => {
    connection.start();
    await settle();
    last().onclose?.({ code: 4401 });
    await vi.advanceTimersByTimeAsync(600);
    expect(renewed).toBe(0);
    answer = () => session('twee');
    last().onclose?.({ code: 4401 });
    await vi.advanceTimersByTimeAsync(2_000);
    expect(renewed).toBe(1);
  });

  it('is open only after the welcome', async () => {
    connection.start();
    await settle();
    expect(connection.send({ type: 'typing' })).toBe(false);
    last().says(welcome);
    expect(connection.send({ type: 'typing' })).toBe(true);
    expect(statuses).toEqual(['online']);
  });

  it('resumes after the last message it holds, without a new session', async () => {
    connection.start();
    await settle();
    last().says(welcome);
    seq = 7;
    last().onclose?.({ code: 1006 });
    await vi.advanceTimersByTimeAsync(600);
    expect(String(last().url)).toContain('after=7');
    expect(posts).toBe(1);
    expect(statuses).toEqual(['online', 'lost']);
  });

  it('asks for a new session after close code 4401', async () => {
    connection.start();
    await settle();
    last().onclose?.({ code: 4401 });
    await vi.advanceTimersByTimeAsync(600);
    expect(posts).toBe(2);
    expect(Socket.all).toHaveLength(2);
  });

  it('keeps trying when the server refuses, and says so', async () => {
    answer = () => Promise.resolve({ ok: false, status: 503, json: () => Promise.resolve({}) });
    connection.start();
    await settle();
    await vi.advanceTimersByTimeAsync(2_000);
    expect(posts).toBeGreaterThan(1);
    expect(new Set(statuses)).toEqual(new Set(['failed']));
    expect(Socket.all).toHaveLength(0);
  });

  it('tries at once when the device is online again', async () => {
    connection.start();
    await settle();
    last().says(welcome);
    last().onclose?.({ code: 1006 });
    dispatchEvent(new Event('online'));
    await settle();
    expect(Socket.all).toHaveLength(2);
  });

  it('stays stopped', async () => {
    connection.start();
    await settle();
    connection.stop();
    last().onclose?.({ code: 1006 });
    await vi.advanceTimersByTimeAsync(60_000);
    expect(Socket.all).toHaveLength(1);
  });
});

describe('a silent server', () => {
  it('is left after a ping without an answer', async () => {
    connection.start();
    await settle();
    last().says(welcome);
    const first = last();
    await vi.advanceTimersByTimeAsync(25_000);
    expect(first.sent).toContain('{"type":"ping"}');
    await vi.advanceTimersByTimeAsync(10_001);
    expect(statuses.at(-1)).toBe('lost');
    await vi.advanceTimersByTimeAsync(600);
    expect(Socket.all).toHaveLength(2);
  });

  it('is kept when it answers', async () => {
    connection.start();
    await settle();
    last().says(welcome);
    await vi.advanceTimersByTimeAsync(25_000);
    last().says({ type: 'pong' });
    await vi.advanceTimersByTimeAsync(20_000);
    expect(Socket.all).toHaveLength(1);
    expect(statuses).toEqual(['online']);
  });
});

describe('backOff', () => {
  it('doubles from half a second and never exceeds thirty seconds', () => {
    expect([0, 1, 2, 3].map((attempt) => backOff(attempt, 1))).toEqual([500, 1000, 2000, 4000]);
    expect(backOff(50, 1)).toBe(30_000);
  });
  it('is spread by chance, down to half', () => {
    expect(backOff(2, 0)).toBe(1000);
  });
});
