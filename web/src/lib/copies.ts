// Which one of several files of a picture is best kept.

import type { Schemas } from './api/client.ts';

export type Copy = Schemas['AssetResponseDto'];
export type Group = Schemas['DuplicateResponseDto'];

/** What is decided about a group: those that are kept, and those that go. */
export interface Decision {
  kept: readonly Copy[];
  gone: readonly Copy[];
}

export const pixelsOf = ({ exifInfo }: Copy) => (exifInfo?.exifImageWidth ?? 0) * (exifInfo?.exifImageHeight ?? 0);

/** The one that shows most: the most pixels, then the largest file, a place, and having been here first. */
export function bestOf(assets: readonly Copy[]): Copy | undefined {
  const ranks = (copy: Copy) => [pixelsOf(copy), copy.exifInfo?.fileSizeInByte ?? 0, copy.exifInfo?.latitude == null ? 0 : 1, -Date.parse(copy.createdAt)];
  return [...assets].sort((one, other) => {
    const [mine, theirs] = [ranks(one), ranks(other)];
    const at = mine.findIndex((rank, at) => rank !== theirs[at]);
    return at < 0 ? 0 : theirs[at]! - mine[at]!;
  })[0];
}

/** The best of each group is kept. */
export const suggested = ({ assets }: Group): Decision => {
  const best = bestOf(assets);
  return { kept: best ? [best] : [], gone: assets.filter((copy) => copy !== best) };
};
