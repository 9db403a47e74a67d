// Memories: some pictures of a day in an earlier year.

import { answered, api, type Schemas } from './api/client.ts';
import { change, type Changed } from './changes.ts';
import { formatDate } from './format.ts';
import { m } from './messages/index.svelte.ts';
import type { Asset } from './timeline/asset.ts';
import type { Grid } from './timeline/grid.svelte.ts';

export type Memory = Schemas['MemoryResponseDto'];

/** A memory whose pictures are shown. */
export interface ShownMemory {
  id: string;
  title: string;
}

/** Those that are shown today, which is the day on the clock of whoever asks. */
export function memoriesOfToday(): Promise<Memory[]> {
  const now = new Date();
  const clock = new Date(now.getTime() - now.getTimezoneOffset() * 60_000);
  return answered(api.GET('/memories', { params: { query: { for: clock.toISOString() } } }));
}

export const allMemories = (): Promise<Memory[]> => answered(api.GET('/memories'));
export const readMemory = (id: string): Promise<Memory> => answered(api.GET('/memories/{id}', { params: { path: { id } } }));

/** What it is called: how long ago it was. */
export function titleOf({ data, memoryAt, showAt }: Memory): string {
  const shown = showAt ? new Date(showAt).getUTCFullYear() : new Date().getFullYear();
  return shown > data.year ? m.yearsAgo(shown - data.year) : formatDate(memoryAt.slice(0, 10));
}

const update = (id: string, body: Schemas['MemoryUpdateDto']) => answered(api.PUT('/memories/{id}', { params: { path: { id } }, body }));

export function setSaved(changed: Changed, { id }: Memory, isSaved: boolean) {
  return change(changed, isSaved ? m.memorySaved : m.memoryNotSaved, async () => {
    await update(id, { isSaved });
    return () => update(id, { isSaved: !isSaved });
  });
}

export async function noteSeen({ id, seenAt }: Memory) {
  if (!seenAt) await update(id, { seenAt: new Date().toISOString() });
}

/** There is no way back, so whoever calls this has asked first. */
export function deleteMemory(changed: Changed, id: string) {
  return change(changed, m.memoryDeleted, async () => {
    await answered(api.DELETE('/memories/{id}', { params: { path: { id } } }));
    return null;
  });
}

export async function takeOutOfMemory(grid: Grid, assets: readonly Asset[], { id }: ShownMemory) {
  const ids = assets.map((asset) => asset.id);
  const which = { params: { path: { id } }, body: { ids } };
  grid.change(new Set(ids), () => null);
  await change(() => grid.refreshAll(), m.takenOutOfMemory(ids.length), async () => {
    await answered(api.DELETE('/memories/{id}/assets', which));
    return () => answered(api.PUT('/memories/{id}/assets', which));
  });
}
