/** What can be done with the conversation as a whole: a disclosure, so that it needs no script of its own. */
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

/** The choice of a language, each named in itself: the browser's own list, under the finger as a button. */
export function languageView(language: string, choose: (language: string) => void): TemplateResult {
  const onChange = (event: Event): void => choose((event.target as HTMLSelectElement).value);
  return html`<label class="language">${icon('globe')}<span class="hidden">${t('chat.tools.language')}</span>
    <select @change=${onChange}>
      ${LANGUAGES.map((code) => html`<option value=${code} lang=${code === 'makkelijk' ? 'nl' : code} .selected=${code === language}>${t(`chat.languages.${code}`)}</option>`)}
    </select>
  </label>`;
}

/** The list behind the three dots; nothing when there is nothing in it. */
export function toolsView(tools: Tools): TemplateResult | typeof nothing {
  const { reading, save } = tools;
  if (reading === undefined && !save) return nothing;
  const item = (symbol: Icon, words: string, action: () => void): TemplateResult => {
    const onClick = (event: Event): void => {
      close(event);
      action();
    };
    return html`<li><button type="button" class="nl-button nl-button--subtle" @click=${onClick}>${icon(symbol)}<span class="nl-button__label">${words}</span></button></li>`;
  };
  return html`<details class="tools" @keydown=${(event: KeyboardEvent) => event.key === 'Escape' && close(event)}>
    <summary>${icon('more')}<span class="tools-name">${t('chat.tools.menu')}</span></summary>
    <ul>
      ${reading === undefined ? nothing : item(reading ? 'stop' : 'speak', t(reading ? 'chat.tools.read_off' : 'chat.tools.read_on'), tools.toggleReading)}
      ${save ? html`${item('save', t('chat.tools.download_html'), () => save('html'))}${item('save', t('chat.tools.download_json'), () => save('json'))}${item('bin', t('chat.tools.delete'), tools.erase)}` : nothing}
    </ul>
  </details>`;
}
