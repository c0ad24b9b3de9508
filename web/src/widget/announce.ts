/** A message as words only: for screen readers, reading aloud, and the clipboard. */
import type { Message } from '../shared/protocol.ts';
import { t } from '../shared/texts.ts';
import { dueText, progress } from '../shared/case-card.ts';

/** The text of a message with its card, ways on and choices. */
export function announcement(message: Message): string {
  const { card, phones, links, buttons } = message;
  return [
    message.text,
    ...(card ? [t('chat.card.named', { number: card.number, title: card.title }), progress(card), dueText(card)] : []),
    ...phones.map((phone) => (phone.title.includes(phone.number) ? phone.title : `${phone.title}: ${phone.number}`)),
    ...links.map((link) => link.title),
    ...(buttons.length > 0 ? [t('chat.announce.buttons', { titles: buttons.map((button) => button.title).join(', ') })] : []),
  ]
    .filter(Boolean)
    .join('\n');
}
