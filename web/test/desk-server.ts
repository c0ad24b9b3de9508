/** The server of the desk as a test plays it (docs/protocol.md): answers by path, which can be slow, refused or not come at all. */
import { vi } from 'vitest';
import type { Detail, Item, User } from '../src/desk/protocol.ts';

export const fatima: User = { id: 'u1', name: 'Fatima', organisation: 'Demodam', role: 'casemanager', status: 'aanwezig' };
export const joost: User = { id: 'u2', name: 'Joost', organisation: 'Demodam', role: 'casemanager', status: 'aanwezig' };

/** A conversation as the server tells it; by default Fatima's own. */
export function detail(id: string, part: Partial<Item> = {}): Detail {
  const item: Item = {
    id, state: 'claimed', epoch: 3, urgency: 'normaal', topic: `Onderwerp ${id}`, organisation: null, channel: 'web', language: 'nl',
    waiting_since: null, owner: fatima, last_text: '', last_at: '2026-11-22T06:00:00Z', reason: 'human', trust: 'anoniem', ...part,
  };
  const message = { seq: 1, author: 'citizen' as const, name: '', organisation: '', text: 'hallo', buttons: [], links: [], phones: [], card: null, channel: 'web', at: item.last_at };
  return { item, summary: null, messages: [message], transitions: [] };
}

/** `status` 0: no answer at all. */
export interface Told {
  status?: number;
  body?: unknown;
}

export class Server {
  /** What was asked, as `GET path` or `POST path`. */
  readonly asked: string[] = [];
  readonly answers: Record<string, Told | Promise<Told> | undefined> = {};
  user = fatima;
  readonly conversations: Record<string, Detail> = { a: detail('a'), b: detail('b') };
  mine = 0;

  constructor() {
    vi.stubGlobal('fetch', (address: string, options: RequestInit = {}) => this.answer(new URL(address, location.href), options));
  }

  /** How often this was asked. */
  times(what: string): number {
    return this.asked.filter((each) => each === what).length;
  }

  /** Lets the answer to a path wait until the returned function is called. */
  slow(path: string): (told: Told) => void {
    let come: (told: Told) => void = () => undefined;
    this.answers[path] = new Promise((done) => (come = done));
    return come;
  }

  private async answer(address: URL, { method = 'GET' }: RequestInit): Promise<Response> {
    const path = (address.pathname + address.search).replace(/^\/(api\/balie\/)?/, '');
    this.asked.push(`${method} ${path}`);
    const told = (await this.answers[path]) ?? { body: this.usual(method, path) };
    if (told.status === 0) throw new TypeError('network');
    return new Response(JSON.stringify(told.body ?? {}), { status: told.status ?? 200 });
  }

  private usual(method: string, path: string): unknown {
    if (method === 'GET' && path === 'login') return { oidc: false, password: true };
    if (path === 'me' || path === 'login') return { user: this.user, csrf: 'token' };
    if (path.startsWith('conversations?')) return { items: Object.values(this.conversations).map(({ item }) => item), counts: { waiting: 0, mine: this.mine, asked: 0, team: 0, all: 2 } };
    const [, id, rest] = path.split('/');
    if (path.startsWith('conversations/') && id && !rest) return this.conversations[id];
    if (rest === 'cases') return { items: [], lookup: false };
    if (path === 'callbacks') return { items: [], counts: { open: 0, late: 0, mine: 0 } };
    if (path === 'colleagues') return { colleagues: [], teams: [] };
    if (path === 'review/choices') return { uitkomsten: [], organisaties: [], producten: [{ id: 'huurtoeslag', naam: 'Huurtoeslag', organisaties: [], woorden: [] }] };
    return {};
  }
}
