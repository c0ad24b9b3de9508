/** How sure Verbonden is who the citizen is: shown as long as it lasts, with the way out. */
import { html, nothing, type TemplateResult } from 'lit';
import { t } from '../../shared/texts.ts';
import type { Trust } from '../../shared/protocol.ts';

/** The line under the state; nothing for who is anonymous. */
export function trustView(trust: Trust, logOut: () => void): TemplateResult | typeof nothing {
  return trust === 'anoniem' ? nothing : html`<div class="top trust"><p>${t(`chat.trust.${trust}`)}</p>${trust === 'digid' ? html`<button type="button" class="nl-button nl-button--subtle" @click=${logOut}>${t('chat.trust.log_out')}</button>` : nothing}</div>`;
}
