/** What was written at the desk and is not stored by the server yet: kept through a reload, sent once. */
import { newId } from '../shared/id.ts';
import type { Message } from '../shared/protocol.ts';
import { ApiError, type Api } from './api.ts';

const KEY = 'verbonden-balie-outbox';

/** Something written here that the server has not stored yet. */
export interface Draft {
  id: string;
  conversation: string;
  kind: 'messages' | 'notes';
  text: string;
  /** Colleagues whom a note asks something. */
  mentions?: string[];
  /** Set when it failed: why, in Dutch; empty when the server did not say. */
  error?: string;
}

export interface OutboxOptions {
  api: Api;
  storage: Storage;
  onChange: () => void;
  /** It was stored; the push line may be gone, so the conversation may have to be asked for. */
  onStored: (draft: Draft) => Promise<void>;
  /** It failed; returns why, in Dutch. */
  onFailed: (draft: Draft, error: unknown) => string;
}

export class DeskOutbox {
  drafts: Draft[] = [];

  constructor(private readonly options: OutboxOptions) {
    try {
      this.drafts = JSON.parse(options.storage.getItem(KEY) ?? '[]') as Draft[];
    } catch {
      // What another version kept is not ours.
    }
  }

  of(conversation: string | undefined): Draft[] {
    return this.drafts.filter((draft) => draft.conversation === conversation);
  }

  /** Sends again what a reload interrupted; the same id is stored once. */
  resume(): void {
    for (const draft of this.drafts) if (draft.error === undefined) void this.transmit(draft);
  }

  add(conversation: string, kind: Draft['kind'], text: string, mentions: string[] = []): void {
    const draft: Draft = { id: newId(), conversation, kind, text, ...(mentions.length > 0 ? { mentions } : {}) };
    this.set([...this.drafts, draft]);
    void this.transmit(draft);
  }

  retry(id: string): void {
    const draft = this.drafts.find((each) => each.id === id);
    if (!draft) return;
    delete draft.error;
    this.set(this.drafts);
    void this.transmit(draft);
  }

  discard(id: string): void {
    this.set(this.drafts.filter((draft) => draft.id !== id));
  }

  /** Another member of staff sits here now: nothing may be sent in their name that they did not write. */
  clear(): void {
    this.set([]);
  }

  /** A stored message is not waiting any more. The server keeps our id behind that of the user. */
  settle(message: Message): void {
    const id = message.id?.split(':').at(-1);
    if (id && this.drafts.some((draft) => draft.id === id)) this.discard(id);
  }

  private set(drafts: Draft[]): void {
    this.drafts = drafts;
    try {
      this.options.storage.setItem(KEY, JSON.stringify(drafts));
    } catch {
      // Without room they live as long as the page.
    }
    this.options.onChange();
  }

  private async transmit(draft: Draft): Promise<void> {
    const { id, text, mentions } = draft;
    try {
      await this.options.api.write(draft.conversation, draft.kind, { id, text, ...(mentions ? { mentions } : {}) });
      // A note changes more than the list of messages: what somebody was asked in one is done with.
      if (draft.kind === 'notes' || this.drafts.includes(draft)) await this.options.onStored(draft);
      this.discard(id);
    } catch (error) {
      draft.error = error instanceof ApiError ? this.options.onFailed(draft, error) : '';
      this.set(this.drafts);
    }
  }
}
