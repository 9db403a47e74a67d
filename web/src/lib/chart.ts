// Numbers for charts: which spans bars stand for, and which lines help to read them.

import type { Month } from './upkeep.ts';

export interface Bar {
  /** The first month of its span, as `YYYY-MM-01`. */
  month: string;
  isYear: boolean;
  photos: number;
  videos: number;
  bytes: number;
}

/** More bars than these are not told apart. */
const MAX_MONTHS = 36;

/** A bar for each month from the first to the last, or for each year where those were too many. */
export function barsOf(months: readonly Month[]): Bar[] {
  const [first, last] = [months[0]?.month, months.at(-1)?.month];
  if (!first || !last) return [];
  const isYear = count(first, last) > MAX_MONTHS;
  const bars = new Map<string, Bar>();
  for (let month = isYear ? `${first.slice(0, 4)}-01` : first; month <= last; month = after(month, isYear ? 12 : 1)) {
    bars.set(month, { month: `${month}-01`, isYear, photos: 0, videos: 0, bytes: 0 });
  }
  for (const { month, photos, videos, bytes } of months) {
    const bar = bars.get(isYear ? `${month.slice(0, 4)}-01` : month)!;
    bar.photos += photos;
    bar.videos += videos;
    bar.bytes += bytes;
  }
  return [...bars.values()];
}

function count(first: string, last: string): number {
  const months = (month: string) => Number(month.slice(0, 4)) * 12 + Number(month.slice(5));
  return months(last) - months(first) + 1;
}

function after(month: string, steps: number): string {
  const at = Number(month.slice(0, 4)) * 12 + Number(month.slice(5)) - 1 + steps;
  return `${String(Math.floor(at / 12)).padStart(4, '0')}-${String((at % 12) + 1).padStart(2, '0')}`;
}

/** Round values from 0 to at least `most`, for lines behind bars: about four. */
export function ticks(most: number): number[] {
  if (most <= 0) return [0, 1];
  const rough = most / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max(1, [1, 2, 5, 10].map((factor) => factor * power).find((step) => step >= rough)!);
  const all = [0];
  while (all.at(-1)! < most) all.push(all.at(-1)! + step);
  return all;
}
