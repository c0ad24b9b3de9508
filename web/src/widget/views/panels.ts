/** What the citizen fills in: the dialogs (on the browser's own element, which holds the focus and gives it back), and the rating. */
import { html, nothing, type TemplateResult } from 'lit';
import { icon, type Icon } from '../../shared/icons.ts';
import { t } from '../../shared/texts.ts';
import type { Business } from '../business.ts';

export interface Tools {
  language: string;
  /** Whether new messages are read aloud; undefined where the browser cannot speak. */
  reading: boolean | undefined;
  toggleReading: () => void;
  /** Undefined as long as there is nothing to keep or delete. */
  save: ((kind: 'html' | 'json') => void) | undefined;
}

/** Dutch, easy Dutch, and the languages in which we have texts (loket/conversations/language.py). */
const LANGUAGES = ['nl', 'makkelijk', 'en', 'de', 'tr', 'pl', 'uk', 'ar'];

/** What went wrong; the region is there before it is needed, else a screen reader says nothing. */
function troubleView(business: Business): TemplateResult {
  return html`<div role="alert" id="panel-trouble">${business.trouble ? html`<p class="trouble">${icon('warning')}<span>${business.trouble}</span></p>` : nothing}</div>`;
}

function buttonsView(business: Business, submit: string, cancel: string): TemplateResult {
  const onCancel = (event: Event): void => (event.target as Element).closest('dialog')?.close();
  return html`<div class="row">
    <button type="submit" class="nl-button nl-button--primary" aria-disabled=${business.busy}>${submit}</button>
    <button type="button" class="nl-button nl-button--subtle" @click=${onCancel}>${cancel}</button>
  </div>`;
}

/** The open dialog; the element is always there, for it is opened by a call. */
export function panelView(business: Business, tools: Tools, onClose: () => void): TemplateResult {
  const onSubmit = (event: SubmitEvent): void => {
    event.preventDefault();
    const data = new FormData(event.target as HTMLFormElement);
    if (business.panel === 'delete') return business.erase();
    business.callBack(String(data.get('number')), business.offers[Number(data.get('offer') ?? -1)], String(data.get('question')));
  };
  const { panel } = business;
  return html`<dialog aria-labelledby="panel-title" @close=${onClose}>
    ${panel === undefined
      ? nothing
      : !business.ready
        ? html`<form class="panel" method="dialog"><p id="panel-title">${t('chat.panel.offline')}</p><button class="nl-button nl-button--secondary">${t('chat.panel.close')}</button></form>`
      : panel === 'language' || panel === 'more' || panel === 'rating'
        ? html`<div class="panel">${panel === 'rating' ? ratingView(business) : html`<h2 class="nl-heading nl-heading--level-2" id="panel-title">${t(panel === 'more' ? 'chat.tools.menu' : 'chat.tools.language')}</h2>
            ${panel === 'more' ? moreView(business, tools) : languagesView(business, tools.language)}
            ${troubleView(business)}`}
            <form method="dialog"><button class="nl-button nl-button--subtle">${t('chat.panel.close')}</button></form></div>`
      : html`<form class="panel" novalidate @submit=${onSubmit}>
          <h2 class="nl-heading nl-heading--level-2" id="panel-title">${t(`chat.${panel}.title`)}</h2>
          ${panel === 'delete' ? deleteView(business) : callbackView(business)}
        </form>`}
  </dialog>`;
}

/** Each language named in itself. */
function languagesView(business: Business, language: string): TemplateResult[] {
  return LANGUAGES.map(
    (code) => html`<button type="button" class="choice" lang=${code === 'makkelijk' ? 'nl' : code} aria-current=${code === language || nothing} @click=${() => business.choose(code)}><span>${t(`chat.languages.${code}`)}</span>${code === language ? icon('check') : nothing}</button>`,
  );
}

/** What can be done with the conversation as a whole. */
function moreView(business: Business, { reading, toggleReading, save }: Tools): unknown[] {
  const item = (symbol: Icon, words: string, action: () => void): TemplateResult =>
    html`<button type="button" class="choice" @click=${action}><span>${words}</span>${icon(symbol)}</button>`;
  const then = (action: () => void) => (): void => {
    business.close();
    action();
  };
  return [
    reading === undefined ? nothing : item(reading ? 'stop' : 'speak', t(reading ? 'chat.tools.read_off' : 'chat.tools.read_on'), then(toggleReading)),
    business.rateable ? item('check', t('chat.rating.submit'), () => void business.open('rating')) : nothing,
    save ? [item('save', t('chat.tools.download_html'), then(() => save('html'))), item('save', t('chat.tools.download_json'), then(() => save('json'))), item('bin', t('chat.tools.delete'), () => void business.open('delete'))] : nothing,
  ];
}

function deleteView(business: Business): TemplateResult {
  return html`<p>${t('chat.delete.intro')}</p>
    ${troubleView(business)} ${buttonsView(business, t(business.code === 'human_busy' ? 'chat.delete.anyway' : 'chat.delete.submit'), t('chat.delete.cancel'))}`;
}

function callbackView(business: Business): TemplateResult {
  const { current, offers, opens, code, busy } = business;
  const described = code === 'nummer' ? 'panel-trouble' : nothing;
  return html`${current
      ? html`<p>${t('chat.callback.current', current)}</p>
          <button type="button" class="nl-button nl-button--secondary" @click=${() => business.cancelCall()}>${t('chat.callback.cancel_call')}</button>`
      : html`<p>${opens ? t('chat.callback.closed', { opens }) : t('chat.callback.intro')}</p>`}
    <label class="utrecht-form-label" for="number">${t('chat.callback.number')}</label>
    <input class="utrecht-textarea" id="number" name="number" type="tel" autocomplete="tel" aria-invalid=${code === 'nummer'} aria-describedby=${described} />
    <fieldset>
      <legend class="utrecht-form-label">${t('chat.callback.moment')}</legend>
      ${offers.map((offer, n) => html`<label class="choice"><input type="radio" name="offer" value=${n} />${offer.words}</label>`)}
      ${offers.length === 0 ? html`<p>${t(busy ? 'chat.panel.loading' : 'chat.callback.no_offers')}</p>` : nothing}
    </fieldset>
    <label class="utrecht-form-label" for="question">${t('chat.callback.question')}</label>
    <textarea class="utrecht-textarea" id="question" name="question" rows="2" maxlength="500"></textarea>
    ${troubleView(business)} ${buttonsView(business, t('chat.callback.submit'), t('chat.callback.cancel'))}`;
}

/** How it was, 1 to 5, with words if the citizen likes: below a closed conversation, never in the way. */
export function ratingView(business: Business): TemplateResult | typeof nothing {
  if (!business.rateable) return nothing;
  const onSubmit = (event: SubmitEvent): void => {
    event.preventDefault();
    const data = new FormData(event.target as HTMLFormElement);
    business.rate(Number(data.get('score')), String(data.get('words')));
  };
  return html`<form class="card rating" novalidate @submit=${onSubmit}>
    <fieldset>
      <legend class="utrecht-form-label" id=${business.panel === 'rating' ? 'panel-title' : nothing}>${t('chat.rating.legend')}</legend>
      <div class="scores">
        ${[1, 2, 3, 4, 5].map((score) => html`<label class="score"><input type="radio" name="score" value=${score} /><span>${score}</span><span class="score-words">${t(`chat.rating.score_${score}`)}</span></label>`)}
      </div>
    </fieldset>
    <label class="utrecht-form-label" for="words">${t('chat.rating.words')}</label>
    <textarea class="utrecht-textarea" id="words" name="words" rows="2" maxlength="1000"></textarea>
    ${business.panel && business.panel !== 'rating' ? nothing : troubleView(business)}
    <button type="submit" class="nl-button nl-button--secondary" aria-disabled=${business.busy}>${t('chat.rating.submit')}</button>
  </form>`;
}
