// Pictures that come page after page, in an order of the server's: what was found, a folder, the largest files. The grid
// shows them as months, when they are in the order of their dates, or else as one long row of rows.

import type { Asset } from './asset.ts';
import type { Bucket } from './timeline.ts';

export interface Page {
  assets: readonly Asset[];
  hasNext: boolean;
}

/** Asks for a page; the first one has the number 1. */
export type Pages = (page: number) => Promise<Page>;

/** What months are called that have no name: all of a list that is not in the order of dates. */
export const UNDATED = '';

/** How many pages are asked for at most to find a picture of which only the id is known. */
const MAX_PAGES = 40;

export class AssetList {
  readonly isByDate: boolean;
  /** Whether there is nothing behind what is known. */
  isWhole = false;
  /** Whether what is known is no longer what the server has. */
  isStale = true;
  readonly #pages: Pages;
  #months = new Map<string, readonly Asset[]>();
  #known = new Set<string>();
  #page = 0;
  #loading: Promise<void> | null = null;

  constructor(pages: Pages, { isByDate }: { isByDate: boolean }) {
    this.#pages = pages;
    this.isByDate = isByDate;
  }

  get buckets(): Bucket[] {
    const keys = [...this.#months.keys()].sort((one, other) => other.localeCompare(one));
    return keys.map((key) => ({ timeBucket: key, count: this.month(key).length })).filter(({ count }) => count > 0);
  }

  month(key: string): readonly Asset[] {
    return this.#months.get(key) ?? [];
  }

  /** Whether all of it is soon asked for again. */
  get isShort(): boolean {
    return this.#page <= 2;
  }

  has(id: string): boolean {
    return this.#known.has(id);
  }

  /** Asks for the next page; whoever asks meanwhile waits for the same one. */
  async more(): Promise<void> {
    if (this.isWhole) return;
    this.#loading ??= this.#next().finally(() => (this.#loading = null));
    await this.#loading;
  }

  /** Asks for as many pages as are known, and at least for the first one. */
  async reload() {
    await this.#loading;
    const pages = Math.max(1, this.#page);
    const before = { months: this.#months, known: this.#known, page: this.#page, isWhole: this.isWhole };
    [this.#months, this.#known, this.#page, this.isWhole] = [new Map(), new Set(), 0, false];
    try {
      while (this.#page < pages && !this.isWhole) await this.more();
      this.isStale = false;
    } catch (error) {
      [this.#months, this.#known, this.#page, this.isWhole] = [before.months, before.known, before.page, before.isWhole];
      throw error;
    }
  }

  /** Asks for pages until a picture is among them. */
  async reach(id: string) {
    while (!this.has(id) && !this.isWhole && this.#page < MAX_PAGES) await this.more();
  }

  /** Changes pictures where they are, or takes away those that become null. */
  change(ids: ReadonlySet<string>, change: (asset: Asset) => Asset | null) {
    for (const [key, assets] of this.#months) {
      if (!assets.some((asset) => ids.has(asset.id))) continue;
      const changed = assets.map((asset) => (ids.has(asset.id) ? change(asset) : asset));
      this.#months.set(key, changed.filter((asset) => asset !== null));
    }
  }

  async #next() {
    const { assets, hasNext } = await this.#pages(this.#page + 1);
    this.#page += 1;
    this.isWhole = !hasNext;
    // What came or went between two pages may stand on both.
    const added = assets.filter((asset) => !this.#known.has(asset.id));
    for (const asset of added) this.#known.add(asset.id);
    if (!this.isByDate) {
      this.#append(UNDATED, added.map((asset) => ({ ...asset, day: UNDATED })));
      return;
    }
    const keys = new Set(added.map(monthOf));
    for (const key of keys) {
      this.#append(key, added.filter((asset) => monthOf(asset) === key));
      // They are in the order of moments; on the clocks of other zones some are earlier.
      this.#months.set(key, [...this.month(key)].sort((one, other) => other.moment - one.moment));
    }
  }

  #append(key: string, assets: readonly Asset[]) {
    this.#months.set(key, [...this.month(key), ...assets]);
  }
}

const monthOf = (asset: Asset) => `${asset.day.slice(0, 7)}-01`;
