import { locale, m } from '../messages/index.svelte.ts';
import { spanInWords } from './dates.ts';

/** A time from one day to another, either of which may be open, as it is said in a sentence: "in June 2024". */
export function formatSpan(from: string | undefined, to: string | undefined): string {
  const { words, length } = spanInWords({ ...(from && { from }), ...(to && { to }) }, locale());
  return { year: m.inYear, month: m.inMonth, day: m.onDay, days: m.inDays, since: m.sinceDay, until: m.untilDay }[length](words);
}
