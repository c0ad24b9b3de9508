/** Figures in words and numbers for the screen. No DOM: Vitest tests it. */
import type { Figures } from './protocol.ts';

const whole = new Intl.NumberFormat('nl-NL');
const tenth = new Intl.NumberFormat('nl-NL', { maximumFractionDigits: 1 });

export const number = (value: number): string => whole.format(value);

/** "62 %"; a dash when there is nothing to divide by. */
export function percent(part: number, of: number): string {
  return of > 0 ? `${Math.round((100 * part) / of)} %` : '–';
}

/** Whole percentage, 0 when there is nothing to divide by: for a chart. */
export const share = (part: number, of: number): number => (of > 0 ? Math.round((100 * part) / of) : 0);

/** "4,2" minutes; a dash when nobody waited. */
export function minutes(seconds: number, times: number): string {
  return times > 0 ? tenth.format(seconds / times / 60) : '–';
}

export function rating(figures: Figures): string {
  return figures.rated > 0 ? tenth.format(figures.rating_sum / figures.rated) : '–';
}

/** `2026-11-30`, so many days before `day`. */
export function before(day: string, days: number): string {
  return new Date(Date.parse(`${day}T12:00:00Z`) - days * 86_400_000).toISOString().slice(0, 10);
}

/** Today on the reader's calendar. */
export function today(now = new Date()): string {
  return `${now.getFullYear()}-${String(now.getMonth() + 1).padStart(2, '0')}-${String(now.getDate()).padStart(2, '0')}`;
}

/** "ma 30 nov" */
export function shortDay(day: string): string {
  return new Intl.DateTimeFormat('nl-NL', { weekday: 'short', day: 'numeric', month: 'short' }).format(new Date(`${day}T12:00:00`));
}
