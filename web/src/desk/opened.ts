/** The conversation that is open: what the server last said of it, with what was pushed since; and how its cases stand. */
import type { Message } from '../shared/protocol.ts';
import { ApiError, type Api } from './api.ts';
import { Arrivals } from './arrivals.ts';
import type { CaseStanding, Detail } from './protocol.ts';

export class Opened {
  id: string | undefined;
  detail: Detail | undefined;
  failed = false;
  /** It is not this user's work; it opens with a reason. */
  locked = false;
  cases: CaseStanding[] | undefined;
  mayLookUp = false;
  private readonly arrivals = new Arrivals();
  /** How often it was asked, and which of these answers was taken last: an older one comes too late. */
  private asked = 0;
  private taken = 0;

  constructor(
    private readonly api: Api,
    /** The server answered: for what waits to be sent. */
    private readonly onMessages: (messages: Message[]) => void,
  ) {}

  /** Another one is chosen; undefined: none. */
  choose(id: string | undefined): void {
    this.id = id;
    this.arrivals.clear();
    this.detail = undefined;
    this.cases = undefined;
    this.locked = false;
    this.failed = false;
  }

  /** Asks it again. Raises ApiError; an answer that comes too late, or for another one, changes nothing. */
  async load(): Promise<void> {
    const { id } = this;
    if (!id) return;
    const { moment } = this.arrivals;
    const turn = (this.asked += 1);
    try {
      const detail = await this.api.detail(id);
      if (id !== this.id || turn <= this.taken) return;
      this.taken = turn;
      this.take(detail, moment);
    } catch (error) {
      if (id !== this.id || turn <= this.taken) return;
      this.locked = error instanceof ApiError && error.code === 'no_access';
      if (this.locked) {
        this.taken = turn;
        this.detail = undefined;
      }
      this.failed = !this.locked;
      throw error;
    }
  }

  /**
   * Does something after which the server tells how it stands; what was asked before that is old. Raises ApiError.
   * An empty answer: it is no longer the user's to read, and then that is what is shown. Of one that is not open any more,
   * nothing is.
   */
  async after(act: () => Promise<Partial<Detail>>): Promise<void> {
    const { id } = this;
    const { moment } = this.arrivals;
    const detail = await act();
    if (id !== this.id) return;
    this.taken = this.asked;
    if (detail.item) this.take(detail as Detail, moment);
    // It was done all the same: what goes wrong with looking is on the screen, and is no refusal.
    else await this.load().catch(() => undefined);
  }

  /** Takes in a message that was pushed; true when it is news. */
  add(message: Message): boolean {
    this.arrivals.add(message);
    const { detail } = this;
    if (!detail) return false;
    const others = detail.messages.filter((each) => each.seq !== message.seq);
    const news = others.length === detail.messages.length;
    this.detail = { ...detail, messages: [...others, message].sort((a, b) => a.seq - b.seq) };
    this.onMessages([message]);
    return news;
  }

  /** Asks how its cases stand now; a system that is down changes nothing. */
  async loadCases(): Promise<void> {
    const { id } = this;
    if (!id || !this.detail) return;
    const found = await this.api.cases(id).catch(() => undefined);
    if (id !== this.id || !found) return;
    this.cases = found.items;
    this.mayLookUp = found.lookup;
  }

  private take(detail: Detail, since: number): void {
    this.detail = { ...detail, messages: this.arrivals.onto(detail.messages, since) };
    this.locked = false;
    this.failed = false;
    this.onMessages(detail.messages);
  }
}
