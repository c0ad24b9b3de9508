/** The desk's push socket: it only says that something changed, so after every gap the desk asks everything again. */
import { backOff } from '../shared/back-off.ts';
import type { DeskEvent } from './protocol.ts';

/** Close code of channels/balie/push.py. */
const ENDED = 4401;

export class Push {
  private socket: WebSocket | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private attempt = 0;
  private running = false;

  constructor(
    private readonly address: string,
    private readonly onEvent: (event: DeskEvent) => void,
    /** Called with true after every (re)connect, with false when the line goes. */
    private readonly onOpen: (open: boolean) => void,
    /** The server says that the log-in has ended. */
    private readonly onEnded: () => void = () => undefined,
  ) {}

  /** Tells the server that somebody is at the desk; lost when the line is gone, and told again soon. */
  active(): void {
    if (this.socket?.readyState === WebSocket.OPEN) this.socket.send('{"type":"active"}');
  }

  start(): void {
    if (this.running) return;
    this.running = true;
    addEventListener('online', this.connect);
    this.connect();
  }

  stop(): void {
    this.running = false;
    removeEventListener('online', this.connect);
    clearTimeout(this.timer);
    const { socket } = this;
    this.socket = undefined;
    socket?.close();
  }

  private readonly connect = (): void => {
    clearTimeout(this.timer);
    if (!this.running || this.socket) return;
    const socket = new WebSocket(this.address);
    this.socket = socket;
    socket.onopen = () => {
      this.attempt = 0;
      this.onOpen(true);
    };
    socket.onmessage = (event) => {
      if (socket !== this.socket) return;
      try {
        this.onEvent(JSON.parse(String(event.data)) as DeskEvent);
      } catch {
        // Not ours; the list is asked again at the next push.
      }
    };
    socket.onclose = (event) => {
      if (socket !== this.socket) return;
      if (event.code === ENDED) this.onEnded();
      this.socket = undefined;
      this.onOpen(false);
      this.timer = setTimeout(this.connect, backOff(this.attempt, Math.random()));
      this.attempt += 1;
    };
  };
}
