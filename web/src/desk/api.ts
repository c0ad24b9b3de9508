/** The desk's calls to the gateway (docs/protocol.md). */
import type { Message, State } from '../shared/protocol.ts';

export type View = 'waiting' | 'mine' | 'all';
export type Outcome = 'answered' | 'referred' | 'callback' | 'complaint_registered' | 'no_answer' | 'other';
export const OUTCOMES: Outcome[] = ['answered', 'referred', 'callback', 'complaint_registered', 'no_answer', 'other'];

export interface User {
  id: string;
  name: string;
  /** Id in the verwijsindex. */
  organisation: string;
  /** Its name for people. */
  organisation_name?: string;
  role: string;
}

export interface Item {
  id: string;
  state: State;
  /** Raised by every change of owner; a claim under an old one is refused. */
  epoch: number;
  urgency: 'spoed' | 'hoog' | 'normaal';
  topic: string | null;
  organisation: { id: string; naam: string } | null;
  channel: string;
  language: string;
  waiting_since: string | null;
  owner: { id: string; name: string } | null;
  last_text: string;
  last_at: string;
  reason: string | null;
  trust: string;
}

export interface Summary {
  prose: string[];
  made_at: string;
  /** `seq` is the message that proves the line; null when no message does. */
  lines: { field: string; label: string; value: string; seq: number | null }[];
}

export interface Detail {
  item: Item;
  summary: Summary | null;
  messages: Message[];
  transitions: { from: string; to: string; actor: string; reason: string; at: string }[];
}

export interface Listing {
  items: Item[];
  counts: Record<View, number>;
}

/** What the server pushes to the desk. */
export type DeskEvent =
  | { type: 'queue' }
  | { type: 'message'; conversation: string; message: Message }
  | { type: 'state'; conversation: string; state: State; epoch: number; owner: Item['owner'] }
  | { type: 'typing'; conversation: string }
  | { type: 'spoed'; conversation: string }
  /** The review list changed. */
  | { type: 'review' };

/** An answer that is not a success; `status` 0: no answer at all. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    /** Dutch, for the reader; empty when the server gave none. */
    readonly text: string,
  ) {
    super(`${status} ${code}`);
  }
}

export class Api {
  private csrf = '';

  constructor(private readonly base: string) {}

  /** Address of the push socket. */
  get socketAddress(): string {
    return new URL(`${this.base}api/balie/ws`, location.href).href.replace(/^http/, 'ws');
  }

  login(username: string, password: string): Promise<User> {
    return this.enter(this.call('POST', 'login', { username, password }));
  }

  /** The user of the running session. Raises ApiError 401 when there is none. */
  me(): Promise<User> {
    return this.enter(this.call('GET', 'me'));
  }

  async logout(): Promise<void> {
    await this.call('POST', 'logout');
  }

  list(view: View): Promise<Listing> {
    return this.call('GET', `conversations?view=${view}`) as Promise<Listing>;
  }

  detail(id: string): Promise<Detail> {
    return this.call('GET', `conversations/${encodeURIComponent(id)}`) as Promise<Detail>;
  }

  /** Takes a conversation. Raises ApiError 409 when another was first or it changed. */
  claim(item: Item): Promise<Detail> {
    return this.act(item.id, 'claim', { epoch: item.epoch }) as Promise<Detail>;
  }

  /** Says or notes something; sending the same `id` again is safe. */
  async write(id: string, kind: 'messages' | 'notes', message: { id: string; text: string }): Promise<number> {
    return ((await this.act(id, kind, message)) as { seq: number }).seq;
  }

  async typing(id: string): Promise<void> {
    await this.act(id, 'typing', {});
  }

  async giveBack(item: Item, reason: string): Promise<void> {
    await this.act(item.id, 'return', { epoch: item.epoch, reason });
  }

  async close(item: Item, outcome: Outcome, note: string): Promise<void> {
    await this.act(item.id, 'close', { epoch: item.epoch, outcome, note });
  }

  private act(id: string, action: string, body: unknown): Promise<unknown> {
    return this.call('POST', `conversations/${encodeURIComponent(id)}/${action}`, body);
  }

  private async enter(answer: Promise<unknown>): Promise<User> {
    const { user, csrf } = (await answer) as { user: User; csrf: string };
    this.csrf = csrf;
    return user;
  }

  /** One call below /api/balie. Raises ApiError. */
  async call(method: 'GET' | 'POST', path: string, body?: unknown): Promise<unknown> {
    let response: Response;
    try {
      response = await fetch(`${this.base}api/balie/${path}`, {
        method,
        credentials: 'same-origin',
        headers: { 'Content-Type': 'application/json', ...(method === 'POST' ? { 'X-CSRF-Token': this.csrf } : {}) },
        ...(method === 'POST' ? { body: JSON.stringify(body ?? {}) } : {}),
      });
    } catch {
      throw new ApiError(0, 'network', '');
    }
    const value = (await response.json().catch(() => ({}))) as { code?: string; text?: string };
    if (!response.ok) throw new ApiError(response.status, value.code ?? '', value.text ?? '');
    return value;
  }
}
