/** The conversation as a file of the citizen's own: made here, sent nowhere. */
import type { Message } from '../shared/protocol.ts';
import { t } from '../shared/texts.ts';
import { clockTime, longDate } from '../shared/time.ts';
import { announcement } from './announce.ts';
import { host } from '../shared/ways.ts';
import { speaker } from './views/message.ts';

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}

/** A page that reads and prints well without any other file. */
export function transcriptHtml(messages: Message[], now: Date): string {
  const rows = messages.map((message) => {
    const links = message.links.map((link) => `<li><a href="${escape(link.url)}">${escape(link.title)}</a> (${escape(host(link.url))})</li>`);
    const words = announcement({ ...message, links: [], buttons: [] });
    return `<article><h2>${escape(speaker(message))}, ${longDate(message.at)} ${clockTime(message.at)}</h2>
<p>${escape(words).replaceAll('\n', '<br>')}</p>${links.length > 0 ? `<ul>${links.join('')}</ul>` : ''}</article>`;
  });
  return `<!doctype html><html lang="nl"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${escape(t('chat.transcript.title'))}</title>
<style>body{font:1.125rem/1.5 system-ui,sans-serif;max-width:42rem;margin:2rem auto;padding:0 1rem}h2{font-size:1rem;margin:1.5rem 0 .25rem}p{margin:0;overflow-wrap:anywhere}</style>
</head><body><h1>${escape(t('chat.transcript.title'))}</h1><p>${escape(t('chat.transcript.made', { date: longDate(now.toISOString()) }))}</p>
${rows.join('\n')}
</body></html>`;
}

/** The messages as they came, for who wants to use them elsewhere. */
export function transcriptJson(messages: Message[], now: Date): string {
  return JSON.stringify({ title: t('chat.transcript.title'), made_at: now.toISOString(), messages }, null, 2);
}

/** Offers the file to the browser's downloads. */
export function downloadTranscript(messages: Message[], kind: 'html' | 'json'): void {
  const now = new Date();
  const text = kind === 'html' ? transcriptHtml(messages, now) : transcriptJson(messages, now);
  const address = URL.createObjectURL(new Blob([text], { type: kind === 'html' ? 'text/html' : 'application/json' }));
  const link = document.createElement('a');
  link.href = address;
  link.download = `${t('chat.transcript.file')}-${now.toISOString().slice(0, 10)}.${kind}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
