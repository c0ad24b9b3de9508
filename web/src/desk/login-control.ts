/** Logging in, as the page shows it. */
import { has, t } from '../shared/texts.ts';
import type { TemplateResult } from 'lit';
import { ApiError, type Api } from './api.ts';
import type { Desk } from './desk.ts';
import { loginView } from './views/login.ts';

/** What the log-in elsewhere says when it did not work: it comes back with a code in the address. */
const FAILED = /^#inloggen\/(\w+)$/;

/** What was open when somebody went to log in elsewhere; kept in this tab until they are back. */
const OPEN = 'verbonden-balie-open';

export class LoginControl {
  private busy = false;
  private error = '';
  private ways: { oidc: boolean; password: boolean } | undefined;

  constructor(
    private readonly api: Api,
    private readonly desk: Desk,
    private readonly onChange: () => void,
    /** Somebody is in. */
    private readonly onIn: () => void,
  ) {}

  /** Asks how one can log in here. */
  async ask(): Promise<void> {
    this.ways = await this.api.ways().catch(() => this.ways ?? { oidc: false, password: true });
    this.onChange();
  }

  /** Somebody is in: what was open before is open again, and the address does not tell any more that it went wrong. */
  forget(): void {
    const open = sessionStorage.getItem(OPEN);
    sessionStorage.removeItem(OPEN);
    if (FAILED.test(location.hash) || (open && !location.hash)) history.replaceState(null, '', open || '#');
  }

  /** Somebody else is in than before: they begin at the list. */
  drop(): void {
    sessionStorage.removeItem(OPEN);
    history.replaceState(null, '', '#');
  }

  view(): TemplateResult {
    const failed = FAILED.exec(location.hash)?.[1];
    // What was last said of a conversation is no reason why somebody must log in again.
    const told = this.desk.session === 'out' ? (this.desk.steps.notice?.text ?? '') : '';
    const error = this.error || (failed && has(`desk.login.elsewhere_${failed}`) ? t(`desk.login.elsewhere_${failed}`) : told);
    return loginView(
      { expired: this.desk.session === 'expired', busy: this.busy, error, ways: this.ways, elsewhere: this.api.elsewhere },
      (username, password) => void this.enter(username, password),
      () => {
        if (!FAILED.test(location.hash)) sessionStorage.setItem(OPEN, location.hash);
      },
    );
  }

  private async enter(username: string, password: string): Promise<void> {
    if (this.busy) return;
    this.busy = Boolean(username && password);
    this.error = this.busy ? '' : t('desk.login.empty');
    this.onChange();
    if (!this.busy) return;
    try {
      await this.desk.logIn.login(username, password);
      this.onIn();
    } catch (error) {
      const { status, text } = error instanceof ApiError ? error : { status: 0, text: '' };
      this.error = text || t(status === 429 ? 'desk.login.too_many' : 'desk.login.failed');
    }
    this.busy = false;
    this.onChange();
  }
}
