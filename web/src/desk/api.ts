/** The desk's calls to the gateway (docs/protocol.md). */
import { newId } from '../shared/id.ts';
import type { Answer, Around, CaseStanding, Detail, Item, Listing, Status, Suggestion, User, View } from './protocol.ts';

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

/** What went wrong, in Dutch: what the server said, or `words` for an error without any. */
export function reasonOf(error: unknown, words: (kind: 'network' | 'unknown') => string): string {
  if (error instanceof ApiError && error.text) return error.text;
  return words(error instanceof ApiError && error.status === 0 ? 'network' : 'unknown');
}

/** Whether the server says that nobody is logged in. */
export function loggedOut(error: unknown): boolean {
  return error instanceof ApiError && error.status === 401;
}

export class Api {
  private csrf = '';

  constructor(private readonly base: string) {}

  /** Address of the push socket. */
  get socketAddress(): string {
    return new URL(`${this.base}api/balie/ws`, location.href).href.replace(/^http/, 'ws');
  }

  /** How one can log in here. */
  async ways(): Promise<{ oidc: boolean; password: boolean }> {
    return (await this.call('GET', 'login')) as { oidc: boolean; password: boolean };
  }

  /** Where the browser goes to log in elsewhere. */
  get elsewhere(): string {
    return `${this.base}api/balie/oidc/begin`;
  }

  login(username: string, password: string): Promise<User> {
    return this.enter(this.call('POST', 'login', { username, password }));
  }

  /** The user of the running session. Raises ApiError 401 when there is none. */
  me(): Promise<User> {
    return this.enter(this.call('GET', 'me'));
  }

  /** Logs out; returns where to log out further, if anywhere. */
  async logout(): Promise<string | undefined> {
    return ((await this.call('POST', 'logout')) as { further?: string | null }).further ?? undefined;
  }

  async presence(status: Status): Promise<void> {
    await this.call('POST', 'presence', { status });
  }

  around(): Promise<Around> {
    return this.call('GET', 'colleagues') as Promise<Around>;
  }

  list(view: View): Promise<Listing> {
    return this.call('GET', `conversations?view=${view}`) as Promise<Listing>;
  }

  detail(id: string): Promise<Detail> {
    return this.call('GET', `conversations/${encodeURIComponent(id)}`) as Promise<Detail>;
  }

  /** Opens a conversation that is not one's work; the reason is kept. */
  open(id: string, reason: string): Promise<Detail> {
    return this.act(id, 'open', { reason }) as Promise<Detail>;
  }

  /**
   * A step under the epoch that the user had before their eyes. Raises ApiError 409 when another was first or it changed.
   * What comes back is the conversation after it; empty when it is no longer the user's to read.
   */
  step(item: Item, step: string, body: Record<string, unknown> = {}): Promise<Detail> {
    return this.act(item.id, step, { epoch: item.epoch, ...body }) as Promise<Detail>;
  }

  /** Says or notes something; sending the same `id` again is safe. */
  async write(id: string, kind: 'messages' | 'notes', message: { id: string; text: string; mentions?: string[] }): Promise<number> {
    return ((await this.act(id, kind, message)) as { seq: number }).seq;
  }

  async typing(id: string): Promise<void> {
    await this.act(id, 'typing', {});
  }

  async putAside(id: string): Promise<void> {
    await this.act(id, 'aside', {});
  }

  async answers(id: string, query: string): Promise<Answer[]> {
    return ((await this.about(id, `answers?q=${encodeURIComponent(query)}`)) as { items: Answer[] }).items;
  }

  async suggestion(id: string): Promise<Suggestion | null> {
    return ((await this.about(id, 'suggestion')) as { suggestion: Suggestion | null }).suggestion;
  }

  cases(id: string): Promise<{ items: CaseStanding[]; lookup: boolean }> {
    return this.about(id, 'cases') as Promise<{ items: CaseStanding[]; lookup: boolean }>;
  }

  /** Looks up a case with what the citizen gave. Raises ApiError. */
  async lookUp(id: string, number: string, factor: string): Promise<void> {
    await this.act(id, 'lookup', { number, factor });
  }

  /** Looks up the cases of a citizen who is logged in with DigiD. Raises ApiError. */
  async lookUpOwn(id: string): Promise<void> {
    await this.act(id, 'own', {});
  }

  /** Sends a file to the citizen; the same `key` again is safe. Raises ApiError. */
  async sendFile(id: string, file: File, key: string = newId()): Promise<void> {
    await this.call('POST', `conversations/${encodeURIComponent(id)}/files`, file, { 'X-Message-Id': key, 'X-File-Name': encodeURIComponent(file.name) });
  }

  /** Address of a file of a message. */
  file(id: string): string {
    return `${this.base}api/balie/media/${encodeURIComponent(id)}`;
  }

  private about(id: string, path: string): Promise<unknown> {
    return this.call('GET', `conversations/${encodeURIComponent(id)}/${path}`);
  }

  private act(id: string, action: string, body: unknown): Promise<unknown> {
    return this.call('POST', `conversations/${encodeURIComponent(id)}/${action}`, body);
  }

  private async enter(answer: Promise<unknown>): Promise<User> {
    const { user, csrf } = (await answer) as { user: User; csrf: string };
    this.csrf = csrf;
    return user;
  }

  /** One call below /api/balie; a file goes as it is, everything else as JSON. Raises ApiError. */
  async call(method: 'GET' | 'POST', path: string, body?: unknown, headers: Record<string, string> = {}): Promise<unknown> {
    let response: Response;
    try {
      response = await fetch(`${this.base}api/balie/${path}`, {
        method,
        credentials: 'same-origin',
        headers: {
          ...(body instanceof Blob ? {} : { 'Content-Type': 'application/json' }),
          ...(method === 'POST' ? { 'X-CSRF-Token': this.csrf } : {}),
          ...headers,
        },
        ...(method === 'POST' ? { body: body instanceof Blob ? body : JSON.stringify(body ?? {}) } : {}),
      });
    } catch {
      throw new ApiError(0, 'network', '');
    }
    const value = (await response.json().catch(() => ({}))) as { code?: string; text?: string };
    if (!response.ok) throw new ApiError(response.status, value.code ?? '', value.text ?? '');
    return value;
  }
}
