/**
 * The citizen's line to the gateway: one session by cookie, one WebSocket that comes back by itself.
 *
 * It knows nothing of messages: it asks where to resume (`after`) and passes on what the server says.
 */
import { backOff } from '../shared/back-off.ts';
import type { ClientFrame, ServerEvent } from '../shared/protocol.ts';
import type { Session } from './session.ts';

/** `failed`: the server refused or broke; `lost`: it was there and went away; both keep trying. */
export type Status = 'connecting' | 'online' | 'lost' | 'failed';

export interface ConnectionOptions {
  session: Session;
  language: string;
  /** Sequence number of the last message already held; asked anew at every connect. */
  after: () => number;
  onEvent: (event: ServerEvent) => void;
  onStatus: (status: Status) => void;
  /** The session that was ours is gone: what follows is another conversation. */
  onRenewed: () => void;
}

/** WebSocket close code of the protocol: no valid session. */
const NO_SESSION = 4401;
const PING_EVERY = 25_000;
/** A server that says nothing for this long after a ping is gone, whatever the socket claims. */
const PONG_WITHIN = 10_000;

export class Connection {
  readonly #options: ConnectionOptions;

  #socket: WebSocket | undefined;
  #attempt = 0;
  #retryTimer: ReturnType<typeof setTimeout> | undefined;
  #pingTimer: ReturnType<typeof setInterval> | undefined;
  #pongTimer: ReturnType<typeof setTimeout> | undefined;
  #running = false;
  #everOnline = false;
  #needSession = true;
  #welcomed = false;
  #id: string | undefined;

  constructor(options: ConnectionOptions) {
    this.#options = options;
  }

  /** Whether frames can be sent now: the server has welcomed us. */
  get open(): boolean {
    return this.#welcomed && this.#socket?.readyState === WebSocket.OPEN;
  }

  start(): void {
    if (this.#running) return;
    this.#running = true;
    addEventListener('online', this.retryNow);
    document.addEventListener('visibilitychange', this.#onVisible);
    void this.#connect();
  }

  stop(): void {
    this.#running = false;
    removeEventListener('online', this.retryNow);
    document.removeEventListener('visibilitychange', this.#onVisible);
    clearTimeout(this.#retryTimer);
    this.#drop();
  }

  /** Sends a frame, or says that it could not. */
  send(frame: ClientFrame): boolean {
    if (!this.open) return false;
    this.#socket?.send(JSON.stringify(frame));
    return true;
  }

  /** Tries again at once instead of waiting for the back-off. */
  readonly retryNow = (): void => {
    if (!this.#running || this.#socket) return;
    clearTimeout(this.#retryTimer);
    void this.#connect();
  };

  readonly #onVisible = (): void => {
    if (document.visibilityState === 'visible') this.retryNow();
  };

  async #connect(): Promise<void> {
    this.#retryTimer = undefined;
    if (this.#needSession) {
      try {
        const id = await this.#options.session.open(this.#options.language);
        if (id === undefined) return this.#again('failed');
        if (this.#id !== undefined && id !== this.#id) this.#options.onRenewed();
        this.#id = id;
        this.#needSession = false;
      } catch {
        return this.#again(this.#everOnline ? 'lost' : 'failed');
      }
    }
    if (!this.#running || this.#socket) return;
    const address = new URL(`api/web/ws?after=${this.#options.after()}`, this.#options.session.base);
    address.protocol = address.protocol.replace('http', 'ws');
    const socket = new WebSocket(address, this.#options.session.protocols);
    this.#socket = socket;
    socket.onmessage = (event) => {
      if (socket === this.#socket) this.#onFrame(String(event.data));
    };
    socket.onclose = (event) => {
      if (socket !== this.#socket) return;
      if (event.code === NO_SESSION) this.#needSession = true;
      this.#drop();
      this.#again(this.#everOnline ? 'lost' : 'failed');
    };
  }

  #onFrame(data: string): void {
    clearTimeout(this.#pongTimer);
    let event: ServerEvent;
    try {
      event = JSON.parse(data) as ServerEvent;
    } catch {
      return; // not ours; the next frame may be
    }
    if (event.type === 'welcome') {
      this.#welcomed = true;
      this.#everOnline = true;
      this.#attempt = 0;
      this.#pingTimer = setInterval(() => this.#ping(), PING_EVERY);
      this.#options.onStatus('online');
    }
    if (event.type !== 'pong') this.#options.onEvent(event);
  }

  #ping(): void {
    this.send({ type: 'ping' });
    clearTimeout(this.#pongTimer);
    this.#pongTimer = setTimeout(() => {
      this.#drop();
      this.#again('lost');
    }, PONG_WITHIN);
  }

  /** Lets go of the socket without waiting for it: a dead line can take minutes to close. */
  #drop(): void {
    clearInterval(this.#pingTimer);
    clearTimeout(this.#pongTimer);
    const socket = this.#socket;
    this.#socket = undefined;
    this.#welcomed = false;
    socket?.close();
  }

  #again(status: Status): void {
    if (!this.#running) return;
    this.#options.onStatus(status);
    clearTimeout(this.#retryTimer);
    this.#retryTimer = setTimeout(() => void this.#connect(), backOff(this.#attempt, Math.random()));
    this.#attempt += 1;
  }
}
