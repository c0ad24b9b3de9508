// @vitest-environment jsdom
/** Who the page is for the gateway: a cookie on our own page, a secret on the page of another site. */
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Session } from '../src/widget/session.ts';

const ELSEWHERE = 'https://verbonden.test/';
const HERE = `${location.origin}/`;
let asked: { url: string; init: RequestInit }[];

beforeEach(() => {
  localStorage.clear();
  asked = [];
  vi.stubGlobal('fetch', (url: string, init: RequestInit) => {
    asked.push({ url, init });
    const body = url.startsWith(ELSEWHERE) ? { session: 'een', secret: 'geheim' } : { session: 'een' };
    return Promise.resolve(new Response(JSON.stringify(body)));
  });
});
afterEach(() => vi.unstubAllGlobals());

const header = (n: number): string | null => (asked[n]?.init.headers as Headers).get('Authorization');

describe('on another site', () => {
  it('sends no cookie, and the secret in a header and never in an address', async () => {
    const session = new Session(ELSEWHERE, localStorage);
    expect(await session.open('nl')).toBe('een');
    await session.request('transcript');
    expect(asked.map(({ init }) => init.credentials)).toEqual(['omit', 'omit']);
    expect([header(0), header(1)]).toEqual([null, 'Bearer geheim']);
    expect(asked.some(({ url }) => url.includes('geheim'))).toBe(false);
    expect(session.protocols).toEqual(['verbonden', 'geheim']);
  });

  it('is the same after a reload, and another one after deleting', async () => {
    await new Session(ELSEWHERE, localStorage).open('nl');
    const again = new Session(ELSEWHERE, localStorage);
    expect(again.protocols).toEqual(['verbonden', 'geheim']);
    again.forget();
    expect(again.protocols).toEqual([]);
    expect(localStorage.length).toBe(0);
  });
});

it('keeps no secret on our own page: there is a cookie that no script can read', async () => {
  const session = new Session(HERE, localStorage);
  await session.open('nl');
  expect([session.protocols, localStorage.length, asked[0]?.init.credentials]).toEqual([[], 0, 'same-origin']);
});

it('takes an answer that is no JSON for an error without words', async () => {
  vi.stubGlobal('fetch', () => Promise.resolve(new Response('<html>', { status: 502 })));
  expect(await new Session(HERE, undefined).call('rating', {})).toEqual({ ok: false, status: 502, body: {} });
});
