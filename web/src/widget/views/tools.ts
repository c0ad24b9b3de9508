/** The lists on top: what can be done with the conversation as a whole, and in which language. */
import { html, nothing, type TemplateResult } from 'lit';
import { icon, type Icon } from '../../shared/icons.ts';
import { t } from '../../shared/texts.ts';

/** Dutch, easy Dutch, and the languages in which we have texts (loket/conversations/language.py). */
export const LANGUAGES = ['nl', 'makkelijk', 'en', 'de', 'tr', 'pl', 'uk', 'ar'];

export interface Tools {
  /** Whether new messages are read aloud; undefined where the browser cannot speak. */
  reading: boolean | undefined;
  toggleReading: () => void;
  /** Undefined as long as there is nothing to keep or delete. */
  save: ((kind: 'html' | 'json') => void) | undefined;
  erase: () => void;
}

/** Closes the list after a choice or with Escape, and gives the focus back to what opened it. */
function close(event: Event): void {
  const details = (event.target as Element).closest('details');
  if (!details?.open) return;
  event.preventDefault(); // the conversation itself stays open
  details.open = false;
  details.querySelector('summary')?.focus();
}

/** A list behind a button: a disclosure, so that it needs no script of its own. */
function listView(symbol: Icon, words: string, items: unknown): TemplateResult {
  return html`<details class="tools list-${symbol}" name="lists" @keydown=${(event: KeyboardEvent) => event.key === 'Escape' && close(event)}>
    <summary>${icon(symbol)}<span class="tools-name">${words}</span></summary>
    <ul>${items}</ul>
  </details>`;
}

function itemView(symbol: Icon | undefined, words: unknown, action: () => void, current = false): TemplateResult {
  const onClick = (event: Event): void => {
    close(event);
    action();
  };
  return html`<li><button type="button" class="nl-button nl-button--subtle" aria-current=${current || nothing} @click=${onClick}>${symbol ? icon(symbol) : nothing}<span class="nl-button__label">${words}</span></button></li>`;
}

/** The choice of a language, each named in itself. */
export function languageView(language: string, choose: (language: string) => void): TemplateResult {
  const items = LANGUAGES.map((code) =>
    itemView(code === language ? 'check' : undefined, html`<span lang=${code === 'makkelijk' ? 'nl' : code}>${t(`chat.languages.${code}`)}</span>`, () => choose(code), code === language),
  );
  return listView('globe', t('chat.tools.language'), items);
}

/** What can be done with the conversation; nothing when there is nothing to do. */
export function toolsView({ reading, toggleReading, save, erase }: Tools): TemplateResult | typeof nothing {
  if (reading === undefined && !save) return nothing;
  return listView('more', t('chat.tools.menu'), [
    reading === undefined ? nothing : itemView(reading ? 'stop' : 'speak', t(reading ? 'chat.tools.read_off' : 'chat.tools.read_on'), toggleReading),
    save ? [itemView('save', t('chat.tools.download_html'), () => save('html')), itemView('save', t('chat.tools.download_json'), () => save('json')), itemView('bin', t('chat.tools.delete'), erase)] : nothing,
  ]);
}
