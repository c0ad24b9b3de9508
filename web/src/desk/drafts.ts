/** What a member of staff was typing, per conversation; survives a reload and an expired log-in, not the tab. */
const KEY = 'verbonden-balie-drafts';

export class Drafts {
  private readonly texts: Record<string, string>;

  constructor(private readonly storage: Storage) {
    try {
      this.texts = JSON.parse(storage.getItem(KEY) ?? '{}') as Record<string, string>;
    } catch {
      this.texts = {};
    }
  }

  get(conversation: string): string {
    return this.texts[conversation] ?? '';
  }

  set(conversation: string, text: string): void {
    if (text) this.texts[conversation] = text;
    else delete this.texts[conversation];
    this.keep();
  }

  /** Another member of staff sits here now. */
  clear(): void {
    for (const conversation of Object.keys(this.texts)) delete this.texts[conversation];
    this.keep();
  }

  private keep(): void {
    try {
      this.storage.setItem(KEY, JSON.stringify(this.texts));
    } catch {
      // Without room the draft lives as long as the page.
    }
  }
}
