// All pictures of a grid, month after month, in a height of its own that no browser limits. Only the months that were
// looked at are known; the others are as high as their number of pictures lets expect.

import type { Asset } from './asset.ts';
import { type DayBox, estimateHeight, layoutMonth, type Measures, type MonthLayout } from './layout.ts';

export interface Bucket {
  /** The month's first day, `YYYY-MM-01`. */
  timeBucket: string;
  count: number;
}

export class Month {
  readonly key: string;
  /** The pictures that the server said it has. */
  count: number;
  assets: readonly Asset[] | null = null;
  layout: MonthLayout | null = null;
  /** Whether what is known of it is no longer what the server has. */
  isStale = true;
  top = 0;
  height = 0;
  /** The index of its first picture among all. */
  first = 0;

  constructor(key: string, count: number) {
    this.key = key;
    this.count = count;
  }

  /** The pictures that it shows, or will. */
  get size(): number {
    return this.assets?.length ?? this.count;
  }
}

/** A picture in view; `x` and `y` are from its month's corner. */
export interface Tile {
  asset: Asset;
  index: number;
  x: number;
  y: number;
  width: number;
  height: number;
}

/** A month, as far as it is in view. */
export interface Section {
  month: Month;
  days: DayBox[];
  tiles: Tile[];
}

/** What the eye is on: a picture, or some part of a month that is not known yet. */
export interface Anchor {
  month: string;
  asset: string | null;
  /** The place among the month's pictures, should that one be gone. */
  at: number;
  /** Pixels below the picture's upper edge, or the part of the month's height. */
  offset: number;
}

/** A month with a picture of it: where something is. */
export interface Place {
  month: Month;
  at: number;
  asset: Asset;
}

export class Timeline {
  months: readonly Month[] = [];
  height = 0;
  #measures: Measures;
  #places = new Map<string, Month>();

  constructor(measures: Measures) {
    this.#measures = measures;
  }

  get measures(): Measures {
    return this.#measures;
  }

  /** The number of pictures. */
  get size(): number {
    const last = this.months.at(-1);
    return last ? last.first + last.size : 0;
  }

  /** Takes the server's months. What is known of a month stays until it is asked for again. */
  setBuckets(buckets: readonly Bucket[]) {
    const known = new Map(this.months.map((month) => [month.key, month]));
    this.months = buckets.map(({ timeBucket, count }) => {
      const month = known.get(timeBucket) ?? new Month(timeBucket, count);
      month.count = count;
      if (month.size !== count) month.isStale = true;
      return month;
    });
    this.#index();
    this.#stack();
  }

  /** Takes a month's pictures. */
  setAssets(key: string, assets: readonly Asset[]) {
    const month = this.month(key);
    if (!month) return;
    this.#forget(month);
    month.assets = assets;
    month.layout = null;
    month.isStale = assets.length !== month.count;
    for (const asset of assets) this.#places.set(asset.id, month);
    this.#stack();
  }

  /** Changes pictures where they are, or takes away those that become null. */
  change(ids: ReadonlySet<string>, change: (asset: Asset) => Asset | null) {
    for (const month of new Set([...ids].map((id) => this.#places.get(id)))) {
      if (!month?.assets) continue;
      const changed = month.assets.map((asset) => (ids.has(asset.id) ? change(asset) : asset));
      const assets = changed.filter((asset) => asset !== null);
      month.count += assets.length - month.assets.length;
      this.setAssets(month.key, assets);
    }
    this.months = this.months.filter((month) => month.size > 0);
    this.#stack();
  }

  measure(measures: Measures) {
    if (JSON.stringify(measures) === JSON.stringify(this.#measures)) return;
    this.#measures = measures;
    for (const month of this.months) month.layout = null;
    this.#stack();
  }

  month(key: string): Month | undefined {
    return this.months.find((month) => month.key === key);
  }

  /** The months between two heights. */
  monthsBetween(top: number, bottom: number): Month[] {
    const found: Month[] = [];
    for (let at = this.#monthIndex(top); at < this.months.length; at++) {
      const month = this.months[at];
      if (!month || month.top > bottom) break;
      found.push(month);
    }
    return found;
  }

  /** The month at a height, or the last one above it. */
  monthAt(y: number): Month | undefined {
    return this.months[this.#monthIndex(y)];
  }

  /** What lies between two heights. */
  view(top: number, bottom: number): Section[] {
    return this.monthsBetween(top, bottom).map((month) => {
      const { layout, assets } = month;
      if (!layout || !assets) return { month, days: [], tiles: [] };
      const [from, to] = [top - month.top, bottom - month.top];
      const days = layout.days.filter((day) => day.y <= to && dayBottom(layout, day) >= from);
      const tiles = tilesBetween(layout, from, to).map((at) => ({ ...box(layout, at), asset: assets[at]!, index: month.first + at }));
      return { month, days, tiles };
    });
  }

  /** Where a picture is, among the months that are known. */
  find(id: string): Place | null {
    const month = this.#places.get(id);
    const at = month?.assets?.findIndex((asset) => asset.id === id) ?? -1;
    return month && at >= 0 ? { month, at, asset: month.assets![at]! } : null;
  }

  /** The month that has the picture with an index, and the place in it. */
  monthOfIndex(index: number): { month: Month; at: number } | null {
    const month = this.months.findLast((month) => month.first <= index);
    if (!month || index < 0 || index >= month.first + month.size) return null;
    return { month, at: index - month.first };
  }

  /** The heights between which a picture lies. */
  extent({ month, at }: Place): { top: number; bottom: number } {
    const top = month.top + (month.layout?.y[at] ?? 0);
    return { top, bottom: top + (month.layout?.tall[at] ?? month.height) };
  }

  /** What lies at a height. */
  anchor(y: number): Anchor | null {
    const month = this.monthAt(y);
    if (!month) return null;
    const { layout, assets } = month;
    const inside = y - month.top;
    const at = layout ? firstBelow(layout, inside) : 0;
    const asset = assets?.[Math.min(at, assets.length - 1)];
    if (!layout || !asset) {
      const part = month.height > 0 ? inside / month.height : 0;
      return { month: month.key, asset: null, at: 0, offset: Math.min(part, 1) };
    }
    const index = Math.min(at, assets.length - 1);
    return { month: month.key, asset: asset.id, at: index, offset: inside - (layout.y[index] ?? 0) };
  }

  /** The height at which something lies now. */
  heightOf(anchor: Anchor): number {
    const month = this.month(anchor.month) ?? this.#nearest(anchor.month);
    if (!month) return 0;
    if (anchor.asset === null) return month.top + anchor.offset * month.height;
    const place = this.find(anchor.asset);
    if (place) return this.extent(place).top + anchor.offset;
    const at = Math.min(anchor.at, month.size - 1);
    return month.top + (month.layout?.y[at] ?? 0) + anchor.offset;
  }

  /** The picture above (-1) or below (1) another one: the one whose middle is nearest. */
  vertical(place: Place, direction: -1 | 1): number {
    const { month, at } = place;
    const index = month.first + at;
    const layout = month.layout;
    if (!layout) return index;
    const y = layout.y[at] ?? 0;
    const middle = (layout.x[at] ?? 0) + (layout.width[at] ?? 0) / 2;
    let step = at;
    while (step >= 0 && step < month.size && layout.y[step] === y) step += direction;
    if (step >= 0 && step < month.size) return month.first + nearestInRow(layout, step, middle, direction);
    const next = this.months[this.months.indexOf(month) + direction];
    if (!next) return index;
    const edge = direction > 0 ? 0 : next.size - 1;
    return next.first + (next.layout ? nearestInRow(next.layout, edge, middle, direction) : edge);
  }

  #monthIndex(y: number): number {
    let [low, high] = [0, this.months.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.months[middle]!.top <= y) low = middle + 1;
      else high = middle;
    }
    return Math.max(0, low - 1);
  }

  /** The month that stands where one was that is gone. */
  #nearest(key: string): Month | undefined {
    const isDescending = (this.months[0]?.key ?? '') >= (this.months.at(-1)?.key ?? '');
    return this.months.find((month) => (isDescending ? month.key <= key : month.key >= key)) ?? this.months.at(-1);
  }

  #forget(month: Month) {
    for (const asset of month.assets ?? []) {
      if (this.#places.get(asset.id) === month) this.#places.delete(asset.id);
    }
  }

  #index() {
    this.#places.clear();
    for (const month of this.months) for (const asset of month.assets ?? []) this.#places.set(asset.id, month);
  }

  /** Puts the months under each other. */
  #stack() {
    let [top, first] = [0, 0];
    for (const month of this.months) {
      if (month.assets && !month.layout) month.layout = layoutMonth(month.assets, this.#measures);
      month.top = top;
      month.first = first;
      month.height = month.layout?.height ?? estimateHeight(month.count, this.#measures);
      top += month.height;
      first += month.size;
    }
    this.height = top;
  }
}

function box(layout: MonthLayout, at: number) {
  return { x: layout.x[at] ?? 0, y: layout.y[at] ?? 0, width: layout.width[at] ?? 0, height: layout.tall[at] ?? 0 };
}

function dayBottom(layout: MonthLayout, day: DayBox): number {
  return (layout.y[day.end - 1] ?? 0) + (layout.tall[day.end - 1] ?? 0);
}

/** The first picture whose lower edge is below a height; pictures of a row are equally high, and rows follow each other. */
function firstBelow(layout: MonthLayout, y: number): number {
  let [low, high] = [0, layout.y.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((layout.y[middle] ?? 0) + (layout.tall[middle] ?? 0) < y) low = middle + 1;
    else high = middle;
  }
  return low;
}

function tilesBetween(layout: MonthLayout, top: number, bottom: number): number[] {
  const found: number[] = [];
  for (let at = firstBelow(layout, top); at < layout.y.length && (layout.y[at] ?? 0) <= bottom; at++) found.push(at);
  return found;
}

/** Of the row that `edge` begins or ends, the picture whose middle is nearest to `middle`. */
function nearestInRow(layout: MonthLayout, edge: number, middle: number, direction: -1 | 1): number {
  const distance = (at: number) => Math.abs((layout.x[at] ?? 0) + (layout.width[at] ?? 0) / 2 - middle);
  let best = edge;
  for (let at = edge; at >= 0 && at < layout.y.length && layout.y[at] === layout.y[edge]; at += direction) {
    if (distance(at) < distance(best)) best = at;
  }
  return best;
}
