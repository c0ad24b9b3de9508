/** All messages in order, with the days between them, and below them what is still on its way. */
import { html, nothing } from 'lit';
import { t } from '../../shared/texts.ts';
import { daysAgo, weekday } from '../../shared/time.ts';
import type { Conversation } from '../conversation.ts';
import type { Tools } from '../tools.ts';
import type { Uploads } from '../uploads.ts';
import { messageView, pendingView, speaker, uploadView, type MessageActions } from './message.ts';

function dayName(at: string, now: Date): string {
  const ago = daysAgo(at, now);
  return ago === 0 ? t('chat.time.today') : ago === 1 ? t('chat.time.yesterday') : weekday(at);
}

export function listView(conversation: Conversation, uploads: Uploads | undefined, tools: Tools, actions: MessageActions): unknown[] {
  const { messages, pending } = conversation;
  const lastOwn = messages.findLast((message) => message.author === 'citizen')?.seq ?? 0;
  const now = new Date();
  const drawn = messages.map((message, n) => {
    const before = messages[n - 1];
    const next = messages.slice(n + 1).find((other) => other.author === 'citizen');
    const newDay = !before || daysAgo(before.at, now) !== daysAgo(message.at, now);
    const first = newDay || before.author !== message.author || speaker(before) !== speaker(message);
    const said = next?.text ?? pending[0]?.text;
    return html`${newDay && (before || daysAgo(message.at, now) > 0) ? html`<li class="day"><span>${dayName(message.at, now)}</span></li>` : nothing}
      ${messageView(message, {
        first,
        open: message.seq > lastOwn && pending.length === 0,
        chosen: message.buttons.find((button) => button.title === said)?.title,
        speaking: tools.reader.speaking === message.seq,
        note: tools.note?.seq === message.seq ? tools.note.words : undefined,
        actions,
      })}`;
  });
  return [
    ...drawn,
    ...pending.map((item) => pendingView(item, conversation.isSlow(item.id), actions)),
    ...(uploads?.all ?? []).map((upload) => uploadView(upload, () => void uploads?.send(upload), () => uploads?.discard(upload))),
  ];
}
