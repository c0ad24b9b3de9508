/** Dates and times as people in the Netherlands read them; the clock is the reader's own. */

const LOCALE = 'nl-NL';
const clock = new Intl.DateTimeFormat(LOCALE, { hour: '2-digit', minute: '2-digit' });
const date = new Intl.DateTimeFormat(LOCALE, { day: 'numeric', month: 'long', year: 'numeric' });
const dayAndMonth = new Intl.DateTimeFormat(LOCALE, { weekday: 'long', day: 'numeric', month: 'long' });

/** "14:05" */
export function clockTime(iso: string): string {
  return clock.format(new Date(iso));
}

/** "7 januari 2027"; takes a date or a time. */
export function longDate(iso: string): string {
  return date.format(new Date(iso));
}

/** "zondag 22 november" */
export function weekday(iso: string): string {
  return dayAndMonth.format(new Date(iso));
}

/** "2026-11-22": the day on the reader's calendar, as fields for a date have it. */
export function dayOf(moment: Date): string {
  return [moment.getFullYear(), moment.getMonth() + 1, moment.getDate()].map((part) => String(part).padStart(2, '0')).join('-');
}

/** Whole days from the day of `iso` to the day of `now` on the reader's calendar: 0 is today. */
export function daysAgo(iso: string, now: Date): number {
  const start = (moment: Date): number => Date.UTC(moment.getFullYear(), moment.getMonth(), moment.getDate());
  return Math.round((start(now) - start(new Date(iso))) / 86_400_000);
}

/** Whole minutes from `iso` to `now`, never below 0. */
export function minutesSince(iso: string, now: Date): number {
  return Math.max(0, Math.floor((now.getTime() - new Date(iso).getTime()) / 60_000));
}
