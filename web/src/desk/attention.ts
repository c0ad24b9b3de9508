/** What calls for somebody's attention: a sound, words for who hears the page, a notification, and the title of the window. */
import type { Message } from '../shared/protocol.ts';
import { t } from '../shared/texts.ts';
import type { Desk } from './desk.ts';
import { Notifications } from './notify.ts';
import { Sound } from './sound.ts';

export interface AttentionPage {
  announce: (words: string, urgent?: boolean) => void;
  redraw: () => void;
  /** Opens the list of who waits. */
  waiting: () => void;
  go: (conversation: string) => void;
}

export class Attention {
  readonly sound = new Sound();
  readonly notifications = new Notifications();

  constructor(private readonly page: AttentionPage) {}

  /** A citizen with spoed waits. */
  urgent(): void {
    this.sound.play();
    this.page.announce(t('desk.announce.urgent'), true);
    this.notifications.show(t('desk.notify.urgent'), 'spoed', this.page.waiting);
  }

  /** The citizen of the opened conversation said something. */
  heard(message: Message): void {
    this.page.announce(t('desk.announce.message', { text: message.text }));
    this.notifications.show(t('desk.notify.message'), 'message', this.page.redraw);
  }

  /** Something happened in a conversation that is not on the screen. */
  elsewhere(kind: 'message' | 'mention' | 'waiting', conversation: string): void {
    if (kind === 'mention') this.page.announce(t('desk.announce.mention'));
    this.notifications.show(t(`desk.notify.${kind}`), kind, () => (conversation ? this.page.go(conversation) : this.page.redraw()));
  }

  toggleSound(): void {
    this.sound.toggle();
    this.page.redraw();
  }

  toggleNotifications(): void {
    void this.notifications.toggle().then(this.page.redraw);
  }

  /** Of the window: who waits is seen there too. */
  title({ session, list }: Desk): string {
    if (session !== 'in') return t('desk.title');
    if (list.urgent.size > 0) return t('desk.title_urgent');
    return list.counts.waiting > 0 ? t('desk.title_waiting', { count: list.counts.waiting }) : t('desk.title');
  }
}
