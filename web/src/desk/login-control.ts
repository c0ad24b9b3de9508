/** Logging in, as the page shows it. */
import { has, t } from '../shared/texts.ts';
import type { TemplateResult } from 'lit';
import { ApiError, type Api } from './api.ts';
import type { Desk } from './desk.ts';
import { loginView } from './views/login.ts';

/** What the log-in elsewhere says when it did not work: it comes back with a code in the address. */
const FAILED = /^#inloggen\/(\w+)$/;

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
    this.ways ??= await this.api.ways().catch(() => ({ oidc: false, password: true }));
    this.onChange();
  }

  /** The address does not tell any more that it went wrong. */
  forget(): void {
    if (FAILED.test(location.hash)) history.replaceState(null, '', '#');
  }

  view(): TemplateResult {
    const failed = FAILED.exec(location.hash)?.[1];
    const error = this.error || (failed && has(`desk.login.elsewhere_${failed}`) ? t(`desk.login.elsewhere_${failed}`) : (this.desk.notice?.text ?? ''));
    return loginView(
      { expired: this.desk.session === 'expired', busy: this.busy, error, ways: this.ways, elsewhere: this.api.elsewhere },
      (username, password) => void this.enter(username, password),
    );
  }

  private async enter(username: string, password: string): Promise<void> {
    if (this.busy) return;
    this.busy = Boolean(username && password);
    this.error = this.busy ? '' : t('desk.login.empty');
    this.onChange();
    if (!this.busy) return;
    try {
      await this.desk.login(username, password);
      this.onIn();
    } catch (error) {
      const { status, text } = error instanceof ApiError ? error : { status: 0, text: '' };
      this.error = text || t(status === 429 ? 'desk.login.too_many' : 'desk.login.failed');
    }
    this.busy = false;
    this.onChange();
  }
}
