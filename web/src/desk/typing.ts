/** Typing in the opened conversation: that of the citizen, which is shown for a while, and that of the user, which is told now and then. */

const SHOWN = 8_000;
const EVERY = 3_000;

/** What the citizen does. */
export class CitizenTyping {
  on = false;
  /** What they type and have not sent, where they are told that it is shown; kept nowhere. */
  words = '';
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly onChange: () => void) {}

  /** A sign of it. `words` is undefined where they are not shown; empty when the field was emptied. */
  sign(words: string | undefined): void {
    this.on = words !== '';
    this.words = words ?? '';
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.stop();
      this.onChange();
    }, SHOWN);
  }

  stop(): void {
    this.on = false;
    this.words = '';
  }
}

/** What the user does: told at most so often. */
export class OwnTyping {
  private at = -Infinity;

  /** Whether it is time to tell it. */
  due(now: number): boolean {
    if (now - this.at < EVERY) return false;
    this.at = now;
    return true;
  }

  /** What comes after is news again. */
  sent(): void {
    this.at = -Infinity;
  }
}
