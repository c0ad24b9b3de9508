/** Reads messages aloud with the voice of the reader's own device; nothing goes to another party by our doing. */
export class Reader {
  readonly #onChange: () => void;

  /** Sequence number of the message that is being read. */
  speaking: number | undefined;
  /** Read every new message. */
  automatic = false;

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  get supported(): boolean {
    return 'speechSynthesis' in window;
  }

  /** Reads the message, or stops when it is the one being read. */
  toggle(seq: number, text: string, language: string): void {
    const again = this.speaking === seq;
    this.stop();
    if (!again) this.say(seq, text, language);
  }

  toggleAutomatic(): void {
    this.automatic = !this.automatic;
    if (!this.automatic) this.stop();
    this.#onChange();
  }

  /** Reads after what is already being read. */
  say(seq: number, text: string, language: string): void {
    const utterance = new SpeechSynthesisUtterance(text);
    utterance.lang = language || 'nl-NL';
    utterance.onstart = () => this.#mark(seq);
    utterance.onend = utterance.onerror = () => this.#mark(undefined);
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
