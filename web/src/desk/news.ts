/** What a push of the server changes at the desk, and whom it tells. */
import type { Desk, DeskOptions } from './desk.ts';
import type { DeskEvent } from './protocol.ts';

/** Takes in a push; false when nothing on the screen changes. */
export function takeIn(event: DeskEvent, desk: Desk, tell: Pick<DeskOptions, 'onUrgent' | 'onHeard' | 'onElsewhere'>): boolean {
  const { list, typing } = desk;
  const open = 'conversation' in event && event.conversation === desk.selected;
  switch (event.type) {
    case 'spoed':
      list.urgent.add(event.conversation);
      tell.onUrgent();
      break;
    case 'queue':
      break;
    case 'mention':
      tell.onElsewhere('mention', event.conversation);
      if (open) void desk.loadDetail();
      break;
    case 'message': {
      const { conversation, message } = event;
      const citizen = message.author === 'citizen';
      if (open && desk.opened.add(message) && citizen) {
        typing.stop();
        tell.onHeard(message);
      }
      if (!open && citizen && list.heard(conversation, desk.user?.id)) tell.onElsewhere('message', conversation);
      break;
    }
    case 'state':
      if (event.state !== 'queued') list.urgent.delete(event.conversation);
      if (open) void desk.loadDetail();
      break;
    case 'gone':
      if (open) void desk.loadDetail();
      break;
    case 'typing':
      if (open) typing.sign(event.text);
      return open;
    default:
      return false; // a later version of the protocol may say more
  }
  list.gather();
  return true;
}
