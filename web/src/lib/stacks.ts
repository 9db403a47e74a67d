// Pictures that belong together: stacked, taken apart, and put back as they were.

import { answered, api, type Schemas } from './api/client.ts';
import { change, type Changed } from './changes.ts';
import { detailsOf } from './edits.ts';
import { m } from './messages/index.svelte.ts';
import type { Asset } from './timeline/asset.ts';
import type { Grid } from './timeline/grid.svelte.ts';

/** A stack with its pictures, its cover first. */
export type Stack = Schemas['StackResponseDto'];

export const readStack = (id: string): Promise<Stack> => answered(api.GET('/stacks/{id}', { params: { path: { id } } }));

const make = (assetIds: string[]): Promise<Stack> => answered(api.POST('/stacks', { body: { assetIds } }));
const dissolve = (ids: string[]) => answered(api.DELETE('/stacks', { body: { ids } }));
const setCover = (id: string, primaryAssetId: string) =>
  answered(api.PUT('/stacks/{id}', { params: { path: { id } }, body: { primaryAssetId } }));

async function makeAgain(stacks: readonly Stack[]) {
  for (const { assets } of stacks) await make(assets.map(({ id }) => id));
}

/** Stacks pictures, of which the first becomes the cover. The stacks that they stand for come along whole. */
export async function stack(grid: Grid, assets: readonly Asset[]) {
  const [cover, ...others] = assets;
  if (!cover || others.length === 0) return;
  const ids = assets.map(({ id }) => id);
  const send = async () => {
    const former = await stacksOf(grid, assets);
    const made = await make(ids);
    return async () => {
      await dissolve([made.id]);
      await makeAgain(former);
    };
  };
  if (grid.query.withStacked) {
    const count = assets.reduce((sum, asset) => sum + (asset.stack?.count ?? 1), 0);
    // Which stack it is, only the server knows.
    grid.change(new Set(ids), (asset) => (asset.id === cover.id ? { ...asset, stack: { id: '', count } } : null));
  }
  await change(() => grid.refreshAll(), m.stacked(ids.length), send);
}

/** The stacks that pictures are in, of which some grids say nothing. */
async function stacksOf(grid: Grid, assets: readonly Asset[]): Promise<Stack[]> {
  const found = grid.query.withStacked ? assets : await detailsOf(assets.map(({ id }) => id));
  return readAll(found);
}

function readAll(assets: readonly { stack?: { id: string } | null }[]): Promise<Stack[]> {
  const ids = new Set(assets.flatMap(({ stack }) => stack?.id || []));
  return Promise.all([...ids].map(readStack));
}

/** Takes the stacks apart that pictures are in. */
export async function unstack(changed: Changed, assets: readonly Asset[]) {
  const stacked = assets.filter((asset) => asset.stack);
  const count = new Set(stacked.map((asset) => asset.stack?.id)).size;
  await change(changed, m.unstacked(count), async () => {
    const stacks = await readAll(stacked);
    await dissolve(stacks.map(({ id }) => id));
    return () => makeAgain(stacks);
  });
}

export function makeCover(changed: Changed, { id, primaryAssetId }: Stack, asset: string) {
  return change(changed, m.coverChanged, async () => {
    await setCover(id, asset);
    return () => setCover(id, primaryAssetId);
  });
}

/** Takes a picture out, which is not the cover. */
export function takeOut(changed: Changed, stack: Stack, assetId: string) {
  return change(changed, m.takenOutOfStack, async () => {
    await answered(api.DELETE('/stacks/{id}/assets/{assetId}', { params: { path: { id: stack.id, assetId } } }));
    // What is left of the stack comes along with its cover.
    return () => makeAgain([stack]);
  });
}
