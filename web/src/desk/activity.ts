/** Whether somebody sits at the desk: told to the server now and then, and to the user when it was long. */

const TELL_EVERY = 30_000;
/** As the server: loket/handoff/presence.py. */
const IDLE_AFTER = 10 * 60_000;
const SIGNS = ['pointerdown', 'pointermove', 'keydown', 'wheel'] as const;

export class Activity {
  /** Nobody did anything for a while: colleagues see `afwezig`. */
  idle = false;
  private running = false;
  private toldAt = -Infinity;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly tell: () => void,
    private readonly onChange: () => void,
  ) {}

  /** Begins to look; logging in is the first thing that somebody does. Again changes nothing: only a person is a sign of life. */
  start(): void {
    if (this.running) return;
    this.running = true;
    this.idle = false;
    this.toldAt = -Infinity;
    for (const kind of SIGNS) addEventListener(kind, this.did, { passive: true });
    this.did();
  }

  stop(): void {
    this.running = false;
    for (const kind of SIGNS) removeEventListener(kind, this.did);
    clearTimeout(this.timer);
  }

  private readonly did = (): void => {
    const now = performance.now();
    if (!this.idle && now - this.toldAt < TELL_EVERY) return;
    this.toldAt = now;
    this.tell();
    if (this.idle) {
      this.idle = false;
      this.onChange();
    }
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.idle = true;
      this.onChange();
    }, IDLE_AFTER);
  };
}
