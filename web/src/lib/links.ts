// Shared links as those who make them need them.

import { answered, api, type Schemas } from './api/client.ts';
import { serverAddress } from './server.svelte.ts';
import type { SharedLink } from './visit.svelte.ts';

/** What a new link is to show. */
export type Shown = { albumId: string } | { assetIds: string[] };

/** What can be said of a link, whether it is new or not. */
export type LinkTerms = Required<Omit<Schemas['SharedLinkEditDto'], 'changeExpiryTime'>>;

export function allLinks(): Promise<SharedLink[]> {
  return answered(api.GET('/shared-links', {}));
}

export function linksToAlbum(albumId: string): Promise<SharedLink[]> {
  return answered(api.GET('/shared-links', { params: { query: { albumId } } }));
}

export function makeLink(shown: Shown, terms: LinkTerms): Promise<SharedLink> {
  const type = 'albumId' in shown ? 'ALBUM' : 'INDIVIDUAL';
  return answered(api.POST('/shared-links', { body: { ...shown, ...terms, type } }));
}

export function changeLink(id: string, terms: LinkTerms): Promise<SharedLink> {
  return answered(api.PATCH('/shared-links/{id}', { params: { path: { id } }, body: { ...terms, changeExpiryTime: true } }));
}

export async function endLink(id: string) {
  await answered(api.DELETE('/shared-links/{id}', { params: { path: { id } } }));
}

/** The address to be given to others. */
export function linkAddress({ slug, key }: SharedLink): string {
  return serverAddress() + (slug ? `/s/${encodeURIComponent(slug)}` : `/share/${key}`);
}

export const hasEnded = ({ expiresAt }: SharedLink) => expiresAt !== null && Date.parse(expiresAt) <= Date.now();
