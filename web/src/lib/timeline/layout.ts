// Where the pictures of a month lie: days under each other, rows as wide as the page, nothing cropped. All lengths are
// CSS pixels, from the month's own corner.

export interface Measures {
  /** What there is to fill. */
  width: number;
  /** The height that rows come close to. */
  rowHeight: number;
  /** Between two pictures. */
  gap: number;
  /** Between two days, beside and below each other. */
  dayGap: number;
  /** The line that names a day. */
  dayHeading: number;
  /** The line that names a month. */
  monthHeading: number;
  /** The narrowest day, whose name still can be read. */
  minDay: number;
}

export interface Shape {
  readonly ratio: number;
  readonly day: string;
}

/** A day and its pictures, `first` to before `end`; it begins with its heading at `y`. */
export interface DayBox {
  day: string;
  first: number;
  end: number;
  x: number;
  y: number;
  width: number;
}

/** Boxes of a month's pictures, by their index, and of its days. */
export interface MonthLayout {
  height: number;
  x: Float64Array;
  y: Float64Array;
  width: Float64Array;
  /** The height of each picture; all of a row have the same. */
  tall: Float64Array;
  days: DayBox[];
}

/** No row is lower than this part of the wished height, but one of a single picture that is very wide. */
const LOWEST = 0.5;

/** Days that share a line grow by no more than this to fill it. */
const MAX_GROWTH = 1.3;

export function layoutMonth(shapes: readonly Shape[], measures: Measures): MonthLayout {
  const placing = new Placing(shapes, measures);
  for (const [first, end] of daysOf(shapes)) placing.add(first, end);
  return placing.finish();
}

/** The height that a month most likely has of which only the number of pictures is known. */
export function estimateHeight(count: number, measures: Measures): number {
  const { width, rowHeight, gap, dayGap, dayHeading, monthHeading } = measures;
  // Most pictures are four by three, most of them lying; and who takes many does not take them on one day.
  const perRow = Math.max(1, width / (rowHeight * 1.25 + gap));
  const days = Math.min(30, Math.ceil(count / 8));
  const lines = Math.min(days, Math.ceil(count / perRow));
  return monthHeading + Math.ceil(count / perRow) * (rowHeight + gap) + lines * (dayHeading + dayGap);
}

/** The first and the end of each run of pictures of one day. */
function* daysOf(shapes: readonly Shape[]): Generator<[number, number]> {
  let first = 0;
  for (let at = 1; at <= shapes.length; at++) {
    if (at < shapes.length && shapes[at]?.day === shapes[first]?.day) continue;
    yield [first, at];
    first = at;
  }
}

/** A day that waits for others to share its line. */
interface Small {
  first: number;
  end: number;
  /** The width of its pictures at the wished height, without what is between them. */
  pictures: number;
  width: number;
}

class Placing {
  readonly #shapes: readonly Shape[];
  readonly #measures: Measures;
  readonly #layout: MonthLayout;
  #y: number;
  #line: Small[] = [];
  #used = 0;

  constructor(shapes: readonly Shape[], measures: Measures) {
    this.#shapes = shapes;
    this.#measures = measures;
    this.#y = measures.monthHeading;
    const lengths = () => new Float64Array(shapes.length);
    this.#layout = { height: 0, x: lengths(), y: lengths(), width: lengths(), tall: lengths(), days: [] };
  }

  add(first: number, end: number) {
    const { width, rowHeight, dayGap, minDay } = this.#measures;
    const pictures = this.#ratios(first, end) * rowHeight;
    const natural = Math.max(pictures + this.#gaps(first, end), minDay);
    if (natural > width) {
      this.#finishLine();
      this.#placeLarge(first, end);
      return;
    }
    if (this.#line.length > 0 && this.#used + dayGap + natural > width) this.#finishLine();
    this.#used += natural + (this.#line.length > 0 ? dayGap : 0);
    this.#line.push({ first, end, pictures, width: natural });
  }

  finish(): MonthLayout {
    this.#finishLine();
    this.#layout.height = this.#y;
    return this.#layout;
  }

  /** Days beside each other, a little higher if they then fill the line. */
  #finishLine() {
    if (this.#line.length === 0) return;
    const { width, rowHeight, dayGap, dayHeading } = this.#measures;
    const pictures = this.#line.reduce((sum, day) => sum + day.pictures, 0);
    const growth = (width - (this.#used - pictures)) / pictures;
    const tall = Math.round(rowHeight * (growth <= MAX_GROWTH ? growth : 1));
    let x = 0;
    for (const day of this.#line) {
      const wide = day.width + (day.pictures * tall) / rowHeight - day.pictures;
      this.#day(day.first, day.end, x, wide);
      this.#row(day.first, day.end, x, this.#y + dayHeading, tall, 1);
      x += wide + dayGap;
    }
    this.#y += dayHeading + tall + dayGap;
    this.#line = [];
    this.#used = 0;
  }

  /** A day of several rows, as wide as the page. */
  #placeLarge(first: number, end: number) {
    const { width, rowHeight, gap, dayGap, dayHeading } = this.#measures;
    this.#day(first, end, 0, width);
    this.#y += dayHeading;
    let start = first;
    for (const stop of breakRows(this.#shapes, first, end, this.#measures)) {
      const ratios = this.#ratios(start, stop);
      const fitting = (width - this.#gaps(start, stop)) / ratios;
      // The last row keeps the wished height when it has too little for the whole width.
      const isFull = stop < end || fitting <= rowHeight * MAX_GROWTH;
      const tall = Math.max(1, Math.round(isFull ? fitting : rowHeight));
      this.#row(start, stop, 0, this.#y, tall, isFull ? fitting / tall : 1);
      this.#y += tall + gap;
      start = stop;
    }
    this.#y += dayGap - gap;
  }

  #day(first: number, end: number, x: number, width: number) {
    const day = this.#shapes[first]?.day ?? '';
    this.#layout.days.push({ day, first, end, x, y: this.#y, width });
  }

  /** Places a row; `stretch` makes up for its height having been rounded. */
  #row(first: number, end: number, x: number, y: number, tall: number, stretch: number) {
    for (let at = first; at < end; at++) {
      const width = (this.#shapes[at]?.ratio ?? 1) * tall * stretch;
      this.#layout.x[at] = x;
      this.#layout.y[at] = y;
      this.#layout.width[at] = width;
      this.#layout.tall[at] = tall;
      x += width + this.#measures.gap;
    }
  }

  #ratios(first: number, end: number): number {
    let sum = 0;
    for (let at = first; at < end; at++) sum += this.#shapes[at]?.ratio ?? 1;
    return sum;
  }

  #gaps(first: number, end: number): number {
    return (end - first - 1) * this.#measures.gap;
  }
}

/**
 * Where each row of a day ends, so that all rows together are as close to the wished height as they can be. Rows chosen
 * one after the other would leave the last ones whatever is left.
 */
export function breakRows(shapes: readonly Shape[], first: number, end: number, measures: Measures): number[] {
  const { width, rowHeight, gap } = measures;
  const count = end - first;
  const cost = new Float64Array(count + 1).fill(Infinity);
  const begin = new Int32Array(count + 1);
  cost[0] = 0;
  for (let from = 0; from < count; from++) {
    let ratios = 0;
    for (let to = from + 1; to <= count; to++) {
      ratios += shapes[first + to - 1]?.ratio ?? 1;
      const height = (width - gap * (to - from - 1)) / ratios / rowHeight;
      if (height < LOWEST && to > from + 1) break;
      const total = (cost[from] ?? 0) + badness(height, to === count);
      if (total < (cost[to] ?? 0)) {
        cost[to] = total;
        begin[to] = from;
      }
    }
  }
  const ends: number[] = [];
  for (let to = count; to > 0; to = begin[to] ?? 0) ends.push(first + to);
  return ends.reverse();
}

/** How bad the emptiest last row would be, on the same scale as the others. */
const EMPTY = 0.8;

/**
 * How bad a row is, by its height in parts of the wished one. Twice as high is as bad as half as high; a last row that
 * keeps the wished height is the worse the more it leaves empty.
 */
function badness(height: number, isLast: boolean): number {
  if (isLast && height > MAX_GROWTH) return EMPTY * (1 - 1 / height) ** 2;
  return Math.log2(height) ** 2;
}
