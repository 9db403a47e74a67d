// What can be done to pictures of a grid: shown at once, undone for a while, taken back when the server refuses.

import { addToAlbum, type Album, createAlbum, removeFromAlbum } from './albums.ts';
import { answered, api } from './api/client.ts';
import { originalAddress } from './api/pass.ts';
import { picturesArrived } from './arrivals.ts';
import { downloadArchives, save } from './downloads.svelte.ts';
import { reason } from './form.svelte.ts';
import { m } from './messages/index.svelte.ts';
import type { Asset } from './timeline/asset.ts';
import type { Grid, Query } from './timeline/grid.svelte.ts';
import { tell } from './toasts.svelte.ts';

interface Action {
  assets: readonly Asset[];
  /** What becomes of each, before the server has done it. */
  change: (asset: Asset) => Asset;
  send: (ids: string[]) => Promise<unknown>;
  undo?: (ids: string[]) => Promise<unknown>;
  said: (count: number) => string;
}

/** A picture, if a grid with these filters shows it. */
function kept(query: Query, asset: Asset): Asset | null {
  const isElsewhere =
    (query.isFavorite === true && !asset.isFavorite) ||
    (query.visibility === 'timeline' && asset.isArchived) ||
    (query.visibility === 'archive' && !asset.isArchived) ||
    (query.visibility === 'locked') !== asset.isLocked ||
    (query.isTrashed ?? false) !== asset.isTrashed;
  return isElsewhere ? null : asset;
}

async function act(grid: Grid, { assets, change, send, undo, said }: Action) {
  if (assets.length === 0) return;
  const ids = assets.map((asset) => asset.id);
  const show = () => grid.change(new Set(ids), (asset) => kept(grid.query, change(asset)));
  show();
  const refuse = async (error: unknown) => {
    tell(reason(error), { isError: true });
    await grid.refreshAll();
  };
  try {
    await send(ids);
  } catch (error) {
    await refuse(error);
    return;
  }
  // What was asked for before may have come meanwhile.
  show();
  // Of a stack, another one may stand for it now.
  if (assets.some(({ stack }) => stack)) await grid.refreshAll();
  const goBack = async () => {
    try {
      await undo?.(ids);
      await grid.refreshAll();
      tell(m.undone);
    } catch (error) {
      await refuse(error);
    }
  };
  tell(said(ids.length), { undo: undo ? goBack : null });
}

type Update = { isFavorite: boolean } | { visibility: 'archive' | 'timeline' | 'locked' };

const update = (what: Update) => (ids: string[]) => answered(api.PUT('/assets', { body: { ids, ...what } }));

export function setFavorite(grid: Grid, assets: readonly Asset[], isFavorite: boolean) {
  return act(grid, {
    assets: assets.filter((asset) => asset.isFavorite !== isFavorite),
    change: (asset) => ({ ...asset, isFavorite }),
    send: update({ isFavorite }),
    undo: update({ isFavorite: !isFavorite }),
    said: isFavorite ? m.favorited : m.unfavorited,
  });
}

export function setArchived(grid: Grid, assets: readonly Asset[], isArchived: boolean) {
  const [there, back] = isArchived ? (['archive', 'timeline'] as const) : (['timeline', 'archive'] as const);
  return act(grid, {
    assets: assets.filter((asset) => asset.isArchived !== isArchived),
    change: (asset) => ({ ...asset, isArchived }),
    send: update({ visibility: there }),
    undo: update({ visibility: back }),
    said: isArchived ? m.archived : m.unarchived,
  });
}

/** Moves pictures into the locked folder. They leave their albums and links, so whoever calls this has asked first. */
export function moveToLocked(grid: Grid, assets: readonly Asset[]) {
  const change = (asset: Asset) => ({ ...asset, isLocked: true, isArchived: false });
  return act(grid, { assets, change, send: update({ visibility: 'locked' }), said: m.lockedAway });
}

/** Moves pictures out of it again. */
export function moveOutOfLocked(grid: Grid, assets: readonly Asset[]) {
  const change = (asset: Asset) => ({ ...asset, isLocked: false });
  return act(grid, { assets, change, send: update({ visibility: 'timeline' }), undo: update({ visibility: 'locked' }), said: m.unarchived });
}

const trash = (ids: string[]) => answered(api.DELETE('/assets', { body: { ids, force: false } }));
const takeBack = (ids: string[]) => answered(api.POST('/trash/restore/assets', { body: { ids } }));

export function moveToTrash(grid: Grid, assets: readonly Asset[]) {
  const change = (asset: Asset) => ({ ...asset, isTrashed: true });
  return act(grid, { assets, change, send: trash, undo: takeBack, said: m.trashed });
}

export function restore(grid: Grid, assets: readonly Asset[]) {
  const change = (asset: Asset) => ({ ...asset, isTrashed: false });
  return act(grid, { assets, change, send: takeBack, undo: trash, said: m.restored });
}

/** There is no way back, so whoever calls this has asked first. */
export function deleteForGood(grid: Grid, assets: readonly Asset[]) {
  return act(grid, {
    assets,
    // No grid shows what is elsewhere than it asks for.
    change: (asset) => ({ ...asset, isTrashed: !grid.query.isTrashed }),
    send: (ids) => answered(api.DELETE('/assets', { body: { ids, force: true } })),
    said: m.deletedForGood,
  });
}

/** As above, for all that is in the trash. */
export async function emptyTrash() {
  await allOf(answered(api.POST('/trash/empty')), m.deletedForGood);
}

export async function restoreTrash() {
  await allOf(answered(api.POST('/trash/restore')), m.restored);
}

async function allOf(request: Promise<{ count: number }>, said: (count: number) => string) {
  try {
    tell(said((await request).count));
  } catch (error) {
    failed(error);
  }
  picturesArrived();
}

export async function putIntoAlbum(assets: readonly Asset[], album: Pick<Album, 'id' | 'name'>) {
  const added = await addToAlbum(album.id, assets.map((asset) => asset.id));
  const name = album.name || m.untitled;
  if (added.length === 0) tell(m.alreadyInAlbum(name));
  else tell(m.addedToAlbum(added.length, name), { undo: () => void removeFromAlbum(album.id, added).then(() => tell(m.undone), failed) });
}

export async function putIntoNewAlbum(assets: readonly Asset[], name: string) {
  await createAlbum(name, assets.map((asset) => asset.id));
  tell(m.addedToAlbum(assets.length, name || m.untitled));
}

export async function takeOutOfAlbum(grid: Grid, assets: readonly Asset[], album: Album) {
  const ids = assets.map((asset) => asset.id);
  grid.change(new Set(ids), () => null);
  try {
    await removeFromAlbum(album.id, ids);
    const undo = () => void addToAlbum(album.id, ids).then(() => grid.refreshAll()).then(() => tell(m.undone), failed);
    tell(m.removedFromAlbum(ids.length), { undo });
  } catch (error) {
    failed(error);
    await grid.refreshAll();
  }
}

/** Has one picture stand for its album. */
export async function makeCover([asset]: readonly Asset[], { id }: Pick<Album, 'id'>) {
  if (!asset) return;
  try {
    await answered(api.PATCH('/albums/{id}', { params: { path: { id } }, body: { albumThumbnailAssetId: asset.id } }));
    tell(m.coverMade);
  } catch (error) {
    failed(error);
  }
}

function failed(error: unknown) {
  tell(reason(error), { isError: true });
}

/** Has the browser keep them as they were given: one by itself, several in an archive. */
export async function download(assets: readonly Asset[]) {
  const [first, ...others] = assets;
  if (first && others.length === 0) save(originalAddress(first.id), '');
  else if (first) await downloadArchives({ assetIds: assets.map((asset) => asset.id) });
}
