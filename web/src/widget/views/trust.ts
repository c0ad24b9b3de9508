/** How sure Verbonden is who the citizen is: shown as long as it lasts, with the way out. */
import { html, nothing, type TemplateResult } from 'lit';
import { icon } from '../../shared/icons.ts';
import { t } from '../../shared/texts.ts';
import type { Trust } from '../../shared/protocol.ts';

/** The line under the state; nothing for who is anonymous. */
export function trustView(trust: Trust, logOut: () => void): TemplateResult | typeof nothing {
  if (trust === 'anoniem') return nothing;
  return html`<div class="trust trust-${trust}">
    ${icon('check')}<p>${t(`chat.trust.${trust}`)}</p>
    ${trust === 'digid' ? html`<button type="button" class="nl-button nl-button--secondary" @click=${logOut}><span class="nl-button__label">${t('chat.trust.log_out')}</span></button>` : nothing}
  </div>`;
}

/** Logs out here, and then at the provider, in this window. Returns false when the server could not be asked. */
export async function logOutAt(base: string): Promise<boolean> {
  try {
    const answer = await fetch(new URL('digid/uitloggen', base), { method: 'POST', credentials: 'same-origin' });
    if (!answer.ok) return false;
    const { next } = (await answer.json()) as { next: string };
    location.assign(next);
    return true;
  } catch {
    return false;
  }
}
