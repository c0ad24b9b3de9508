/** The parts around the conversation: first screen, state line, trouble with the connection, input, ways to open it and to its end. */
import { html, nothing, type TemplateResult } from 'lit';
import { icon, type Icon } from '../../shared/icons.ts';
import type { State } from '../../shared/protocol.ts';
import { list, t } from '../../shared/texts.ts';
import type { Conversation } from '../conversation.ts';
import type { Scroller } from '../scroller.ts';

/**
 * The first screen: what this is, and questions to start with.
 *
 * The server's greeting says the same and comes a moment later; it is shown as first message once the talk begins, for
 * a first screen that moves under the finger makes people press the wrong question.
 */
export function startView(ask: (text: string) => void): TemplateResult {
  return html`<div class="start">
    <h2 class="nl-heading nl-heading--level-2">${t('chat.start.title')}</h2>
    <p class="nl-paragraph nl-paragraph--lead">${t('chat.start.intro')}</p>
    <ul class="examples" aria-label=${t('chat.start.examples_label')}>
      ${list('chat.start.examples').map(
        (question) => html`<li><button type="button" class="example" @click=${() => ask(question)}><span>${question}</span>${icon('next')}</button></li>`,
      )}
    </ul>
    <ul class="notes">
      <li>${icon('person')}<span>${t('chat.start.computer')}</span></li>
      <li>${icon('note')}<span>${t('chat.start.private')}</span></li>
      <li>${icon('warning')}<span>${t('chat.start.urgent')} <a class="nl-link" href="tel:${t('chat.start.urgent_number')}">${t('chat.start.urgent_call')}</a></span></li>
    </ul>
  </div>`;
}

/** Who the citizen talks to now, in one or two sentences. */
export function stateWords(conversation: Pick<Conversation, 'state' | 'human' | 'place'>): string[] {
  const { state, human, place } = conversation;
  if (state === 'queued') {
    const where = place === null ? [] : [place <= 1 ? t('chat.state.queued_next') : t('chat.state.queued_place', { place })];
    return [t('chat.state.queued'), ...where];
  }
  if (state === 'claimed') {
    if (!human?.name) return [t('chat.state.claimed_unknown')];
    if (!human.organisation) return [t('chat.state.claimed_no_organisation', { name: human.name })];
    return [t('chat.state.claimed', { ...human })];
  }
  return [t(`chat.state.${state}`)];
}

/** The state line on top. */
export function stateView(conversation: Conversation): TemplateResult {
  const { state } = conversation;
  const hint = state === 'queued' ? t('chat.state.queued_hint') : state === 'closed' ? t('chat.state.closed_hint') : '';
  const [title, ...rest] = stateWords(conversation);
  const symbol = state === 'bot' ? 'computer' : state === 'queued' || state === 'second_line_pending' ? 'clock' : state === 'callback' ? 'phone' : state === 'closed' ? 'check' : 'person';
  return html`<div class="state state-${state}">
    ${icon(symbol)}
    <p><strong>${title}</strong>${rest.map((sentence) => html`<span class="state-place">${sentence}</span>`)}${hint ? html`<span class="state-hint">${hint}</span>` : nothing}</p>
  </div>`;
}

/** Who is typing. */
export function typingWords({ typing, human }: Conversation): string {
  if (typing === 'bot') return t('chat.typing.bot');
  return human?.name ? t('chat.typing.human', { name: human.name }) : t('chat.typing.human_unknown');
}

/** What is wrong with the connection and what to do; nothing when all is well. */
export function troubleView(conversation: Conversation, retry: () => void): TemplateResult | typeof nothing {
  const { status } = conversation;
  if (status !== 'lost' && status !== 'failed') return nothing;
  const words = navigator.onLine ? t(`chat.connection.${status}`) : t('chat.connection.offline');
  return html`<div class="utrecht-alert utrecht-alert--warning trouble-bar">
    ${icon('warning')}
    <p>${words}</p>
    <button type="button" class="nl-button nl-button--secondary" @click=${retry}>${t('chat.connection.retry')}</button>
  </div>`;
}

export interface ComposerActions {
  submit: () => void;
  /** Ask for a human, or while waiting for one to be called; undefined where a human has the conversation. */
  way: { words: string; symbol: Icon; go: () => void } | undefined;
  /** Undefined where there is no human to see a file. */
  attach: ((files: FileList) => void) | undefined;
  typed: () => void;
  /** Who helps reads along. */
  preview: boolean;
}

/** The way to a human; who waits for one can choose to be called. */
export function wayToHuman(state: State, ask: (words: string) => void, call: () => void): ComposerActions['way'] {
  const words = t('chat.composer.human');
  if (state === 'bot' || state === 'closed') return { words, symbol: 'person', go: () => ask(words) };
  if (state !== 'queued' && state !== 'callback') return undefined;
  return { words: t(state === 'queued' ? 'chat.composer.call' : 'chat.composer.call_change'), symbol: 'phone', go: call };
}

/** Pressing a button with the pointer must not take the focus away from the text (on a phone the keyboard would drop). */
const keepFocus = (event: Event): void => event.preventDefault();

/** The way to a human, and the input. */
export function composerView(actions: ComposerActions): TemplateResult {
  const onKey = (event: KeyboardEvent): void => {
    // A finger on glass has no shift: there the Enter key makes a new line, as in other messengers.
    const touch = matchMedia('(pointer: coarse)').matches;
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing || touch) return;
    event.preventDefault();
    actions.submit();
  };
  const onSubmit = (event: Event): void => {
    event.preventDefault();
    actions.submit();
  };
  const { way, attach } = actions;
  const onFiles = (event: Event): void => {
    const input = event.target as HTMLInputElement;
    if (input.files) attach?.(input.files);
    input.value = ''; // the same file can be chosen again
  };
  return html`<form class="composer" @submit=${onSubmit}>
    <div class="composer-top">
      <label class="utrecht-form-label" for="text">${t('chat.composer.label')}</label>
      ${way ? html`<button type="button" class="nl-button nl-button--secondary human" @mousedown=${keepFocus} @click=${way.go}>${icon(way.symbol)}<span class="nl-button__label">${way.words}</span></button>` : nothing}
    </div>
    <div class="composer-line">
      ${attach
        ? html`<label class="attach" title=${t('chat.file.kinds')}>${icon('clip')}<span class="hidden">${t('chat.file.attach')}</span><input class="hidden" type="file" multiple accept="image/*,application/pdf,audio/*" aria-describedby="kinds" @change=${onFiles} /></label><span class="hidden" id="kinds">${t('chat.file.kinds')}</span>`
        : nothing}
      <textarea id="text" class="utrecht-textarea" rows="1" dir="auto" aria-describedby="keys" @keydown=${onKey} @input=${actions.typed}></textarea>
      <button type="submit" class="nl-button nl-button--primary send" @mousedown=${keepFocus}>${icon('send')}<span class="nl-button__label">${t('chat.composer.send')}</span></button>
    </div>
    <p id="keys" class=${actions.preview ? 'told' : 'keys'}>${actions.preview ? html`${icon('person')} ${t('chat.composer.preview')}` : t('chat.composer.keys')}</p>
  </form>`;
}

/** The button in the corner of another site; `news`: something came while the conversation was closed. */
export function launchView(news: boolean, open: () => void): TemplateResult {
  return html`<button type="button" class="nl-button nl-button--primary launch" @click=${open}>
    ${icon('chat')}<span class="nl-button__label">${t('chat.launcher.open')}${news ? html` <span class="news">${t('chat.launcher.unread')}</span>` : nothing}</span>
  </button>`;
}

/** The way back to the newest message, for who scrolled up; its focus goes to the conversation as it disappears. */
export function toEndView(scroller: Scroller): TemplateResult | typeof nothing {
  if (scroller.atEnd) return nothing;
  const go = (): void => {
    scroller.focus();
    scroller.toEnd();
  };
  return html`<button type="button" class="nl-button nl-button--secondary to-end" @click=${go}>
    ${icon('down')}${scroller.unseen ? html`<span class="nl-button__label">${t('chat.composer.new_messages')}</span>` : nothing}<span class="hidden">${t('chat.composer.to_end')}</span>
  </button>`;
}
