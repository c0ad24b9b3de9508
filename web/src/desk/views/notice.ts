/** What just happened in the opened conversation, with the way back; the region is always there, so that it is read out. */
import { html, nothing, type TemplateResult } from 'lit';
import { icon } from '../../shared/icons.ts';
import { t } from '../../shared/texts.ts';
import type { Desk } from '../desk.ts';

export function noticeView(desk: Desk): TemplateResult {
  const { notice } = desk.steps;
  return html`<div role="alert">
    ${notice
      ? html`<p class="utrecht-alert utrecht-alert--${notice.trouble ? 'error' : 'warning'} notice">${icon(notice.trouble ? 'warning' : 'check')}<span>${notice.text}</span>
          ${notice.undo ? html`<button type="button" class="nl-button nl-button--secondary" @click=${notice.undo}>${t('desk.undo')}</button>` : nothing}
          <button type="button" class="nl-button nl-button--subtle" @click=${() => desk.steps.dismiss()}>${t('desk.error.dismiss')}</button></p>`
      : nothing}
  </div>`;
}
