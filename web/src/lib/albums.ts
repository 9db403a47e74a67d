// Albums as the app needs them.

import { answered, api, type Schemas } from './api/client.ts';

export type AlbumAnswer = Schemas['AlbumResponseDto'];

export interface Album {
  id: string;
  name: string;
  /** Whether whoever is signed in may add and take out pictures. */
  isEditable: boolean;
  isOwn: boolean;
  /** Whether there are others in it who may say something about it. */
  hasComments: boolean;
}

/** All albums of one's own and those shared by others, the ones changed last first. */
export async function allAlbums(): Promise<AlbumAnswer[]> {
  const [own, shared] = await Promise.all([
    answered(api.GET('/albums', {})),
    answered(api.GET('/albums', { params: { query: { shared: true } } })),
  ]);
  const all = new Map([...own, ...shared].map((album) => [album.id, album]));
  return [...all.values()].sort((one, other) => other.updatedAt.localeCompare(one.updatedAt));
}

export function mayEdit(album: AlbumAnswer, user: string): boolean {
  return album.ownerId === user || album.albumUsers.some((member) => member.user.id === user && member.role === 'editor');
}

/** Answers those that it did not have yet. */
export async function addToAlbum(id: string, ids: string[]): Promise<string[]> {
  const results = await answered(api.PUT('/albums/{id}/assets', { params: { path: { id } }, body: { ids } }));
  return results.filter((result) => result.success).map((result) => result.id);
}

export async function removeFromAlbum(id: string, ids: string[]) {
  await answered(api.DELETE('/albums/{id}/assets', { params: { path: { id } }, body: { ids } }));
}

export async function createAlbum(albumName: string, assetIds: string[] = []): Promise<AlbumAnswer> {
  return answered(api.POST('/albums', { body: { albumName, assetIds } }));
}
