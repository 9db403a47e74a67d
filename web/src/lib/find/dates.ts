// Times that people write: a year, a month with or without its year, a day.

/** The first and the last day of a time, `YYYY-MM-DD`. */
export interface Span {
  from: string;
  to: string;
}

/** What a text means in a language, seen from a day; nothing when it is no time. */
export function readSpan(text: string, locale: string, today: string): Span | null {
  const words = text.trim().toLocaleLowerCase(locale).split(/[\s,]+/).filter(Boolean);
  return readDay(words.join(' '), locale) ?? readMonth(words, locale, today);
}

const valid = (year: number) => year >= 1800 && year < 2200;
const two = (value: number) => String(value).padStart(2, '0');
const dayOf = (year: number, month: number, day: number) => `${year}-${two(month)}-${two(day)}`;
const lastOf = (year: number, month: number) => new Date(Date.UTC(year, month, 0)).getUTCDate();

export function yearSpan(year: number): Span {
  return { from: dayOf(year, 1, 1), to: dayOf(year, 12, 31) };
}

export function monthSpan(year: number, month: number): Span {
  return { from: dayOf(year, month, 1), to: dayOf(year, month, lastOf(year, month)) };
}

/** A day in figures: the year first, or last and the rest in the order of the language. */
function readDay(text: string, locale: string): Span | null {
  const figures = /^(\d{1,4})[-./ ]+(\d{1,2})[-./ ]+(\d{1,4})$/.exec(text);
  if (!figures) return null;
  const [one, two, three] = figures.slice(1).map(Number) as [number, number, number];
  const isMonthFirst = new Intl.DateTimeFormat(locale).formatToParts(0).findIndex(({ type }) => type === 'month') === 0;
  const [year, month, day] = one > 31 ? [one, two, three] : isMonthFirst ? [three, one, two] : [three, two, one];
  if (!valid(year) || month < 1 || month > 12 || day < 1 || day > lastOf(year, month)) return null;
  return { from: dayOf(year, month, day), to: dayOf(year, month, day) };
}

/** A year, a month in figures or by its name, a day of it. Without a year it is the latest month of that name. */
function readMonth(words: string[], locale: string, today: string): Span | null {
  const figures = /^(\d{4})(?:[-./](\d{1,2}))?$/.exec(words.join(' '));
  if (figures) {
    const [year, month] = [Number(figures[1]), figures[2] ? Number(figures[2]) : null];
    if (!valid(year)) return null;
    if (month === null) return yearSpan(year);
    return month >= 1 && month <= 12 ? monthSpan(year, month) : null;
  }
  const numbers = words.flatMap((word) => (/^\d{1,4}\.?$/.test(word) ? [Number.parseInt(word)] : []));
  const names = words.filter((word) => !/^\d/.test(word));
  const month = names.length === 1 ? monthNamed(names[0]!, locale) : null;
  if (!month || numbers.length !== words.length - 1 || numbers.length > 2) return null;
  const year = numbers.find(valid);
  const day = numbers.find((number) => number !== year);
  if (numbers.length === 2 && (year === undefined || day === undefined)) return null;
  const [thisYear = 0, thisMonth = 0] = today.split('-').map(Number);
  const wanted = year ?? (month <= thisMonth ? thisYear : thisYear - 1);
  if (day === undefined) return monthSpan(wanted, month);
  return day >= 1 && day <= lastOf(wanted, month) ? { from: dayOf(wanted, month, day), to: dayOf(wanted, month, day) } : null;
}

/** The number of a month by its name, of which at least three letters are there. */
function monthNamed(text: string, locale: string): number | null {
  const name = text.replace(/\.$/, '');
  if (name.length < 3) return null;
  const format = new Intl.DateTimeFormat(locale, { month: 'long', timeZone: 'UTC' });
  for (let month = 1; month <= 12; month++) {
    const full = format.format(new Date(Date.UTC(2024, month - 1, 1))).toLocaleLowerCase(locale);
    if (full.startsWith(name)) return month;
  }
  return null;
}

/** How long a time is, which says how it is spoken of. */
export type Length = 'year' | 'month' | 'day' | 'days' | 'since' | 'until';

/** A time in words, as short as it can be. */
export function spanInWords({ from, to }: Partial<Span>, locale: string): { words: string; length: Length } {
  const format = (options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(locale, { timeZone: 'UTC', ...options });
  const day = format({ dateStyle: 'long' });
  if (!from || !to) return { words: day.format(new Date(from ?? to ?? 0)), length: from ? 'since' : 'until' };
  const [year, month] = [Number(from.slice(0, 4)), Number(from.slice(5, 7))];
  const is = (span: Span) => span.from === from && span.to === to;
  if (is(yearSpan(year))) return { words: String(year), length: 'year' };
  if (is(monthSpan(year, month))) return { words: format({ month: 'long', year: 'numeric' }).format(new Date(from)), length: 'month' };
  if (from === to) return { words: day.format(new Date(from)), length: 'day' };
  return { words: day.formatRange(new Date(from), new Date(to)), length: 'days' };
}
