// Changes of what is known of pictures: shown as soon as they are made, and taken back by giving each what it had before.

import { answered, api, type Schemas } from './api/client.ts';
import { reason } from './form.svelte.ts';
import type { Point } from './map/view.ts';
import { m } from './messages/index.svelte.ts';
import { allTags, type Tag } from './tags.svelte.ts';
import type { Asset } from './timeline/asset.ts';
import { tell } from './toasts.svelte.ts';

type Details = Schemas['AssetResponseDto'];
type Update = Omit<Schemas['AssetBulkUpdateDto'], 'ids'>;

/** Of more than these it is not asked what each had before. */
export const MOST_UNDONE = 500;

/** What is to be done when the server has made a change, or has taken it back. */
type Changed = () => Promise<unknown>;

/** How many are asked for at once. */
const AT_ONCE = 6;

/** What is known of some pictures, those that are gone left out. */
export async function detailsOf(ids: readonly string[]): Promise<Details[]> {
  const waiting = [...ids];
  const found: Details[] = [];
  const ask = async () => {
    for (let id = waiting.shift(); id !== undefined; id = waiting.shift()) {
      const details = await answered(api.GET('/assets/{id}', { params: { path: { id } } })).catch(() => null);
      if (details) found.push(details);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, ask));
  return found;
}

const send = (ids: string[], update: Update) => answered(api.PUT('/assets', { body: { ids, ...update } }));

/** Gives pictures what each of them is to have; null leaves one as it is. Those that get the same are sent together. */
async function sendEach(all: readonly Details[], updateOf: (details: Details) => Update | null) {
  const groups = new Map<string, { ids: string[]; update: Update }>();
  for (const details of all) {
    const update = updateOf(details);
    if (!update) continue;
    const key = JSON.stringify(update);
    const group = groups.get(key) ?? { ids: [], update };
    group.ids.push(details.id);
    groups.set(key, group);
  }
  for (const { ids, update } of groups.values()) await send(ids, update);
}

interface Edit {
  /** What each is to have. */
  update: Update | ((details: Details) => Update);
  /** What each had; null when that cannot be given back. */
  before: (details: Details) => Update | null;
  said: (count: number) => string;
}

/** Makes a change, and says so with the way back. Throws when the server refuses. */
async function edit(changed: Changed, ids: string[], { update, before, said }: Edit) {
  const isLookedUp = ids.length <= MOST_UNDONE || typeof update === 'function';
  const known = isLookedUp ? await detailsOf(ids) : [];
  if (typeof update === 'function') await sendEach(known, update);
  else await send(ids, update);
  await changed();
  const canUndo = isLookedUp && known.some((details) => before(details) !== null);
  const undo = async () => {
    try {
      await sendEach(known, before);
      tell(m.undone);
    } catch (error) {
      tell(reason(error), { isError: true });
    }
    await changed();
  };
  tell(said(ids.length), { undo: canUndo ? () => void undo() : null });
}

const idsOf = (assets: readonly Asset[]) => assets.map((asset) => asset.id);

export function describe(changed: Changed, assets: readonly Asset[], description: string) {
  return edit(changed, idsOf(assets), {
    update: { description },
    before: ({ exifInfo }) => ({ description: exifInfo?.description ?? '' }),
    said: m.descriptionChanged,
  });
}

/** What had no place before keeps the new one when the change is taken back: no request takes a place away. */
export function place(changed: Changed, assets: readonly Asset[], { latitude, longitude }: Point) {
  return edit(changed, idsOf(assets), {
    update: { latitude, longitude },
    before: ({ exifInfo }) => {
      const [latitude, longitude] = [exifInfo?.latitude, exifInfo?.longitude];
      return latitude == null || longitude == null ? null : { latitude, longitude };
    },
    said: m.placeChanged,
  });
}

export function rate(changed: Changed, assets: readonly Asset[], rating: number) {
  return edit(changed, idsOf(assets), {
    update: { rating },
    before: ({ exifInfo }) => ({ rating: exifInfo?.rating ?? 0 }),
    said: () => m.ratingChanged,
  });
}

/** A wall clock, `YYYY-MM-DDTHH:MM`, in a time zone; without one, in the one that each picture has. */
export function date(changed: Changed, assets: readonly Asset[], clock: string, zone: string | null) {
  const timed = (timeZone: string | null | undefined): Update => ({ dateTimeOriginal: clock, ...(timeZone && { timeZone }) });
  return edit(changed, idsOf(assets), {
    update: zone ? timed(zone) : ({ exifInfo }) => timed(exifInfo?.timeZone),
    before: takenBefore,
    said: m.dateChanged,
  });
}

/** Moves each by some minutes, to what is later. */
export function shift(changed: Changed, assets: readonly Asset[], minutes: number) {
  return edit(changed, idsOf(assets), { update: { dateTimeRelative: minutes }, before: takenBefore, said: m.dateChanged });
}

function takenBefore({ localDateTime, exifInfo }: Details): Update {
  const zone = exifInfo?.timeZone;
  return { dateTimeOriginal: localDateTime.replace(/Z$/, ''), ...(zone && { timeZone: zone }) };
}

/** Gives pictures tags. Those that had one already keep it when this is taken back. */
export async function tagAll(changed: Changed, assets: readonly Asset[], tags: readonly Pick<Tag, 'id' | 'value'>[]) {
  const ids = idsOf(assets);
  const added: { id: string; ids: string[] }[] = [];
  for (const { id } of tags) {
    const results = await answered(api.PUT('/tags/{id}/assets', { params: { path: { id } }, body: { ids } }));
    added.push({ id, ids: results.filter(({ success }) => success).map((result) => result.id) });
  }
  await changed();
  const undo = () => undone(changed, async () => {
    for (const { id, ids } of added) if (ids.length > 0) await takeOff(id, ids);
  });
  tell(m.tagged(ids.length, tags.map(({ value }) => value).join(', ')), { undo: () => void undo() });
}

export async function untag(changed: Changed, assets: readonly Asset[], { id, name }: { id: string; name: string }) {
  const ids = idsOf(assets);
  try {
    await takeOff(id, ids);
  } catch (error) {
    tell(reason(error), { isError: true });
    return;
  }
  await changed();
  const undo = () => undone(changed, async () => {
    await answered(api.PUT('/tags/{id}/assets', { params: { path: { id } }, body: { ids } }));
  });
  tell(m.untagged(ids.length, name), { undo: () => void undo() });
}

const takeOff = (id: string, ids: string[]) => answered(api.DELETE('/tags/{id}/assets', { params: { path: { id } }, body: { ids } }));

async function undone(changed: Changed, work: () => Promise<void>) {
  try {
    await work();
    tell(m.undone);
  } catch (error) {
    tell(reason(error), { isError: true });
  }
  await changed();
}

/** The tags with these paths, made if they are not there. */
export async function tagsNamed(paths: string[]): Promise<Tag[]> {
  const tags = await answered(api.PUT('/tags', { body: { tags: paths } }));
  void allTags().catch(() => []);
  return tags;
}
