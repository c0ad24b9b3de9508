/**
 * Messages of the opened conversation that were pushed while the whole conversation was being asked: an answer that was made before
 * them must not take them off the screen again, nor undo how far a message came.
 */
import type { Message } from '../shared/protocol.ts';

export class Arrivals {
  private messages: Message[] = [];

  /** The moment at which a question to the server begins. */
  get moment(): number {
    return this.messages.length;
  }

  add(message: Message): void {
    this.messages.push(message);
  }

  /** Another conversation is opened. */
  clear(): void {
    this.messages = [];
  }

  /** The messages of an answer, with what was pushed since its question was asked. */
  onto(answered: Message[], since: number): Message[] {
    const all = new Map(answered.map((message) => [message.seq, message]));
    for (const message of this.messages.slice(since)) all.set(message.seq, message);
    return [...all.values()].toSorted((a, b) => a.seq - b.seq);
  }
}
