/** The log-in form; also over the desk when a session has run out. */
import { html, nothing, type TemplateResult } from 'lit';
import { icon } from '../../shared/icons.ts';
import { t } from '../../shared/texts.ts';

export interface LoginState {
  expired: boolean;
  busy: boolean;
  /** Why it did not work; empty when nothing went wrong. */
  error: string;
  /** How one can log in here; undefined while it is being asked. */
  ways: { oidc: boolean; password: boolean } | undefined;
  /** Where the browser goes to log in elsewhere. */
  elsewhere: string;
}

/** `away`: the browser goes to log in elsewhere. */
export function loginView(state: LoginState, submit: (username: string, password: string) => void, away: () => void): TemplateResult {
  const onSubmit = (event: SubmitEvent): void => {
    event.preventDefault();
    const data = new FormData(event.target as HTMLFormElement);
    submit(String(data.get('username')).trim(), String(data.get('password')));
  };
  const trouble = state.error || (state.expired ? t('desk.login.expired') : '');
  return html`<main class="login" id="main">
    <form class="login-form" @submit=${onSubmit} novalidate>
      <h1 class="nl-heading nl-heading--level-2" id="login-heading" tabindex="-1">${t('desk.login.heading')}</h1>
      <p class="nl-paragraph">${t('desk.login.intro')}</p>
      <div role="alert">
        ${trouble ? html`<p class="utrecht-alert utrecht-alert--error notice" id="login-error">${icon('warning')}<span>${trouble}</span></p>` : nothing}
      </div>
      ${state.ways?.oidc
        ? html`<a class="nl-button nl-button--primary login-elsewhere" href=${state.elsewhere} @click=${away}>${t('desk.login.elsewhere')}</a>`
        : nothing}
      ${state.ways?.oidc && state.ways.password ? html`<p class="login-or">${t('desk.login.or')}</p>` : nothing}
      ${state.ways?.password ? passwordView(state) : nothing}
    </form>
  </main>`;
}

/** For the demonstration: accounts with a password. */
function passwordView(state: LoginState): TemplateResult {
  return html`<div class="field">
        <label class="utrecht-form-label" for="username">${t('desk.login.username')}</label>
        <input class="utrecht-textbox" id="username" name="username" autocomplete="username" autocapitalize="none" spellcheck="false"
          aria-describedby=${state.error ? 'login-error' : nothing} required />
      </div>
      <div class="field">
        <label class="utrecht-form-label" for="password">${t('desk.login.password')}</label>
        <input class="utrecht-textbox" id="password" name="password" type="password" autocomplete="current-password"
          aria-describedby=${state.error ? 'login-error' : nothing} required />
      </div>
      <button type="submit" class="nl-button nl-button--${state.ways?.oidc ? 'secondary' : 'primary'}" aria-disabled=${state.busy}>${t(state.busy ? 'desk.login.busy' : 'desk.login.submit')}</button>`;
}
