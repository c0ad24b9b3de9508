/** Ways on: where a message leads to. */
import { html, nothing, type TemplateResult } from 'lit';
import { icon } from './icons.ts';
import type { Message } from './protocol.ts';
import { t } from './texts.ts';

/** The host of an address, to show where a link leads; the address itself if it is not a web address. */
export function host(url: string): string {
  try {
    return new URL(url).hostname.replace(/^www\./, '');
  } catch {
    return url;
  }
}

/** A title that is an address itself, as `host` writes it. */
function bare(title: string): string {
  return title.replace(/^www\./, '').replace(/\/$/, '');
}

/** Only web addresses become links: `javascript:` and the like stay text. */
function safe(url: string): boolean {
  return /^https?:\/\//i.test(url);
}

/** A link that stays on this site opens in the same window, as logging in must. */
const own = (url: string): boolean => url.startsWith(`${location.origin}/`);

/** The phone numbers and links of a message, large enough to tap. */
export function waysView(message: Pick<Message, 'links' | 'phones'>): TemplateResult | typeof nothing {
  if (message.links.length + message.phones.length === 0) return nothing;
  return html`<ul class="ways">
    ${message.phones.map(
      (phone) => html`<li>
        <a class="way" href="tel:${phone.number.replaceAll(/[^\d+*#]/g, '')}">
          ${icon('phone')}<span><span class="way-title">${phone.title}</span>
            ${phone.title.includes(phone.number) ? nothing : html`<span class="way-note">${phone.number}</span>`}</span>
        </a>
      </li>`,
    )}
    ${message.links.filter((link) => safe(link.url)).map(
      (link) => html`<li>
        <a class="way" href=${link.url} target=${own(link.url) ? nothing : '_blank'} rel="noopener noreferrer">
          ${icon('external')}<span><span class="way-title">${link.title}</span>
            ${own(link.url) ? nothing : html`<span class="way-note">${bare(link.title) === host(link.url) ? nothing : html`${host(link.url)}, `}${t('chat.message.link_new_window')}</span>`}</span>
        </a>
      </li>`,
    )}
  </ul>`;
}
