/** Where staff answer the citizen or leave a note for each other; which of the two is always plain to see. */
import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { icon } from '../../shared/icons.ts';
import { t } from '../../shared/texts.ts';
import type { Desk, Draft } from '../desk.ts';

export interface ComposerState {
  kind: Draft['kind'];
  text: string;
}

export interface ComposerActions {
  choose: (kind: Draft['kind']) => void;
  typed: (text: string) => void;
  send: () => void;
}

/** Why the user cannot write here, in one sentence; empty when they can. */
function barrier(desk: Desk): string {
  const item = desk.detail?.item;
  if (!item || desk.mine) return '';
  if (item.state === 'closed') return t('desk.conversation.closed');
  if (item.owner) return t('desk.conversation.claimed_by', { name: item.owner.name });
  return t(item.state === 'bot' ? 'desk.conversation.with_bot' : 'desk.conversation.not_claimed');
}

export function composerView(desk: Desk, state: ComposerState, actions: ComposerActions): TemplateResult | typeof nothing {
  if (!desk.detail) return nothing;
  const closed = barrier(desk);
  if (closed) return html`<p class="barrier">${closed}</p>`;
  const note = state.kind === 'notes';
  const onKey = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    actions.send();
  };
  const onSubmit = (event: Event): void => {
    event.preventDefault();
    actions.send();
  };
  const kinds: [Draft['kind'], string][] = [
    ['messages', t('desk.composer.reply')],
    ['notes', t('desk.composer.note')],
  ];
  return html`<form class="composer ${note ? 'composer-note' : ''}" aria-label=${t('desk.composer.label')} @submit=${onSubmit}>
    <fieldset class="kinds">
      <legend class="hidden">${t('desk.composer.kind')}</legend>
      ${kinds.map(
        ([kind, words]) => html`<label class="kind"><input type="radio" name="kind" .checked=${live(state.kind === kind)} @change=${() => actions.choose(kind)} />${words}</label>`,
      )}
      ${note ? html`<span class="note-hint">${t('desk.composer.note_hint')}</span>` : nothing}
    </fieldset>
    <label class="hidden" for="reply">${t(note ? 'desk.composer.note_label' : 'desk.composer.reply_label')}</label>
    <div class="composer-line">
      <textarea class="utrecht-textarea" id="reply" rows="2" aria-describedby="reply-keys" .value=${live(state.text)}
        @keydown=${onKey} @input=${(event: InputEvent) => actions.typed((event.target as HTMLTextAreaElement).value)}></textarea>
      <button type="submit" class="nl-button nl-button--primary">${icon(note ? 'note' : 'send')}<span class="nl-button__label">${t(note ? 'desk.composer.send_note' : 'desk.composer.send_reply')}</span></button>
    </div>
    <p class="keys" id="reply-keys">${t('desk.composer.keys')}</p>
    ${note ? nothing : html`<verbonden-limits .api=${desk.api} .conversation=${desk.detail.item.id} .channel=${desk.detail.item.channel} .text=${state.text}></verbonden-limits>`}
  </form>`;
}
