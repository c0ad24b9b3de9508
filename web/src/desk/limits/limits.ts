/** What the channel of a conversation can take, told while staff type: segments of an SMS, WhatsApp's window, a citizen who stopped. */
import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit';
import { icon } from '../../shared/icons.ts';
import { has, t } from '../../shared/texts.ts';
import type { Api } from '../api.ts';

export interface Limits {
  channel: string;
  unreachable: string | null;
  personal: string[];
  segments?: number;
  most_segments?: number;
  left?: number;
  window_closes?: string | null;
  window_open?: boolean;
}

/** So long after the last key the server is asked; counting is done there, with the rules by which it is sent. */
const PAUSE_MS = 300;
const MINUTE_MS = 60_000;

/** The sentences for a text, most urgent first; `warn` is something that stops or delays the message. */
export function words(limits: Limits, now: Date): { warn: boolean; text: string }[] {
  const said: { warn: boolean; text: string }[] = [];
  if (limits.unreachable) {
    const key = `desk.limits.unreachable.${limits.unreachable}`;
    said.push({ warn: true, text: t(has(key) ? key : 'desk.limits.unreachable.other') });
  }
  if (limits.personal.length > 0) said.push({ warn: true, text: t('desk.limits.personal') });
  if (limits.segments !== undefined && limits.most_segments !== undefined) {
    const over = limits.segments > limits.most_segments;
    const count = { count: limits.segments, most: limits.most_segments, left: limits.left ?? 0 };
    said.push({ warn: over, text: t(over ? 'desk.limits.too_long' : 'desk.limits.segments', count) });
  }
  if (limits.window_open === false) said.push({ warn: true, text: t('desk.limits.window_closed') });
  if (limits.window_open && limits.window_closes) {
    const minutes = Math.max(0, Math.floor((new Date(limits.window_closes).getTime() - now.getTime()) / MINUTE_MS));
    const soon = minutes < 60;
    said.push({ warn: soon, text: soon ? t('desk.limits.window_minutes', { count: minutes }) : t('desk.limits.window_hours', { count: Math.floor(minutes / 60) }) });
  }
  return said;
}

/** `<verbonden-limits>`: needs `api`, `conversation`, `channel` and `text`; shows nothing for the web chat. */
export class ChannelLimits extends LitElement {
  static override properties = { api: { attribute: false }, conversation: {}, channel: {}, text: {}, limits: { state: true } };

  declare api: Api | undefined;
  declare conversation: string;
  declare channel: string;
  declare text: string;
  declare limits: Limits | undefined;

  #timer: ReturnType<typeof setTimeout> | undefined;
  #tick: ReturnType<typeof setInterval> | undefined;
  #asked = 0;

  /** The desk's own style applies. */
  protected override createRenderRoot(): this {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#tick = setInterval(() => this.requestUpdate(), MINUTE_MS);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearTimeout(this.#timer);
    clearInterval(this.#tick);
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('conversation')) this.limits = undefined;
    if (!changed.has('conversation') && !changed.has('channel') && !changed.has('text')) return;
    clearTimeout(this.#timer);
    if (this.channel === 'web' || !this.conversation) return;
    this.#timer = setTimeout(() => void this.#ask(), this.limits ? PAUSE_MS : 0);
  }

  async #ask(): Promise<void> {
    const number = ++this.#asked;
    try {
      const found = (await this.api?.call('POST', `conversations/${this.conversation}/limits`, { text: this.text ?? '' })) as Limits;
      if (number === this.#asked) this.limits = found;
    } catch {
      this.limits = undefined; // nothing is known: the server checks again when it is sent
    }
  }

  protected override render(): TemplateResult | typeof nothing {
    if (this.channel === 'web' || !this.limits) return nothing;
    const said = words(this.limits, new Date());
    if (said.length === 0) return nothing;
    return html`<div class="limits" role="status">
      ${said.map(({ warn, text }) => html`<p class=${warn ? 'trouble' : 'keys'}>${warn ? icon('warning') : nothing}<span>${text}</span></p>`)}
    </div>`;
  }
}
