/** A file for the citizen, where the channel can bring one: chosen, sent, and what went wrong told beside the button. */
import { html, LitElement, nothing, type TemplateResult } from 'lit';
import { icon } from '../../shared/icons.ts';
import { t } from '../../shared/texts.ts';
import { ApiError, type Api } from '../api.ts';

/** The desk checks again; this spares an upload that is refused anyway. */
const MOST_BYTES = 10 * 1024 * 1024;
const ACCEPTED = 'image/jpeg,image/png,application/pdf';

interface Said {
  trouble: boolean;
  text: string;
}

/** `<verbonden-send-file>`: needs `api`, `conversation` and `channel`; shows nothing where the channel takes no files. */
export class SendFile extends LitElement {
  static override properties = { api: { attribute: false }, conversation: {}, channel: {}, said: { state: true }, busy: { state: true } };

  declare api: Api | undefined;
  declare conversation: string;
  declare channel: string;
  declare said: Said | undefined;
  declare busy: boolean;

  constructor() {
    super();
    this.busy = false;
  }

  /** The desk's own style applies. */
  protected override createRenderRoot(): this {
    return this;
  }

  protected override willUpdate(changed: Map<string, unknown>): void {
    if (changed.has('conversation')) this.said = undefined;
  }

  async #send(file: File): Promise<void> {
    const conversation = this.conversation;
    this.busy = true;
    this.said = { trouble: false, text: t('desk.send_file.sending', { name: file.name }) };
    let said: Said | undefined = undefined;
    try {
      if (file.size > MOST_BYTES) throw new ApiError(422, 'file_too_big', t('desk.send_file.too_big'));
      await this.api?.sendFile(conversation, file);
    } catch (error) {
      said = { trouble: true, text: (error instanceof ApiError && error.text) || t('desk.send_file.failed') };
    }
    this.busy = false;
    if (conversation === this.conversation) this.said = said;
  }

  protected override render(): TemplateResult | typeof nothing {
    if (this.channel === 'sms') return html`<p class="keys">${t('desk.send_file.not_by_sms')}</p>`;
    if (this.channel !== 'whatsapp') return nothing;
    const onFile = (event: Event): void => {
      const input = event.target as HTMLInputElement;
      const file = input.files?.[0];
      input.value = ''; // the same file can be chosen again
      if (file) void this.#send(file);
    };
    const press = (): void => this.querySelector<HTMLInputElement>('input')?.click();
    return html`<div class="send-file">
      <button type="button" class="nl-button nl-button--subtle" aria-disabled=${this.busy} aria-describedby="send-file-kinds" @click=${() => this.busy || press()}>${icon('clip')}<span class="nl-button__label">${t('desk.send_file.button')}</span></button>
      <input class="hidden" type="file" accept=${ACCEPTED} tabindex="-1" aria-hidden="true" @change=${onFile} />
      <span class="keys" id="send-file-kinds">${t('desk.send_file.kinds')}</span>
      <div role="status">${this.said ? html`<p class=${this.said.trouble ? 'trouble' : 'keys'}>${this.said.trouble ? icon('warning') : nothing}<span>${this.said.text}</span></p>` : nothing}</div>
    </div>`;
  }
}
