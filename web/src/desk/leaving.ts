/** Going home: nobody may wait for who is not there any more. */
import { t } from '../shared/texts.ts';
import { ApiError, type Api } from './api.ts';
import type { Desk } from './desk.ts';

export class Leaving {
  /** Why the user is still logged in, in Dutch; empty when nothing went wrong. */
  trouble = '';

  constructor(
    private readonly api: Api,
    private readonly desk: Desk,
    /** Asks whether the conversations in hand may go back to the queue. */
    private readonly confirm: () => void,
    /** Shows the log-in form. */
    private readonly onOut: () => void,
    private readonly onChange: () => void,
  ) {}

  /** Who has conversations in hand is asked first; what this screen knows may be old. */
  async ask(): Promise<void> {
    this.say('');
    await this.desk.list.load();
    if (this.desk.session !== 'in') return; // the log-in had run out, and the form for it is there already
    if (this.desk.list.counts.mine > 0) this.confirm();
    else await this.logout();
  }

  /** Every conversation goes back to the queue, and then the user goes, unless it did not work. */
  async leave(): Promise<void> {
    this.say('');
    try {
      const { items } = await this.api.list('mine');
      for (const item of items) await this.api.step(item, 'requeue').catch(taken);
    } catch (error) {
      return this.stay(error);
    }
    return this.logout();
  }

  dismiss(): void {
    this.say('');
  }

  private async logout(): Promise<void> {
    try {
      const further = await this.desk.logIn.logout();
      if (further) location.assign(further);
      else this.onOut();
    } catch (error) {
      return this.stay(error);
    }
  }

  /** The cookie still lives: a desk that looked logged out would be open to who sits down at it next. */
  private stay(error: unknown): void {
    if (!this.desk.logIn.checkSession(error)) this.say(t('desk.leave.failed'));
  }

  private say(trouble: string): void {
    this.trouble = trouble;
    this.onChange();
  }
}

/** A conversation that changed meanwhile stays where it is now; every other failure is one of the whole. */
function taken(error: unknown): void {
  if (!(error instanceof ApiError) || error.status !== 409) throw error;
}
