// Files on their way to the server: hashed, asked about, and sent if they are new, several at once.

import { addToAlbum } from '../albums.ts';
import { answered, api, Failure, messageOf } from '../api/client.ts';
import { passKey } from '../api/pass.ts';
import { picturesArrived } from '../arrivals.ts';
import { reason } from '../form.svelte.ts';
import { m } from '../messages/index.svelte.ts';
import type { Route } from '../router.svelte.ts';
import { tell } from '../toasts.svelte.ts';
import { type Chosen, type Kinds, sortOut } from './files.ts';
import { hash } from './hashing.ts';

export type State = 'waiting' | 'sending' | 'done' | 'duplicate' | 'failed';

/** How many files are sent at once. */
const AT_ONCE = 4;

/** How many files are asked about at once. */
const ASKED_AT_ONCE = 200;

/** Where files go that are dropped on a page. */
export interface Target {
  album: string | null;
  isLocked: boolean;
}

const TIMELINE: Target = { album: null, isLocked: false };

/** What a page shows is what is added to. */
export function targetOf(now: Route): Target {
  return { album: now.page === 'album' ? now.album : null, isLocked: now.page === 'locked' };
}

export class Upload {
  readonly file: File;
  readonly sidecar: File | null;
  readonly target: Target;
  state = $state<State>('waiting');
  /** The part of it that was sent. */
  progress = $state(0);
  reason = $state('');
  checksum: string | null = null;
  /** Whether someone gave it up. */
  isStopped = false;

  constructor({ file, sidecar }: Chosen, target: Target) {
    this.file = file;
    this.sidecar = sidecar;
    this.target = target;
  }
}

let all = $state.raw<Upload[]>([]);
let skipped = $state(0);
let queue: Upload[] = [];
let isHashing = false;
let isPaused = $state(false);
let sending = 0;
/** What a pause cut off. */
let again: Upload[] = [];
const requests = new Map<Upload, XMLHttpRequest>();
let kinds: Kinds | null = null;

const counts = $derived.by(() => {
  const found: Record<State, number> = { waiting: 0, sending: 0, done: 0, duplicate: 0, failed: 0 };
  for (const upload of all) found[upload.state] += 1;
  return found;
});

export const uploads = {
  get all() {
    return all;
  },
  get counts() {
    return counts;
  },
  /** How many files were neither photos nor videos. */
  get skipped() {
    return skipped;
  },
  get isBusy() {
    return counts.waiting + counts.sending > 0;
  },
  /** Whether someone wants the others to wait. */
  get isPaused() {
    return isPaused;
  },
  /** The part of all bytes that is done with. */
  get progress() {
    let [done, total] = [0, 0];
    for (const { file, state, progress } of all) {
      total += file.size;
      done += file.size * (state === 'sending' ? progress : state === 'waiting' ? 0 : 1);
    }
    return total > 0 ? done / total : 0;
  },
};

/** Takes files on their way. */
export async function upload(files: readonly File[], target: Target = TIMELINE) {
  try {
    kinds ??= await answered(api.GET('/server/media-types'));
  } catch (error) {
    tell(reason(error), { isError: true });
    return;
  }
  const sorted = sortOut(files, kinds);
  if (sorted.chosen.length === 0) {
    tell(m.uploadNothing, { isError: true });
    return;
  }
  const added = sorted.chosen.map((chosen) => new Upload(chosen, target));
  if (!uploads.isBusy) forget();
  skipped += sorted.skipped;
  all = [...all, ...added];
  enqueue(added);
}

export function retryFailed() {
  const failed = all.filter((upload) => upload.state === 'failed');
  for (const upload of failed) upload.state = 'waiting';
  enqueue(failed);
}

/** Sends nothing more for now; what is on its way is sent again later. */
export function pause() {
  isPaused = true;
  for (const request of requests.values()) request.abort();
}

export function resume() {
  isPaused = false;
  onFree();
}

/** Gives up what was not sent yet. */
export function stop() {
  queue = [];
  for (const upload of all) upload.isStopped = upload.state === 'waiting' || upload.state === 'sending';
  all = all.filter((upload) => !upload.isStopped);
  for (const request of requests.values()) request.abort();
  resume();
}

/** Forgets what is done. */
export function forget() {
  all = [];
  skipped = 0;
}

function enqueue(added: Upload[]) {
  queue.push(...added);
  void hashAndAsk();
}

/** Hashes what waits, asks which of it the server has, and hands on the rest. */
async function hashAndAsk() {
  if (isHashing) return;
  isHashing = true;
  while (queue.length > 0) {
    // The first few are asked about at once, so that something is on its way while the others are hashed.
    const group = queue.splice(0, sending < AT_ONCE ? AT_ONCE : ASKED_AT_ONCE);
    for (const upload of group.filter((upload) => !upload.isStopped)) {
      upload.checksum ??= await hash(upload.file);
      if (!upload.checksum) fail(upload, m.unreadable);
    }
    const readable = group.filter((upload) => upload.state === 'waiting');
    for (const upload of await unknownOf(readable)) {
      await freeLane();
      if (!upload.isStopped) void send(upload);
    }
  }
  isHashing = false;
}

/** Those that the server does not have. */
async function unknownOf(group: Upload[]): Promise<Upload[]> {
  // Visitors are not told what the server has.
  if (group.length === 0 || passKey()) return group;
  const assets = group.map((upload, at) => ({ id: String(at), checksum: upload.checksum! }));
  try {
    const { results } = await answered(api.POST('/assets/bulk-upload-check', { body: { assets } }));
    const known = new Map(results.filter((result) => result.action === 'reject').map((result) => [Number(result.id), result.assetId]));
    return group.filter((upload, at) => {
      if (!known.has(at)) return true;
      upload.state = 'duplicate';
      arrived(upload, known.get(at));
      return false;
    });
  } catch (error) {
    for (const upload of group) fail(upload, reason(error));
    return [];
  }
}

let onFree = () => {};

function freeLane(): Promise<void> {
  const isFree = () => sending < AT_ONCE && !isPaused;
  if (isFree()) return Promise.resolve();
  return new Promise((resolve) => (onFree = () => isFree() && resolve()));
}

async function send(upload: Upload) {
  sending += 1;
  upload.state = 'sending';
  upload.progress = 0;
  try {
    const { id, status } = await post(upload);
    upload.state = status === 'duplicate' ? 'duplicate' : 'done';
    arrived(upload, id);
  } catch (error) {
    const isCutOff = error instanceof Failure && error.status === 0;
    if (isCutOff && isPaused && !upload.isStopped) again.push(upload);
    else fail(upload, isCutOff ? m.lost : reason(error));
  } finally {
    requests.delete(upload);
    sending -= 1;
    onFree();
    if (sending === 0) sendAgain();
  }
}

function sendAgain() {
  const cut = again;
  again = [];
  for (const upload of cut) upload.state = 'waiting';
  enqueue(cut);
}

function fail(upload: Upload, why: string) {
  upload.state = 'failed';
  upload.reason = why;
}

/** Sends one file. Only the older of the two ways to send says how far it is. */
function post(upload: Upload): Promise<{ id: string; status: string }> {
  const { file, sidecar, checksum, target } = upload;
  const modified = new Date(file.lastModified).toISOString();
  const form = new FormData();
  form.append('deviceAssetId', `web-${file.name}-${file.size}-${file.lastModified}`);
  form.append('deviceId', 'WEB');
  form.append('fileCreatedAt', modified);
  form.append('fileModifiedAt', modified);
  if (target.isLocked) form.append('visibility', 'locked');
  form.append('assetData', file, file.name);
  if (sidecar) form.append('sidecarData', sidecar, sidecar.name);
  const request = new XMLHttpRequest();
  requests.set(upload, request);
  return new Promise((resolve, reject) => {
    request.upload.onprogress = ({ loaded, total }) => (upload.progress = total > 0 ? loaded / total : 0);
    request.onerror = request.onabort = () => reject(new Failure(0, ''));
    request.onload = () => {
      const answer: unknown = request.response;
      if (request.status === 200 || request.status === 201) resolve(answer as { id: string; status: string });
      else reject(new Failure(request.status, messageOf(answer) || String(request.status)));
    };
    request.open('POST', '/api/assets');
    request.responseType = 'json';
    const key = passKey();
    if (key) request.setRequestHeader('x-immich-share-key', key);
    if (checksum) request.setRequestHeader('x-immich-checksum', checksum);
    request.send(form);
  });
}

const forAlbums = new Map<string, string[]>();
let telling: ReturnType<typeof setTimeout> | undefined;

/** Puts what came into its album, and tells whoever shows pictures; for many at once. */
function arrived({ target: { album } }: Upload, id: string | undefined) {
  if (album && id) forAlbums.set(album, [...(forAlbums.get(album) ?? []), id]);
  telling ??= setTimeout(async () => {
    telling = undefined;
    const additions = [...forAlbums];
    forAlbums.clear();
    for (const [into, ids] of additions) {
      await addToAlbum(into, ids).catch((error: unknown) => tell(reason(error), { isError: true }));
    }
    picturesArrived();
  }, 400);
}

addEventListener('beforeunload', (event) => {
  if (uploads.isBusy) event.preventDefault();
});
