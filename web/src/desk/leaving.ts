/** Going home: nobody may wait for who is not there any more. */
import type { Api } from './api.ts';
import type { Desk } from './desk.ts';

export class Leaving {
  constructor(
    private readonly api: Api,
    private readonly desk: Desk,
    /** Asks whether the conversations in hand may go back to the queue. */
    private readonly confirm: () => void,
    /** Shows the log-in form. */
    private readonly onOut: () => void,
  ) {}

  /** Who has conversations in hand is asked first; what this screen knows may be old. */
  async ask(): Promise<void> {
    await this.desk.list.load();
    if (this.desk.list.counts.mine > 0) this.confirm();
    else await this.logout();
  }

  /** Every conversation goes back to the queue, and then the user goes. */
  async leave(): Promise<void> {
    const { items } = await this.api.list('mine');
    for (const item of items) await this.api.step(item, 'requeue').catch(() => undefined);
    await this.logout();
  }

  private async logout(): Promise<void> {
    const further = await this.desk.logout();
    if (further) location.assign(further);
    else this.onOut();
  }
}
