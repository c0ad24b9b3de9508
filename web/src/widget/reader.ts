/** Reads messages aloud with the voice of the reader's own device; nothing goes to another party by our doing. */
import type { Message } from '../shared/protocol.ts';
import { announcement } from './announce.ts';

/** Why a message stops when another is chosen, or none: that is no failure. */
const STOPPED = /^(canceled|interrupted)$/;

export class Reader {
  readonly #onChange: () => void;
  readonly #onFailed: (seq: number) => void;

  /** Sequence number of the message that is being read. */
  speaking: number | undefined;
  /** Read every new message. */
  automatic = false;

  constructor(onChange: () => void, onFailed: (seq: number) => void) {
    this.#onChange = onChange;
    this.#onFailed = onFailed;
  }

  get supported(): boolean {
    return 'speechSynthesis' in window;
  }

  /** Reads the message, or stops when it is the one being read. */
  toggle(message: Message): void {
    const again = this.speaking === message.seq;
    this.stop();
    if (!again) this.say(message);
  }

  toggleAutomatic(): void {
    this.automatic = !this.automatic;
    if (!this.automatic) this.stop();
    this.#onChange();
  }

  /** Reads after what is already being read; says so when this device has no voice for its language. */
  say(message: Message): void {
    const { seq, language } = message;
    const utterance = new SpeechSynthesisUtterance(announcement(message));
    utterance.lang = language || 'nl-NL';
    // Empty is not none: some browsers do not tell which voices there are.
    const voices = speechSynthesis.getVoices();
    if (voices.length > 0 && !voices.some((voice) => voice.lang.slice(0, 2) === utterance.lang.slice(0, 2))) return this.#onFailed(seq);
    utterance.onstart = () => this.#mark(seq);
    utterance.onend = () => this.#mark(undefined);
    utterance.onerror = ({ error }) => {
      this.#mark(undefined);
      if (!STOPPED.test(error)) this.#onFailed(seq);
    };
    speechSynthesis.speak(utterance);
  }

  stop(): void {
    if (this.supported) speechSynthesis.cancel();
    this.#mark(undefined);
  }

  #mark(seq: number | undefined): void {
    this.speaking = seq;
    this.#onChange();
  }
}
