// The same picture in several files: what differs, which one is best kept, and what becomes of the others.

import { addToAlbum, removeFromAlbum } from './albums.ts';
import { answered, api, type Schemas } from './api/client.ts';
import { change, type Changed } from './changes.ts';
import type { Decision, Group } from './copies.ts';
import { m } from './messages/index.svelte.ts';

/** How many albums are asked for at once. */
const AT_ONCE = 6;

export const duplicateGroups = (): Promise<Group[]> => answered(api.GET('/duplicates'));

export async function albumsWith(assetId: string): Promise<Schemas['AlbumResponseDto'][]> {
  return answered(api.GET('/albums', { params: { query: { assetId } } }));
}

/** What the kept ones gained of those that are gone. */
interface Gain {
  albums: { id: string; asset: string }[];
  favorites: string[];
}

/** The first that is kept takes the places of those that go: in their albums, and among the favourites. */
async function inherit(decisions: readonly Decision[]): Promise<Gain> {
  const gain: Gain = { albums: [], favorites: [] };
  const waiting = decisions.flatMap(({ kept: [heir], gone }) => (heir ? gone.map((copy) => ({ heir, copy })) : []));
  const work = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const { heir, copy } = next;
      if (copy.isFavorite && !heir.isFavorite && !gain.favorites.includes(heir.id)) gain.favorites.push(heir.id);
      for (const { id } of await albumsWith(copy.id)) {
        if ((await addToAlbum(id, [heir.id])).length > 0) gain.albums.push({ id, asset: heir.id });
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  await setFavorites(gain.favorites, true);
  return gain;
}

async function giveBack({ albums, favorites }: Gain) {
  for (const { id, asset } of albums) await removeFromAlbum(id, [asset]);
  await setFavorites(favorites, false);
}

async function setFavorites(ids: string[], isFavorite: boolean) {
  if (ids.length > 0) await answered(api.PUT('/assets', { body: { ids, isFavorite } }));
}

/** Moves to the trash what is not kept. */
export function decide(changed: Changed, decisions: readonly Decision[]) {
  const ids = decisions.flatMap(({ gone }) => gone.map(({ id }) => id));
  return change(changed, m.trashed(ids.length), async () => {
    const gain = await inherit(decisions);
    await answered(api.DELETE('/assets', { body: { ids, force: false } }));
    return async () => {
      await answered(api.POST('/trash/restore/assets', { body: { ids } }));
      await giveBack(gain);
    };
  });
}

/** One picture stands for all of a group. */
export function stackGroup(changed: Changed, { kept, gone }: Decision) {
  const assetIds = [...kept, ...gone].map(({ id }) => id);
  return change(changed, m.stacked(assetIds.length), async () => {
    const { id } = await answered(api.POST('/stacks', { body: { assetIds } }));
    return () => answered(api.DELETE('/stacks', { body: { ids: [id] } }));
  });
}

/** They are different pictures. */
export function keepApart(changed: Changed, groups: readonly Group[]) {
  return change(changed, m.keptApart(groups.length), async () => {
    await answered(api.DELETE('/duplicates', { body: { ids: groups.map(({ duplicateId }) => duplicateId) } }));
    return async () => {
      for (const { duplicateId, assets } of groups) {
        await answered(api.PUT('/assets', { body: { ids: assets.map(({ id }) => id), duplicateId } }));
      }
    };
  });
}
