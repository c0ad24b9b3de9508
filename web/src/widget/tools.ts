/** What a reader does with one message, copy it or hear it; what came of it stands beside its buttons. */
import type { Message } from '../shared/protocol.ts';
import { t } from '../shared/texts.ts';
import { announcement } from './announce.ts';
import { Reader } from './reader.ts';

export class Tools {
  readonly #tell: (words: string) => void;

  readonly reader: Reader;
  /** What came of the last press, and of which message. */
  note: { seq: number; words: string } | undefined;

  /** `tell` draws, and says the words to who does not see them. */
  constructor(onChange: () => void, tell: (words: string) => void) {
    this.#tell = tell;
    this.reader = new Reader(onChange, (seq) => this.#came(seq, 'read_failed'));
  }

  /** Its words, and where its links go. */
  async copy(message: Message): Promise<void> {
    try {
      await navigator.clipboard.writeText([announcement(message), ...message.links.map((link) => link.url)].join('\n'));
      this.#came(message.seq, 'copied');
    } catch {
      this.#came(message.seq, 'copy_failed');
    }
  }

  speak(message: Message): void {
    this.note = undefined;
    this.reader.toggle(message);
  }

  #came(seq: number, what: string): void {
    this.note = { seq, words: t(`chat.message.${what}`) };
    this.#tell(this.note.words);
  }
}
