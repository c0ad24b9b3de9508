/** The bar on top: who is here, whether they are there, and the tools. */
import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { icon } from '../../shared/icons.ts';
import { t } from '../../shared/texts.ts';
import { deskIcon } from '../icons.ts';
import { STATUSES, type Status, type User } from '../protocol.ts';

export interface HeaderState {
  user: User | undefined;
  /** Nobody did anything for a while. */
  idle: boolean;
  sound: boolean;
  notifications: boolean;
  notificationsPossible: boolean;
  /** Ids of what can be skipped to, with their words. */
  skips: { target: string; words: string }[];
}

export interface HeaderActions {
  skip: (event: Event) => void;
  status: (status: Status) => void;
  sound: () => void;
  notifications: () => void;
  help: () => void;
  logout: () => void;
}

function tool(symbol: TemplateResult, words: string, action: () => void): TemplateResult {
  return html`<button type="button" class="header-tool" title=${words} @click=${action}>${symbol}<span class="hidden">${words}</span></button>`;
}

export function headerView(state: HeaderState, actions: HeaderActions): TemplateResult {
  const { user } = state;
  return html`<header class="header">
    ${user ? state.skips.map((skip) => html`<a class="skip" href=${skip.target} @click=${actions.skip}>${skip.words}</a>`) : nothing}
    <h1 class="brand">
      <svg class="mark" viewBox="0 0 48 32" aria-hidden="true" focusable="false"><circle cx="17" cy="16" r="12" /><circle class="mark-second" cx="31" cy="16" r="12" /><path d="M24 6.3a12 12 0 0 1 4.9 8" /></svg>
      <span>${t('desk.brand')} <span class="brand-part">${t('desk.subtitle')}</span></span>
    </h1>
    ${user
      ? html`<p class="user">${icon('person')} ${t('desk.header.user', { name: user.name, organisation: user.organisation_name || user.organisation })}</p>
          <label class="presence presence-${state.idle ? 'afwezig' : (user.status ?? 'aanwezig')}"><span class="hidden">${t('desk.presence.label')}</span>
            <select @change=${(event: Event) => actions.status((event.target as HTMLSelectElement).value as Status)}>
              ${STATUSES.map((status) => html`<option value=${status} .selected=${live(status === user.status)}>${t(`desk.presence.${status}`)}</option>`)}
            </select></label>
          <div class="row">
            ${tool(icon(state.sound ? 'speak' : 'mute'), t(state.sound ? 'desk.header.sound_off' : 'desk.header.sound_on'), actions.sound)}
            ${state.notificationsPossible ? tool(deskIcon(state.notifications ? 'bell' : 'bell_off'), t(state.notifications ? 'desk.header.notifications_off' : 'desk.header.notifications_on'), actions.notifications) : nothing}
            ${tool(icon('help'), t('desk.header.help'), actions.help)}
            ${['teamleider', 'beheerder'].includes(user.role) ? html`<a class="header-button" href="leiding">${t(user.role === 'beheerder' ? 'desk.header.manage' : 'desk.header.figures')}</a>` : nothing}
            <button type="button" class="header-button" @click=${actions.logout}>${t('desk.header.logout')}</button>
          </div>`
      : nothing}
  </header>`;
}
