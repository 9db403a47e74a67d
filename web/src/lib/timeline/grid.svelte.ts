// A grid on its page: asks the server for the months in view, follows scrolling, and says what is to be shown.

import { tick } from 'svelte';
import { answered, api } from '../api/client.ts';
import { reason } from '../form.svelte.ts';
import { note, noted } from '../router.svelte.ts';
import { type Asset, readColumns } from './asset.ts';
import type { AssetList } from './list.ts';
import type { Measures, MonthLayout } from './layout.ts';
import { ScrollSpace } from './scroll-space.ts';
import { type Month, type Place, type Section, Timeline } from './timeline.ts';

/** Which pictures: the filters of the server's timeline. */
export interface Query {
  visibility?: 'timeline' | 'archive' | 'locked';
  isFavorite?: boolean;
  isTrashed?: boolean;
  albumId?: string;
  tagId?: string;
  personId?: string;
  userId?: string;
  order?: 'asc' | 'desc';
  withPartners?: boolean;
  /** Whether one picture of a stack stands for all. */
  withStacked?: boolean;
}

/** A month as it is drawn: `top` is from the upper edge of what scrolls. */
export interface ShownSection extends Section {
  top: number;
  height: number;
  layout: MonthLayout | null;
}

/** A faster scroll, in pixels a second, shows no thumbnails that no one would see. */
const THUMBNAIL_SPEED = 3000;

/** A faster one is a search for another year: months are not asked for on the way. */
const MONTH_SPEED = 30_000;

/** Without a scroll for so many milliseconds, someone has stopped. */
const STILL = 120;

/** How often it is asked again for pictures that lack their thumbnails while none gets one, and how long at most between. */
const MAX_WAITS = 60;
const LONGEST_WAIT = 10_000;

/** A month that is asked for. */
interface Loading {
  promise: Promise<void>;
  abort: AbortController;
  /** Whether something changed since, of which the answer may say nothing. */
  isOld: boolean;
}

export class Grid {
  readonly query: Query;
  /** Where the pictures come from, if that is not the server's timeline. */
  readonly list: AssetList | null;
  readonly timeline: Timeline;
  readonly space = new ScrollSpace();
  state = $state<'loading' | 'ready' | 'failed'>('loading');
  error = $state('');
  sections = $state.raw<ShownSection[]>([]);
  /** The months as they are now; another list each time they moved. */
  months = $state.raw<readonly Month[]>([]);
  position = $state(0);
  /** Another number each time that what is known of the pictures may have changed. */
  version = $state(0);
  isFast = $state(false);
  #scroller: HTMLElement | null = null;
  #spacer: HTMLElement | null = null;
  /** The pictures of the stacks that were looked at, by the id of each of them. */
  #stacks = new Map<string, readonly string[]>();
  #loading = new Map<string, Loading>();
  /** The height of what lies above the pictures and scrolls away with them. */
  #lead = 0;
  #frame = 0;
  #still: ReturnType<typeof setTimeout> | undefined;
  #waiting: ReturnType<typeof setTimeout> | undefined;
  #waits = 0;
  /** Whether the months are known to be others than the server has. */
  #isOutdated = false;
  #last = { position: 0, time: 0 };
  #speed = 0;
  /** Whether the address says what is looked at. */
  readonly #isNoted: boolean;

  constructor(query: Query, measures: Measures, { list = null as AssetList | null, isNoted = true } = {}) {
    this.query = query;
    this.list = list;
    this.#isNoted = isNoted;
    this.timeline = new Timeline(measures);
  }

  /** Asks for the months, and goes to where the address says. */
  async start() {
    await this.refresh();
    const [day = '', id] = (this.#isNoted && noted('at')?.split('.')) || [];
    if (id) await this.goTo(id, day);
  }

  /** Begins to follow an element that scrolls, and its content. The answer ends it. */
  attach(scroller: HTMLElement, spacer: HTMLElement): () => void {
    this.#scroller = scroller;
    this.#spacer = spacer;
    return () => {
      this.#scroller = this.#spacer = null;
      cancelAnimationFrame(this.#frame);
      clearTimeout(this.#still);
      clearTimeout(this.#waiting);
      for (const { abort } of this.#loading.values()) abort.abort();
    };
  }

  resize(measures: Measures, height: number) {
    this.space.viewport = height;
    this.#keeping(() => this.timeline.measure(measures));
  }

  /** Something of this height lies above the pictures. */
  makeRoom(lead: number) {
    if (this.#lead === lead) return;
    this.#lead = lead;
    if (this.space.position > 0) this.#place();
  }

  /** Asks the server anew what there is. */
  async refresh() {
    try {
      if (this.list) {
        if (this.list.isStale) await this.list.reload();
        this.#takeList(this.list);
      } else {
        const buckets = await answered(api.GET('/timeline/buckets', { params: { query: this.query } }));
        this.#keeping(() => this.timeline.setBuckets(buckets));
      }
      this.state = 'ready';
    } catch (error) {
      if (this.state !== 'loading' && this.state !== 'failed') return;
      this.error = reason(error);
      this.state = 'failed';
    }
  }

  /** As above, when there may be other pictures in months whose number is the same. */
  async refreshAll() {
    for (const month of this.timeline.months) month.isStale = true;
    this.#distrust();
    if (this.list) this.list.isStale = true;
    clearTimeout(this.#waiting);
    this.#waiting = undefined;
    this.#waits = 0;
    await this.refresh();
  }

  /** Changes pictures where they stand, before the server does; null takes one away. */
  change(ids: ReadonlySet<string>, change: (asset: Asset) => Asset | null) {
    this.#distrust();
    this.list?.change(ids, change);
    this.#keeping(() => this.timeline.change(ids, change));
  }

  /** What is on its way was asked before something changed, so it is asked for again. */
  #distrust() {
    for (const loading of this.#loading.values()) loading.isOld = true;
  }

  /** The browser scrolled. */
  scrolled() {
    const scroller = this.#scroller;
    if (!scroller) return;
    if (this.space.scrolled(Math.max(0, scroller.scrollTop - this.#lead))) this.#place();
    const now = performance.now();
    const passed = now - this.#last.time;
    this.#speed = (Math.abs(this.space.position - this.#last.position) / Math.max(passed, 8)) * 1000;
    this.#last = { position: this.space.position, time: now };
    clearTimeout(this.#still);
    this.#still = setTimeout(() => this.#stopped(), STILL);
    this.#frame ||= requestAnimationFrame(() => this.#show());
  }

  /** Goes to a height. */
  moveTo(position: number) {
    this.space.moveTo(position);
    this.#place();
    this.scrolled();
  }

  /** Goes to a picture of which the month is known; asks for it first. Answers whether it is there. */
  async goTo(id: string, day: string): Promise<boolean> {
    if (this.list) {
      await this.list.reach(id);
      this.#takeList(this.list);
    } else {
      const month = this.timeline.month(`${day.slice(0, 7)}-01`);
      if (!month) return false;
      this.moveTo(month.top);
      await this.#load(month);
    }
    const place = this.timeline.find(id);
    if (place) this.moveTo(this.timeline.extent(place).top - this.timeline.measures.dayHeading);
    return place !== null;
  }

  /** Learns which pictures are in a stack. */
  know(members: readonly string[]) {
    for (const id of members) this.#stacks.set(id, members);
    this.version += 1;
  }

  /** Where a picture is, or what stands for its stack. */
  placeOf(id: string): Place | null {
    const found = [id, ...(this.#stacks.get(id) ?? [])].map((other) => this.timeline.find(other));
    return found.find((place) => place !== null) ?? null;
  }

  /** Scrolls as little as is needed to show a picture. */
  reveal(place: Place) {
    const { top, bottom } = this.timeline.extent(place);
    const { position, viewport } = this.space;
    const margin = this.timeline.measures.dayHeading + this.timeline.measures.monthHeading;
    if (top - margin < position) this.moveTo(top - margin);
    else if (bottom + 16 > position + viewport) this.moveTo(bottom + 16 - viewport);
  }

  /** The picture with an index, whose month is asked for if need be. */
  async at(index: number): Promise<Place | null> {
    let found = this.timeline.monthOfIndex(index);
    if (!found && index >= 0 && !this.isWhole) {
      await this.#more();
      found = this.timeline.monthOfIndex(index);
    }
    if (!found) return null;
    if (!found.month.assets) {
      const fromEnd = found.month.size - found.at;
      await this.#load(found.month);
      // Whoever comes from behind wants the last one, however many there are now.
      if (fromEnd === 1) found = { month: found.month, at: found.month.size - 1 };
    }
    const asset = found.month.assets?.[found.at];
    return asset ? { ...found, asset } : null;
  }

  /** Whether nothing comes behind the pictures that are known of. */
  get isWhole(): boolean {
    return this.list?.isWhole ?? true;
  }

  /** Asks for the next page of a list. */
  async #more() {
    if (!this.list || this.list.isWhole) return;
    try {
      await this.list.more();
    } catch {
      // It is asked for again when something moves.
      return;
    }
    this.#takeList(this.list);
  }

  /** Takes what is known of a list. */
  #takeList(list: AssetList) {
    this.#keeping(() => {
      this.timeline.setBuckets(list.buckets);
      for (const month of this.timeline.months) {
        const assets = list.month(month.key);
        if (month.assets !== assets) this.timeline.setAssets(month.key, assets);
      }
    });
  }

  /** All pictures from one index to another. */
  async between(first: number, last: number): Promise<Asset[]> {
    const months = this.timeline.months.filter((month) => month.first <= last && month.first + month.size > first);
    await Promise.all(months.map((month) => (month.assets ? undefined : this.#load(month))));
    return months.flatMap((month) => (month.assets ?? []).filter((_, at) => month.first + at >= first && month.first + at <= last));
  }

  /** Does something to the timeline that may move its parts, but not what is looked at. */
  #keeping(work: () => void) {
    const { timeline, space } = this;
    // What is looked at is in the upper half; at the very top, new pictures may come in.
    const eye = space.position > 0 ? space.position + space.viewport / 3 : 0;
    const anchor = space.position > 0 ? timeline.anchor(eye) : null;
    work();
    this.version += 1;
    space.total = timeline.height;
    const moved = anchor ? timeline.heightOf(anchor) - eye : 0;
    space.shift(moved);
    if (space.scrolled(space.real)) this.#place();
    this.#show();
  }

  /** Brings the browser to where this is. */
  #place() {
    if (!this.#scroller || !this.#spacer) return;
    this.#spacer.style.height = `${this.space.spacer}px`;
    // At the very beginning, whoever sees what lies above goes on seeing it.
    const { real, position } = this.space;
    this.#scroller.scrollTop = position > 0 ? this.#lead + real : Math.min(this.#scroller.scrollTop, this.#lead);
  }

  #stopped() {
    this.#speed = 0;
    if (this.space.settle()) this.#place();
    this.#show();
    this.#noteWhere();
  }

  #show() {
    this.#frame = 0;
    const { timeline, space } = this;
    const [top, bottom] = [space.position - space.viewport / 2, space.position + space.viewport * 1.5];
    this.isFast = this.#speed > THUMBNAIL_SPEED;
    this.position = space.position;
    if (this.months !== timeline.months || this.#isMoved()) this.months = [...timeline.months];
    const sections = timeline.view(top, bottom).map((section) => ({
      ...section,
      top: Math.round(section.month.top - space.origin),
      height: section.month.height,
      layout: section.month.layout,
    }));
    // Most frames of a slow scroll show what the last one showed.
    if (!isSame(sections, this.sections)) this.sections = sections;
    if (this.#spacer) this.#spacer.style.height = `${space.spacer}px`;
    if (this.#speed < MONTH_SPEED) this.#loadVisible(top, bottom);
  }

  #height = 0;

  #isMoved(): boolean {
    const isMoved = this.#height !== this.timeline.height;
    this.#height = this.timeline.height;
    return isMoved;
  }

  #loadVisible(top: number, bottom: number) {
    const months = this.timeline.monthsBetween(top, bottom);
    const keys = new Set(months.map((month) => month.key));
    for (const [key, { abort }] of this.#loading) if (!keys.has(key)) abort.abort();
    for (const month of months) if (month.isStale) void this.#load(month);
    // The next page is there before its place is looked at.
    if (this.state === 'ready' && bottom + this.space.viewport > this.timeline.height) void this.#more();
    this.#waitForThumbnails(months);
  }

  #load(month: Month): Promise<void> {
    const running = this.#loading.get(month.key);
    if (running && !running.isOld && !running.abort.signal.aborted) return running.promise;
    const loading: Loading = { promise: Promise.resolve(), abort: new AbortController(), isOld: false };
    this.#loading.set(month.key, loading);
    loading.promise = this.#ask(month, loading).finally(() => {
      if (this.#loading.get(month.key) === loading) this.#loading.delete(month.key);
    });
    return loading.promise;
  }

  async #ask(month: Month, loading: Loading) {
    if (this.list) {
      this.timeline.setAssets(month.key, this.list.month(month.key));
      return;
    }
    try {
      const query = { ...this.query, timeBucket: month.key };
      const columns = await answered(api.GET('/timeline/bucket', { params: { query }, signal: loading.abort.signal }));
      // A later one has what this one lacks.
      const later = this.#loading.get(month.key);
      if (loading.isOld && later && later !== loading) return later.promise;
      const assets = readColumns(columns);
      // When the numbers differ, pictures went to other months since these were counted.
      this.#isOutdated ||= assets.length !== month.count;
      month.count = assets.length;
      this.#keeping(() => {
        this.timeline.setAssets(month.key, assets);
        month.isStale ||= loading.isOld;
      });
    } catch {
      // It was scrolled away, or the server does not answer: then it is asked for again when something moves.
    }
  }

  /**
   * Asks again while pictures in view have no thumbnail yet, or the months changed; less often while none gets one. What the server reads out of
   * them may take them to other months meanwhile.
   */
  #waitForThumbnails(months: Month[]) {
    const unfinished = months.filter((month) => lacking(month) > 0);
    const isDone = (unfinished.length === 0 && !this.#isOutdated) || this.list?.isShort === false;
    if (!this.#scroller || this.#waiting !== undefined || isDone || this.#waits > MAX_WAITS) return;
    this.#waiting = setTimeout(async () => {
      this.#isOutdated = false;
      const lackedBefore = this.#lacking();
      for (const month of unfinished) month.isStale = true;
      if (this.list) this.list.isStale = true;
      await this.refresh();
      await Promise.all([...this.#loading.values()].map(({ promise }) => promise));
      this.#waits = this.#lacking() < lackedBefore ? 0 : this.#waits + 1;
      this.#waiting = undefined;
      this.#show();
    }, Math.min(1000 * 2 ** this.#waits, LONGEST_WAIT));
  }

  #lacking(): number {
    return this.timeline.months.reduce((sum, month) => sum + lacking(month), 0);
  }

  /** Keeps in the address what is looked at, so that going back, a reload or a link lead here. */
  #noteWhere() {
    if (!this.#isNoted) return;
    const anchor = this.space.position > 0 ? this.timeline.anchor(this.space.position + this.timeline.measures.dayHeading) : null;
    const asset = anchor?.asset ? this.timeline.find(anchor.asset)?.asset : null;
    if (this.space.position === 0) note('at', null);
    else if (asset) note('at', `${asset.day}.${asset.id}`);
  }

  /** Waits until what is said is drawn. */
  async drawn() {
    this.#show();
    await tick();
  }
}

/** How many of a month's pictures have no thumbnail yet. */
function lacking(month: Month): number {
  return month.assets?.filter((asset) => asset.thumbhash === null).length ?? 0;
}

/** Whether the same is to be drawn in the same places. A month that changed has another layout. */
function isSame(one: readonly ShownSection[], other: readonly ShownSection[]): boolean {
  if (one.length !== other.length) return false;
  return one.every((section, at) => {
    const before = other[at]!;
    return (
      section.month.key === before.month.key &&
      section.top === before.top &&
      section.height === before.height &&
      section.layout === before.layout &&
      section.tiles.length === before.tiles.length &&
      section.tiles[0]?.index === before.tiles[0]?.index &&
      section.days.length === before.days.length &&
      section.days[0]?.first === before.days[0]?.first
    );
  });
}
