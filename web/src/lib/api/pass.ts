// A visitor's pass: the key of the shared link that they came by. With it, everything is asked for in the link's name.

let key: string | null = null;

/** Comes by a link from now on; with null, as oneself again. */
export function comeBy(linkKey: string | null) {
  key = linkKey;
}

/** The link's key, if this page was opened by one. */
export function passKey(): string | null {
  return key;
}

/** The address of a file, as a visitor has to ask for it. */
function passed(address: string): string {
  if (!key) return address;
  return `${address}${address.includes('?') ? '&' : '?'}key=${encodeURIComponent(key)}`;
}

export type ThumbnailSize = 'thumbnail' | 'preview' | 'fullsize';

export const thumbnailAddress = (id: string, size: ThumbnailSize) => passed(`/api/assets/${id}/thumbnail?size=${size}`);
export const originalAddress = (id: string) => passed(`/api/assets/${id}/original`);
export const playbackAddress = (id: string) => passed(`/api/assets/${id}/video/playback`);
