/** Who is logged in: from the first answer of the server until the log-in ends, and who is there after that. */
import { loggedOut, reasonOf, type Api } from './api.ts';
import type { Notice } from './steps.ts';
import type { Status, User } from './protocol.ts';

/** Who typed nothing for so long is not in the middle of a word (milliseconds). */
const PAUSE = 1_000;

/** Kept in this tab: who was logged in last. */
const LAST = 'verbonden-balie-user';

export interface LogInOptions {
  api: Api;
  storage: Storage;
  onChange: () => void;
  /** Somebody is in. */
  onIn: () => void;
  /** Somebody went home. */
  onOut: () => void;
  /** Somebody else is going to be in than before in this tab: nothing of the other may stay. */
  onOther: () => void;
  /** Says something to the reader; undefined takes back what was said. */
  say: (notice: Notice | undefined) => void;
  words: (kind: 'network' | 'unknown') => string;
}

export class LogIn {
  user: User | undefined;
  /** `unknown` until the first answer of the server. */
  session: 'unknown' | 'out' | 'expired' | 'in' = 'unknown';
  private typedAt = -Infinity;

  constructor(private readonly options: LogInOptions) {}

  /** Takes up a session that is still running, if there is one; false when the server could not tell, and must be asked again. */
  async resume(): Promise<boolean> {
    let told = true;
    try {
      await this.enter(this.options.api.me());
    } catch (error) {
      if (this.session === 'in') return true; // somebody logged in meanwhile
      told = loggedOut(error);
      this.session = 'out';
      this.options.say(told ? undefined : this.trouble(error));
    }
    this.options.onChange();
    return told;
  }

  /** Logs in. Raises ApiError. */
  async login(username: string, password: string): Promise<void> {
    await this.enter(this.options.api.login(username, password));
    this.options.onChange();
  }

  /** Logs out; returns where to log out further, if anywhere. Raises ApiError when the user is still logged in. */
  async logout(): Promise<string | undefined> {
    const further = await this.options.api.logout().catch((error: unknown) => {
      if (!loggedOut(error)) throw error;
      return undefined;
    });
    this.session = 'out';
    this.user = undefined;
    this.options.onOut();
    this.options.say(undefined);
    this.options.onChange();
    return further;
  }

  /** Chooses a status; the server has the last word. */
  async setStatus(status: Status): Promise<void> {
    try {
      await this.options.api.presence(status);
      if (this.user) this.user = { ...this.user, status };
    } catch (error) {
      if (!this.checkSession(error)) this.options.say(this.trouble(error));
    }
    this.options.onChange();
  }

  /** The user is typing, in whatever field. */
  wrote(now: number): void {
    this.typedAt = now;
  }

  /** Whether the error means that the log-in has run out; then the desk says so. */
  checkSession(error: unknown): boolean {
    if (!loggedOut(error)) return false;
    this.expire();
    return true;
  }

  private async enter(answer: Promise<User>): Promise<void> {
    const user = await answer;
    const last = this.options.storage.getItem(LAST);
    if (last !== null && last !== user.id) this.options.onOther();
    try {
      this.options.storage.setItem(LAST, user.id);
    } catch {
      // Without room the other things of this tab are not kept either.
    }
    this.user = user;
    this.session = 'in';
    this.options.say(undefined);
    this.options.onIn();
  }

  /** The desk asks to log in again, but does not take the field away in the middle of a word. */
  private expire(): void {
    if (this.session !== 'in') return;
    const wait = this.typedAt + PAUSE - performance.now();
    if (wait <= 0) this.session = 'expired';
    else setTimeout(() => this.expire(), wait);
    this.options.onChange();
  }

  private trouble(error: unknown): Notice {
    return { text: reasonOf(error, this.options.words), trouble: true };
  }
}
