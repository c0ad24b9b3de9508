/** Words of the desk that more than one view needs. */
import { has, t } from '../../shared/texts.ts';
import { minutesSince } from '../../shared/time.ts';
import type { Item } from '../protocol.ts';

/** A text for a code of the protocol; the code itself when it is newer than our texts. */
export function word(group: 'urgency' | 'channel' | 'state' | 'reason' | 'trust' | 'language', code: string): string {
  return has(`desk.${group}.${code}`) ? t(`desk.${group}.${code}`) : code;
}

/** "12 min", "1 u 5 min"; empty under a minute. */
export function duration(minutes: number): string {
  if (minutes < 1) return '';
  if (minutes < 60) return t('desk.queue.minutes', { count: minutes });
  return t('desk.queue.hours', { hours: Math.floor(minutes / 60), minutes: minutes % 60 });
}

/** "wacht 12 min", or empty for who does not wait. */
export function waiting(item: Item, now: Date): string {
  if (item.state !== 'queued' || !item.waiting_since) return '';
  const time = duration(minutesSince(item.waiting_since, now));
  return time ? t('desk.queue.waits', { time }) : t('desk.queue.waits_now');
}

export function topic(item: Item): string {
  return item.topic || t('desk.queue.no_topic');
}

/** "12 min van 30 min", or that it is longer than it may be; empty for who does not wait. */
export function againstTarget(item: Item, now: Date): { text: string; late: boolean } | undefined {
  const waits = waiting(item, now);
  if (!waits) return undefined;
  if (!item.due_at || !item.waiting_since) return { text: waits, late: false };
  const late = Date.parse(item.due_at) < now.getTime();
  if (!late && minutesSince(item.waiting_since, now) < 1) return { text: waits, late };
  const target = Math.round((Date.parse(item.due_at) - Date.parse(item.waiting_since)) / 60_000);
  return { text: t(late ? 'desk.queue.waits_late' : 'desk.queue.waits_of', { waits, target: duration(target) }), late };
}
