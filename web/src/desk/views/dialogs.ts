/** The desk's dialogs, on the browser's own dialog element: it holds the focus, Escape closes it, the focus goes back. */
import { html, nothing, type TemplateResult } from 'lit';
import { list, t } from '../../shared/texts.ts';
import { OUTCOMES, type Outcome } from '../api.ts';

export type DialogName = 'return' | 'close' | 'help';

export interface DialogActions {
  giveBack: (reason: string) => void;
  close: (outcome: Outcome, note: string) => void;
}

function dismiss(event: Event): void {
  (event.target as Element).closest('dialog')?.close();
}

/** Reads the form, hands it on, closes; `read` answers false to stay open. */
function submitter(read: (data: FormData) => boolean): (event: SubmitEvent) => void {
  return (event) => {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    if (!read(new FormData(form))) return;
    form.closest('dialog')?.close();
    form.reset();
  };
}

function buttons(submit: string, cancel: string): TemplateResult {
  return html`<div class="row">
    <button type="submit" class="nl-button nl-button--primary">${submit}</button>
    <button type="button" class="nl-button nl-button--subtle" @click=${dismiss}>${cancel}</button>
  </div>`;
}

/** All three; each opens by `showModal` on its id, `dialog-NAME`. `missing`: no outcome was chosen. */
export function dialogsView(actions: DialogActions, missing: boolean, setMissing: (missing: boolean) => void): TemplateResult {
  const onReturn = submitter((data) => {
    actions.giveBack(String(data.get('reason')).trim());
    return true;
  });
  const onClose = submitter((data) => {
    const outcome = data.get('outcome');
    setMissing(outcome === null);
    if (outcome === null) return false;
    actions.close(outcome as Outcome, String(data.get('note')).trim());
    return true;
  });
  return html`<dialog id="dialog-return" aria-labelledby="return-heading">
      <form @submit=${onReturn}>
        <h2 class="nl-heading nl-heading--level-3" id="return-heading">${t('desk.return.heading')}</h2>
        <p class="nl-paragraph">${t('desk.return.intro')}</p>
        <div class="field">
          <label class="utrecht-form-label" for="return-reason">${t('desk.return.reason')}</label>
          <textarea class="utrecht-textarea" id="return-reason" name="reason" rows="3"></textarea>
        </div>
        ${buttons(t('desk.return.submit'), t('desk.return.cancel'))}
      </form>
    </dialog>
    <dialog id="dialog-close" aria-labelledby="close-heading">
      <form @submit=${onClose} novalidate>
        <h2 class="nl-heading nl-heading--level-3" id="close-heading">${t('desk.close.heading')}</h2>
        <fieldset class="outcomes" aria-describedby=${missing ? 'outcome-missing' : nothing}>
          <legend class="utrecht-form-label">${t('desk.close.outcome')}</legend>
          <div role="alert">${missing ? html`<p class="trouble" id="outcome-missing">${t('desk.close.missing')}</p>` : nothing}</div>
          ${OUTCOMES.map(
            (outcome) => html`<label class="kind"><input type="radio" name="outcome" value=${outcome} @change=${() => setMissing(false)} />${t(`desk.close.outcomes.${outcome}`)}</label>`,
          )}
        </fieldset>
        <div class="field">
          <label class="utrecht-form-label" for="close-note">${t('desk.close.note')}</label>
          <textarea class="utrecht-textarea" id="close-note" name="note" rows="3"></textarea>
        </div>
        ${buttons(t('desk.close.submit'), t('desk.close.cancel'))}
      </form>
    </dialog>
    <dialog id="dialog-help" aria-labelledby="help-heading">
      <h2 class="nl-heading nl-heading--level-3" id="help-heading">${t('desk.help.heading')}</h2>
      <ul class="list">${list('desk.help.keys').map((line) => html`<li>${line}</li>`)}</ul>
      <button type="button" class="nl-button nl-button--primary" @click=${dismiss}>${t('desk.help.close')}</button>
    </dialog>`;
}
