/** Where staff answer the citizen or leave a note for each other; which of the two is always plain to see. */
import { html, nothing, type TemplateResult } from 'lit';
import { live } from 'lit/directives/live.js';
import { icon } from '../../shared/icons.ts';
import { t } from '../../shared/texts.ts';
import type { Desk } from '../desk.ts';
import type { Draft } from '../outbox.ts';
import type { Choice } from '../picker.ts';
import type { Suggestion } from '../protocol.ts';

export interface ComposerState {
  kind: Draft['kind'];
  text: string;
  /** What can be chosen behind a slash or an at sign; undefined when nothing is being chosen. */
  choices: Choice[] | undefined;
  at: number;
  /** `none`: the bot is not sure enough. */
  suggestion: Suggestion | 'none' | 'loading' | undefined;
}

export interface ComposerActions {
  choose: (kind: Draft['kind']) => void;
  typed: (field: HTMLTextAreaElement) => void;
  send: () => void;
  /** A key while something can be chosen; true when it was used. */
  pickKey: (key: string) => boolean;
  pick: (choice: Choice) => void;
  answers: () => void;
  suggest: () => void;
  takeSuggestion: (suggestion: Suggestion) => void;
  dropSuggestion: () => void;
  /** What was being typed goes to the clipboard, when it can not be sent any more. */
  copy: (text: string) => void;
}

/** Why the user cannot answer here, in one sentence; empty when they can. */
function barrier(desk: Desk): string {
  const item = desk.detail?.item;
  if (!item || desk.mine) return '';
  if (item.state === 'closed') return t('desk.conversation.closed');
  if (item.owner) return t('desk.conversation.claimed_by', { name: item.owner.name });
  return t(item.state === 'bot' ? 'desk.conversation.with_bot' : 'desk.conversation.not_claimed');
}

function choicesView(choices: Choice[], at: number, pick: (choice: Choice) => void): TemplateResult {
  if (choices.length === 0) return html`<p class="choices-none" role="status">${t('desk.composer.nothing_found')}</p>`;
  return html`<ul class="picker" id="picker" role="listbox" aria-label=${t('desk.composer.choices')}>
    ${choices.map(
      (choice, n) => html`<li role="option" id="pick-${n}" aria-selected=${n === at} class=${n === at ? 'picked' : ''}
        @mousedown=${(event: Event) => event.preventDefault()} @click=${() => pick(choice)}>
        <span class="pick-title">${choice.title}</span> <span class="pick-detail">${choice.detail}</span>
        ${choice.text === `@${choice.title}` ? nothing : html`<span class="pick-text">${choice.text}</span>`}
      </li>`,
    )}
  </ul>`;
}

function suggestionView(suggestion: ComposerState['suggestion'], actions: ComposerActions): TemplateResult | typeof nothing {
  if (!suggestion) return nothing;
  if (suggestion === 'loading') return html`<p class="suggestion" role="status">${t('desk.suggestion.loading')}</p>`;
  const away = html`<button type="button" class="nl-button nl-button--subtle" @click=${actions.dropSuggestion}>${t('desk.suggestion.drop')}</button>`;
  if (suggestion === 'none') return html`<div class="suggestion" role="status"><p>${t('desk.suggestion.none')}</p>${away}</div>`;
  return html`<section class="suggestion" aria-label=${t('desk.suggestion.heading')}>
    <p class="suggestion-head"><strong>${t('desk.suggestion.heading')}</strong> <span class="made">${t('desk.suggestion.about', { title: suggestion.title, percent: Math.round(suggestion.score * 100) })}</span></p>
    <p class="suggestion-text" tabindex="0">${suggestion.text}</p>
    <div class="row"><button type="button" class="nl-button nl-button--secondary" @click=${() => actions.takeSuggestion(suggestion)}>${t('desk.suggestion.take')}</button>${away}</div>
  </section>`;
}

/** Only reading: why, what was being typed here, and a note that can be left all the same. */
function barrierView(desk: Desk, words: string, state: ComposerState, actions: ComposerActions): TemplateResult {
  const left = state.text.trim();
  return html`<div class="barrier">
    <p>${words}</p>
    ${left && state.kind === 'messages'
      ? html`<p class="left">${t('desk.composer.left')} <q>${left}</q></p>
          <button type="button" class="nl-button nl-button--subtle" @click=${() => actions.copy(left)}>${icon('copy')}<span class="nl-button__label">${t('desk.composer.copy')}</span></button>`
      : nothing}
    ${state.kind !== 'notes' && desk.detail?.item.state !== 'closed'
      ? html`<button type="button" class="nl-button nl-button--subtle" @click=${() => actions.choose('notes')}>${icon('note')}<span class="nl-button__label">${t('desk.composer.leave_note')}</span></button>`
      : nothing}
  </div>`;
}

export function composerView(desk: Desk, state: ComposerState, actions: ComposerActions): TemplateResult | typeof nothing {
  if (!desk.detail) return nothing;
  const closed = barrier(desk);
  const note = state.kind === 'notes' && desk.detail.item.state !== 'closed';
  if (closed && !note) return barrierView(desk, closed, state, actions);
  const { choices } = state;
  const onKey = (event: KeyboardEvent): void => {
    if (event.isComposing) return;
    if (choices && actions.pickKey(event.key)) event.preventDefault();
    else if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      actions.send();
    }
  };
  const onSubmit = (event: Event): void => {
    event.preventDefault();
    actions.send();
  };
  const kinds: [Draft['kind'], string][] = [
    ['messages', t('desk.composer.reply')],
    ['notes', t('desk.composer.note')],
  ];
  return html`${closed ? barrierView(desk, closed, state, actions) : suggestionView(state.suggestion, actions)}
  <form class="composer ${note ? 'composer-note' : ''}" aria-label=${t('desk.composer.label')} @submit=${onSubmit}>
    ${choices ? choicesView(choices, state.at, actions.pick) : nothing}
    <div class="composer-top">
      ${closed
        ? html`<span class="note-hint">${t('desk.composer.note_hint')}</span>
            <button type="button" class="nl-button nl-button--subtle" @click=${() => actions.choose('messages')}>${t('desk.composer.no_note')}</button>`
        : html`<fieldset class="kinds">
            <legend class="hidden">${t('desk.composer.kind')}</legend>
            ${kinds.map(
              ([kind, words]) => html`<label class="kind"><input type="radio" name="kind" .checked=${live(state.kind === kind)} @change=${() => actions.choose(kind)} />${words}</label>`,
            )}
            ${note ? html`<span class="note-hint">${t('desk.composer.note_hint')}</span>` : nothing}
          </fieldset>`}
      ${note || closed
        ? nothing
        : html`<div class="row composer-tools">
            <button type="button" class="nl-button nl-button--subtle" @click=${actions.answers}>${t('desk.composer.answers')}</button>
            <button type="button" class="nl-button nl-button--subtle" @click=${actions.suggest}>${t('desk.composer.suggest')}</button>
          </div>`}
    </div>
    <label class="hidden" for="reply">${t(note ? 'desk.composer.note_label' : 'desk.composer.reply_label')}</label>
    <div class="composer-line">
      <textarea class="utrecht-textarea" id="reply" rows="2" aria-describedby="reply-keys" .value=${live(state.text)}
        aria-autocomplete="list" aria-controls=${choices && choices.length > 0 ? 'picker' : nothing} aria-activedescendant=${choices && choices.length > 0 ? `pick-${state.at}` : nothing}
        @keydown=${onKey} @input=${(event: InputEvent) => actions.typed(event.target as HTMLTextAreaElement)}></textarea>
      <button type="submit" class="nl-button nl-button--primary">${icon(note ? 'note' : 'send')}<span class="nl-button__label">${t(note ? 'desk.composer.send_note' : 'desk.composer.send_reply')}</span></button>
    </div>
    <p class="keys" id="reply-keys">${t(note ? 'desk.composer.note_keys' : 'desk.composer.keys')}</p>
    ${note ? nothing : html`<verbonden-limits .api=${desk.api} .conversation=${desk.detail.item.id} .channel=${desk.detail.item.channel} .text=${state.text}></verbonden-limits>
        <verbonden-send-file .api=${desk.api} .conversation=${desk.detail.item.id} .channel=${desk.detail.item.channel}></verbonden-send-file>`}
  </form>`;
}
