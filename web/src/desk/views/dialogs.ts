/** The desk's dialogs, on the browser's own dialog element: it holds the focus, Escape closes it, the focus goes back. */
import { html, nothing, type TemplateResult } from 'lit';
import { list, t } from '../../shared/texts.ts';
import { OUTCOMES, type Around, type Closing, type Outcome } from '../protocol.ts';
import type { Choices } from '../review/protocol.ts';

export type DialogName = 'return' | 'close' | 'help' | 'transfer' | 'refuse' | 'leave';

/** What a form asks for; `filled` is called when the server did it: until then the form stays as it is, also when it refuses. */
export interface DialogActions {
  giveBack: (reason: string, product: string | null, filled: () => void) => void;
  close: (closing: Closing, filled: () => void) => void;
  transfer: (kind: string, to: string, note: string, filled: () => void) => void;
  refuse: (reason: string, filled: () => void) => void;
  /** Back to the queue with everything, and out. */
  leave: () => void;
  toggleKeys: () => void;
}

export interface DialogState {
  /** No outcome was chosen. */
  missing: boolean;
  setMissing: (missing: boolean) => void;
  /** Why the server refused what the open form asked; empty when it did not. */
  trouble: string;
  around: Around | undefined;
  products: Choices['producten'];
  /** Own conversations that are open. */
  own: number;
  /** An answer that was typed and not sent. */
  unsent: string;
  typing: boolean;
  keys: boolean;
  today: string;
}

function dismiss(event: Event): void {
  (event.target as Element).closest('dialog')?.close();
}

/** Reads the form and hands it on; when that was done the form is empty again, and the dialog closed. */
function submitter(read: (data: FormData, filled: () => void) => void): (event: SubmitEvent) => void {
  return (event) => {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    read(new FormData(form), () => {
      form.closest('dialog')?.close();
      empty(form);
    });
  };
}

function empty(form: HTMLFormElement): void {
  form.reset();
  for (const field of form.elements) if (field instanceof HTMLInputElement) field.setCustomValidity(''); // no part of a reset
}

/** Another conversation, or somebody else: what was half-written in the forms below `root` was not meant for that. */
export function emptyForms(root: ParentNode): void {
  for (const dialog of root.querySelectorAll('dialog')) {
    dialog.close();
    dialog.querySelectorAll('form').forEach(empty);
  }
}

function buttons(state: DialogState, submit: string, cancel: string): TemplateResult {
  return html`<div>
    <div role="alert">${state.trouble ? html`<p class="trouble">${state.trouble}</p>` : nothing}</div>
    <div class="row">
      <button type="submit" class="nl-button nl-button--primary">${submit}</button>
      <button type="button" class="nl-button nl-button--subtle" @click=${dismiss}>${cancel}</button>
    </div>
  </div>`;
}

function dialog(name: DialogName, heading: string, body: TemplateResult): TemplateResult {
  return html`<dialog id="dialog-${name}" aria-labelledby="${name}-heading">
    <h2 class="nl-heading nl-heading--level-3" id="${name}-heading">${heading}</h2>
    ${body}
  </dialog>`;
}

function words(data: FormData, name: string): string {
  return String(data.get(name) ?? '').trim();
}

function returnView(state: DialogState, actions: DialogActions): TemplateResult {
  const product = (name: string): string | undefined => state.products.find((one) => one.naam === name)?.id;
  // A subject that we do not know can not be told: better said at once than left out in silence.
  const check = (event: Event): void => {
    const { value } = event.target as HTMLInputElement;
    (event.target as HTMLInputElement).setCustomValidity(value.trim() && !product(value.trim()) ? t('desk.return.product_unknown') : '');
  };
  return dialog('return', t('desk.return.heading'), html`<form @submit=${submitter((data, filled) => actions.giveBack(words(data, 'reason'), product(words(data, 'product')) ?? null, filled))}>
    <p class="nl-paragraph">${t('desk.return.intro')}</p>
    ${state.products.length === 0
      ? nothing
      : html`<div class="field">
          <label class="utrecht-form-label" for="return-product">${t('desk.return.product')}</label>
          <input class="utrecht-textbox" id="return-product" name="product" list="return-products" autocomplete="off" aria-describedby="return-product-hint" @input=${check} />
          <datalist id="return-products">${state.products.map((one) => html`<option value=${one.naam}></option>`)}</datalist>
          <p class="made" id="return-product-hint">${t('desk.return.product_hint')}</p>
        </div>`}
    <div class="field">
      <label class="utrecht-form-label" for="return-reason">${t('desk.return.reason')}</label>
      <textarea class="utrecht-textarea" id="return-reason" name="reason" rows="2" maxlength="200"></textarea>
    </div>
    ${buttons(state, t('desk.return.submit'), t('desk.return.cancel'))}
  </form>`);
}

function closeView(state: DialogState, actions: DialogActions): TemplateResult {
  const read = (data: FormData, filled: () => void): void => {
    const outcome = data.get('outcome');
    state.setMissing(outcome === null);
    if (outcome !== null) actions.close({ outcome: outcome as Outcome, note: words(data, 'note'), task: words(data, 'task'), on: words(data, 'on') || null }, filled);
  };
  return dialog('close', t('desk.close.heading'), html`<form @submit=${submitter(read)} novalidate>
    ${state.unsent ? html`<p class="utrecht-alert utrecht-alert--warning notice"><span>${t('desk.close.unsent')} <q>${state.unsent}</q></span></p>` : nothing}
    ${state.typing ? html`<p class="utrecht-alert utrecht-alert--warning notice"><span>${t('desk.close.typing')}</span></p>` : nothing}
    <fieldset class="outcomes" aria-describedby=${state.missing ? 'outcome-missing' : nothing}>
      <legend class="utrecht-form-label">${t('desk.close.outcome')}</legend>
      <div role="alert">${state.missing ? html`<p class="trouble" id="outcome-missing">${t('desk.close.missing')}</p>` : nothing}</div>
      ${OUTCOMES.map(
        (outcome) => html`<label class="kind"><input type="radio" name="outcome" value=${outcome} @change=${() => state.setMissing(false)} />${t(`desk.close.outcomes.${outcome}`)}</label>`,
      )}
    </fieldset>
    <div class="field">
      <label class="utrecht-form-label" for="close-note">${t('desk.close.note')}</label>
      <textarea class="utrecht-textarea" id="close-note" name="note" rows="2" maxlength="2000"></textarea>
    </div>
    <div class="fields">
      <div class="field">
        <label class="utrecht-form-label" for="close-task">${t('desk.close.task')}</label>
        <input class="utrecht-textbox" id="close-task" name="task" autocomplete="off" maxlength="200" />
      </div>
      <div class="field">
        <label class="utrecht-form-label" for="close-on">${t('desk.close.day')}</label>
        <input class="utrecht-textbox" id="close-on" name="on" type="date" min=${state.today} />
      </div>
    </div>
    ${buttons(state, t('desk.close.submit'), t('desk.close.cancel'))}
  </form>`);
}

function transferView(state: DialogState, actions: DialogActions): TemplateResult {
  const { around } = state;
  const read = (data: FormData, filled: () => void): void => {
    const [kind, to] = words(data, 'to').split(':');
    if (kind && to) actions.transfer(kind, to, words(data, 'note'), filled);
  };
  const option = (kind: string, id: string, text: string): TemplateResult => html`<option value="${kind}:${id}">${text}</option>`;
  const teams = (kind: string): TemplateResult[] =>
    (around?.teams ?? []).filter((team) => team.kind === kind).map((team) => option(kind, team.id, t('desk.transfer.team', { name: team.name, count: team.here })));
  return dialog('transfer', t('desk.transfer.heading'), html`<form @submit=${submitter(read)}>
    <p class="nl-paragraph">${t('desk.transfer.intro')}</p>
    <div class="field">
      <label class="utrecht-form-label" for="transfer-to">${t('desk.transfer.to')}</label>
      <select class="utrecht-textbox" id="transfer-to" name="to" required>
        <option value="">${t('desk.transfer.choose')}</option>
        <optgroup label=${t('desk.transfer.organisations')}>${teams('organisatie')}</optgroup>
        <optgroup label=${t('desk.transfer.teams')}>${teams('team')}</optgroup>
        <optgroup label=${t('desk.transfer.colleagues')}>
          ${(around?.colleagues ?? []).map((one) => option('collega', one.id, t('desk.transfer.colleague', { name: one.name, organisation: one.organisation, status: t(`desk.presence.${one.status}`) })))}
        </optgroup>
      </select>
    </div>
    <div class="field">
      <label class="utrecht-form-label" for="transfer-note">${t('desk.transfer.note')}</label>
      <textarea class="utrecht-textarea" id="transfer-note" name="note" rows="3" maxlength="2000"></textarea>
    </div>
    ${buttons(state, t('desk.transfer.submit'), t('desk.transfer.cancel'))}
  </form>`);
}

function refuseView(state: DialogState, actions: DialogActions): TemplateResult {
  return dialog('refuse', t('desk.refuse.heading'), html`<form @submit=${submitter((data, filled) => actions.refuse(words(data, 'reason'), filled))}>
    <div class="field">
      <label class="utrecht-form-label" for="refuse-reason">${t('desk.refuse.reason')}</label>
      <textarea class="utrecht-textarea" id="refuse-reason" name="reason" rows="3" minlength="10" maxlength="500" required></textarea>
    </div>
    ${buttons(state, t('desk.refuse.submit'), t('desk.refuse.cancel'))}
  </form>`);
}

function leaveView(state: DialogState, actions: DialogActions): TemplateResult {
  return dialog('leave', t('desk.leave.heading'), html`<form @submit=${submitter(() => actions.leave())}>
    <p class="nl-paragraph">${t('desk.leave.intro', { count: state.own })}</p>
    ${buttons(state, t('desk.leave.submit'), t('desk.leave.cancel'))}
  </form>`);
}

/** All of them; each opens by `showModal` on its id, `dialog-NAME`. */
export function dialogsView(state: DialogState, actions: DialogActions): TemplateResult {
  return html`${returnView(state, actions)} ${closeView(state, actions)} ${transferView(state, actions)} ${refuseView(state, actions)} ${leaveView(state, actions)}
    ${dialog('help', t('desk.help.heading'), html`<div class="help">
      <ul class="list">${list('desk.help.keys').map((line) => html`<li>${line}</li>`)}</ul>
      <label class="kind"><input type="checkbox" .checked=${state.keys} @change=${actions.toggleKeys} />${t('desk.help.letters')}</label>
      <dl class="shortcuts">${list('desk.help.shortcuts').map((line) => {
        const [key, what] = line.split(' = ');
        return html`<div><dt><kbd>${key}</kbd></dt><dd>${what}</dd></div>`;
      })}</dl>
      <button type="button" class="nl-button nl-button--primary" @click=${dismiss}>${t('desk.help.close')}</button>
    </div>`)}`;
}
