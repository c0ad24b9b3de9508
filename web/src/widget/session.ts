/**
 * Who we are for the gateway.
 *
 * On a page of the gateway itself that is a cookie, which no script can read. On the page of another site browsers send no
 * cookie of ours; there it is a secret that we keep for that site and send along (docs/protocol.md).
 */
const KEY = 'verbonden-session';

/** The answer of a call: `body` is what the server said, or empty when there was no answer. */
export interface Answer {
  ok: boolean;
  status: number;
  body: Record<string, unknown>;
}

export class Session {
  readonly #storage: Storage | undefined;

  readonly #elsewhere: boolean;
  #secret: string | null = null;

  /** `base`: address of the gateway, ending in a slash. */
  constructor(
    readonly base: string,
    storage: Storage | undefined,
  ) {
    this.#storage = storage;
    this.#elsewhere = new URL(base).origin !== location.origin;
    if (this.#elsewhere) this.#secret = storage?.getItem(KEY) ?? null;
  }

  /** Opens the session, or finds it again; returns its public id. Throws when there is no connection. */
  async open(language: string): Promise<string | undefined> {
    const { ok, body } = await this.call('session', { language });
    if (!ok) return undefined;
    if (typeof body.secret === 'string') {
      this.#secret = body.secret;
      this.#storage?.setItem(KEY, body.secret);
    }
    return String(body.session);
  }

  /** The conversation was deleted: what proved that it was ours is of no use any more. */
  forget(): void {
    this.#secret = null;
    this.#storage?.removeItem(KEY);
  }

  /** What a socket offers: browsers give it no headers, and an address ends up in logs. */
  get protocols(): string[] {
    return this.#secret ? ['verbonden', this.#secret] : [];
  }

  /** Asks the gateway. Throws when there is no connection. */
  async request(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers(init.headers);
    if (this.#secret) headers.set('Authorization', `Bearer ${this.#secret}`);
    return fetch(`${this.base}api/web/${path}`, { ...init, headers, credentials: this.#elsewhere ? 'omit' : 'same-origin' });
  }

  /** Sends `body` as JSON, or a file; without it only asks. Throws when there is no connection. */
  async call(path: string, body?: object, headers: Record<string, string> = {}): Promise<Answer> {
    const file = body instanceof Blob;
    const response = await this.request(
      path,
      body && { method: 'POST', body: file ? body : JSON.stringify(body), headers: { 'Content-Type': file ? 'application/octet-stream' : 'application/json', ...headers } },
    );
    const told: unknown = await response.json().catch(() => ({}));
    return { ok: response.ok, status: response.status, body: told as Record<string, unknown> };
  }
}
