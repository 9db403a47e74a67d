// Partners: those who see one's timeline, and those whose timeline one sees.

import { answered, api, type Schemas } from './api/client.ts';

export type Partner = Schemas['PartnerResponseDto'];

/** Those whom one's own pictures are shown to, or those who show theirs. */
export function partners(direction: 'shared-by' | 'shared-with'): Promise<Partner[]> {
  return answered(api.GET('/partners', { params: { query: { direction } } }));
}

export async function shareWith(ids: readonly string[]) {
  for (const sharedWithId of ids) await answered(api.POST('/partners', { body: { sharedWithId } }));
}

export async function stopSharingWith(id: string) {
  await answered(api.DELETE('/partners/{id}', { params: { path: { id } } }));
}

export async function setInTimeline(id: string, inTimeline: boolean) {
  await answered(api.PUT('/partners/{id}', { params: { path: { id } }, body: { inTimeline } }));
}
