/** Two short tones for spoed, made by the browser itself: no file, and silent until the user has touched the page. */
const KEY = 'verbonden-balie-sound';

export class Sound {
  private context: AudioContext | undefined;

  /** Whether the user wants sound; on unless they turned it off on this computer. */
  get on(): boolean {
    return localStorage.getItem(KEY) !== 'off';
  }

  toggle(): void {
    localStorage.setItem(KEY, this.on ? 'off' : 'on');
    if (this.on) this.play();
  }

  play(): void {
    if (!this.on || typeof AudioContext === 'undefined') return;
    this.context ??= new AudioContext();
    const { context } = this;
    [660, 880].forEach((frequency, n) => {
      const tone = context.createOscillator();
      const volume = context.createGain();
      const start = context.currentTime + n * 0.22;
      tone.frequency.value = frequency;
      volume.gain.setValueAtTime(0.15, start);
      volume.gain.exponentialRampToValueAtTime(0.001, start + 0.2);
      tone.connect(volume).connect(context.destination);
      tone.start(start);
      tone.stop(start + 0.2);
    });
  }
}
