/** What can be done with the conversation as a whole. */
import { html, nothing, type TemplateResult } from 'lit';
import { icon, type Icon } from '../../shared/icons.ts';
import { t } from '../../shared/texts.ts';

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

/** What can be done with the conversation: a disclosure, so that it needs no script; nothing when there is nothing to do. */
export function toolsView({ reading, toggleReading, save, erase }: Tools): TemplateResult | typeof nothing {
  const item = (symbol: Icon, words: string, action: () => void): TemplateResult => {
    const onClick = (event: Event): void => {
      close(event);
      action();
    };
    return html`<li><button type="button" class="nl-button nl-button--subtle" @click=${onClick}>${icon(symbol)}<span class="nl-button__label">${words}</span></button></li>`;
  };
  if (reading === undefined && !save) return nothing;
  return html`<details class="tools" @keydown=${(event: KeyboardEvent) => event.key === 'Escape' && close(event)}>
    <summary>${icon('more')}<span class="tools-name">${t('chat.tools.menu')}</span></summary>
    <ul>
      ${reading === undefined ? nothing : item(reading ? 'stop' : 'speak', t(reading ? 'chat.tools.read_off' : 'chat.tools.read_on'), toggleReading)}
      ${save ? [item('save', t('chat.tools.download_html'), () => save('html')), item('save', t('chat.tools.download_json'), () => save('json')), item('bin', t('chat.tools.delete'), erase)] : nothing}
    </ul>
  </details>`;
}
