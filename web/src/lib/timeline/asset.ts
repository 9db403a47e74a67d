// One picture or video of the grid, and how the server's columns become a list of them.

import { thumbHashToApproximateAspectRatio } from 'thumbhash';
import type { Schemas } from '../api/client.ts';

export interface Stack {
  readonly id: string;
  /** How many pictures it has. */
  readonly count: number;
}

export interface Asset {
  readonly id: string;
  /** Width by height. */
  readonly ratio: number;
  /** The wall clock where it was taken, in milliseconds as if it were UTC. */
  readonly moment: number;
  /** The day of that, as `YYYY-MM-DD`. */
  readonly day: string;
  readonly thumbhash: string | null;
  readonly isImage: boolean;
  readonly isFavorite: boolean;
  readonly isArchived: boolean;
  readonly isLocked: boolean;
  readonly isTrashed: boolean;
  readonly ownerId: string;
  readonly duration: string | null;
  /** The video that belongs to a picture that moves. */
  readonly motionId: string | null;
  readonly place: string;
  /** The stack that it is in, as far as that was told. */
  readonly stack: Stack | null;
  /** What is written over it where its date is not what counts. */
  readonly caption?: string;
}

/** A month in columns, all of one length. */
export interface Columns {
  id: string[];
  ratio: number[];
  fileCreatedAt: string[];
  localOffsetHours: number[];
  thumbhash: (string | null)[];
  isImage: boolean[];
  isFavorite: boolean[];
  isTrashed: boolean[];
  visibility: string[];
  ownerId: string[];
  duration: (string | null)[];
  livePhotoVideoId: (string | null)[];
  city: (string | null)[];
  country: (string | null)[];
  /** Pairs of a stack's id and its count; only when they are asked for. */
  stack?: (string[] | null)[];
}

const HOUR = 3_600_000;

export function readColumns(columns: Columns): Asset[] {
  return columns.id.map((id, at) => {
    const created = columns.fileCreatedAt[at] ?? '';
    // The moment is in UTC, whether or not it says so.
    const instant = Date.parse(created.endsWith('Z') ? created : `${created}Z`) || 0;
    const moment = instant + Math.round((columns.localOffsetHours[at] ?? 0) * HOUR);
    const ratio = columns.ratio[at] ?? 1;
    return {
      id,
      ratio: ratio > 0 && Number.isFinite(ratio) ? ratio : 1,
      moment,
      day: new Date(moment).toISOString().slice(0, 10),
      thumbhash: columns.thumbhash[at] ?? null,
      isImage: columns.isImage[at] ?? true,
      isFavorite: columns.isFavorite[at] ?? false,
      isArchived: columns.visibility[at] === 'archive',
      isLocked: columns.visibility[at] === 'locked',
      isTrashed: columns.isTrashed[at] ?? false,
      ownerId: columns.ownerId[at] ?? '',
      duration: columns.duration[at] ?? null,
      motionId: columns.livePhotoVideoId[at] ?? null,
      place: [columns.city[at], columns.country[at]].filter(Boolean).join(', '),
      stack: readStack(columns.stack?.[at]),
    };
  });
}

function readStack(pair: string[] | null | undefined): Stack | null {
  const [id, count] = pair ?? [];
  return id && count ? { id, count: Number(count) } : null;
}

/** What most operations say of a picture. */
export function readAsset(answer: Schemas['AssetResponseDto']): Asset {
  const { exifImageWidth, exifImageHeight, orientation, city, country } = answer.exifInfo ?? {};
  const [width, height] = isTurned(orientation) ? [exifImageHeight, exifImageWidth] : [exifImageWidth, exifImageHeight];
  return {
    id: answer.id,
    ratio: width && height ? width / height : ratioOf(answer.thumbhash),
    moment: Date.parse(answer.localDateTime) || 0,
    day: answer.localDateTime.slice(0, 10),
    thumbhash: answer.thumbhash,
    isImage: answer.type === 'IMAGE',
    isFavorite: answer.isFavorite,
    isArchived: answer.isArchived,
    isLocked: answer.visibility === 'locked',
    isTrashed: answer.isTrashed,
    ownerId: answer.ownerId,
    duration: answer.duration,
    motionId: answer.livePhotoVideoId ?? null,
    place: [city, country].filter(Boolean).join(', '),
    stack: answer.stack ? { id: answer.stack.id, count: answer.stack.assetCount } : null,
  };
}

/** The ratio that a picture's few bytes let expect: to some visitors nothing else is told of it. */
function ratioOf(thumbhash: string | null): number {
  return thumbhash ? thumbHashToApproximateAspectRatio(Uint8Array.from(atob(thumbhash), (letter) => letter.charCodeAt(0))) : 4 / 3;
}

/** Whether a picture lies on its side in its file. */
function isTurned(orientation: string | null | undefined): boolean {
  return ['5', '6', '7', '8'].includes(orientation ?? '');
}
