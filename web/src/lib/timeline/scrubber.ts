// The years at the side of a grid.

import type { Month } from './timeline.ts';

/** A year's name beside the track, `y` pixels from its upper end. */
export interface Mark {
  year: string;
  y: number;
}

/** Every year that has room for its name, the first and the last one always. */
export function yearMarks(months: readonly Month[], total: number, track: number, room: number): Mark[] {
  const marks: Mark[] = [];
  let last: Mark | undefined;
  for (const month of months) {
    const year = month.key.slice(0, 4);
    if (last?.year === year) continue;
    last = { year, y: total > 0 ? (month.top / total) * track : 0 };
    const before = marks.at(-1);
    if (!before || last.y - before.y >= room) marks.push(last);
  }
  if (!last || marks.at(-1) === last) return marks;
  // The last one takes the place of the one that is in its way, unless that is the first.
  if (marks.length > 1 && last.y - (marks.at(-1)?.y ?? 0) < room) marks.pop();
  return last.y - (marks.at(-1)?.y ?? 0) >= room ? [...marks, last] : marks;
}
