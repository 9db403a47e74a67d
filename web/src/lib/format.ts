// Dates, sizes and durations in words. A picture's moment is its wall clock, kept as if it were UTC.

import { locale, m } from './messages/index.svelte.ts';
import { mayTell } from './visit.svelte.ts';

const made = new Map<string, Intl.DateTimeFormat>();

function formatter(options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = locale() + JSON.stringify(options);
  let found = made.get(key);
  if (!found) made.set(key, (found = new Intl.DateTimeFormat(locale(), { timeZone: 'UTC', ...options })));
  return found;
}

/** A day as in "Sat, 3 Feb", with its year if that is not the present one. `day` is `YYYY-MM-DD`. */
export function formatDay(day: string): string {
  return formatter({ weekday: 'short', day: 'numeric', month: 'short' }).format(new Date(day));
}

/** A day as in "3 February 2024". `day` is `YYYY-MM-DD`. */
export function formatDate(day: string): string {
  return formatter({ dateStyle: 'long' }).format(new Date(day));
}

/** A month as in "February 2024". `month` is `YYYY-MM-01`. */
export function formatMonth(month: string): string {
  return formatter({ month: 'long', year: 'numeric' }).format(new Date(month));
}

/** A month as in "Feb 2024". `month` is `YYYY-MM-01`. */
export function formatShortMonth(month: string): string {
  return formatter({ month: 'short', year: 'numeric' }).format(new Date(month));
}

/** A year as in "2024". `year` begins with it. */
export function formatYear(year: string): string {
  return formatter({ year: 'numeric' }).format(new Date(`${year.slice(0, 4)}-01-01`));
}

/** A moment of wall clock, in milliseconds, as in "Saturday, 3 February 2024 at 04:05". */
export function formatMoment(milliseconds: number): string {
  return formatter({ dateStyle: 'full', timeStyle: 'short' }).format(milliseconds);
}

/** A moment, shortly, for the name of a picture. */
export function formatShortly(milliseconds: number): string {
  return formatter({ dateStyle: 'medium', timeStyle: 'short' }).format(milliseconds);
}

/** An instant, as in "3 Feb 2024, 04:05" on the clock of whoever looks. `instant` is in ISO 8601. */
export function formatInstant(instant: string): string {
  return formatter({ dateStyle: 'medium', timeStyle: 'short', timeZone: undefined }).format(new Date(instant));
}

/** When something was logged, as in "04:05:06" on the clock of whoever looks. `instant` is in ISO 8601. */
export function formatLogged(instant: string): string {
  return formatter({ timeStyle: 'medium', timeZone: undefined }).format(new Date(instant));
}

/** A part of a whole, as in "42%". */
export function formatPercent(part: number): string {
  return new Intl.NumberFormat(locale(), { style: 'percent', maximumFractionDigits: 1 }).format(part);
}

const UNITS = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'];

export function formatSize(bytes: number): string {
  const step = bytes < 1 ? 0 : Math.min(Math.floor(Math.log10(bytes) / 3), UNITS.length - 1);
  const amount = bytes / 1000 ** step;
  return new Intl.NumberFormat(locale(), {
    style: 'unit',
    unit: UNITS[step],
    unitDisplay: 'short',
    maximumFractionDigits: amount < 10 && step > 0 ? 1 : 0,
  }).format(amount);
}

/** What a picture or a video is called, which has no name but its date; nothing more to those who are told none. */
export function nameOf({ isImage, moment, duration }: { isImage: boolean; moment: number; duration: string | null }): string {
  if (!mayTell()) return isImage ? m.photo : m.video;
  const date = formatShortly(moment);
  return isImage ? m.photoOf(date) : m.videoOf(date, formatDuration(duration));
}

export function formatNumber(value: number, digits = 0): string {
  return new Intl.NumberFormat(locale(), { maximumFractionDigits: digits }).format(value);
}

/** How long something still takes, in the largest unit that says it: as in "3 minutes". */
export function formatTimeLeft(milliseconds: number): string {
  const minutes = milliseconds / 60_000;
  const [unit, amount] = minutes < 1 ? (['second', minutes * 60] as const) : minutes < 90 ? (['minute', minutes] as const) : (['hour', minutes / 60] as const);
  return new Intl.NumberFormat(locale(), { style: 'unit', unit, unitDisplay: 'long', maximumFractionDigits: 0 }).format(Math.max(1, amount));
}

/** `0:01:05.250000` as `1:05`; nothing for what does not last. */
export function formatDuration(duration: string | null): string {
  const [hours = 0, minutes = 0, seconds = 0] = (duration ?? '').split(':').map(Number);
  const total = Math.round(hours * 3600 + minutes * 60 + seconds);
  if (!total) return '';
  const two = (value: number) => String(value).padStart(2, '0');
  const rest = `${Math.floor(total / 60) % 60}:${two(total % 60)}`;
  return total < 3600 ? rest : `${Math.floor(total / 3600)}:${rest.padStart(5, '0')}`;
}
