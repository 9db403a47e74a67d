// Archives on their way from the server, one after the other.

import { answered, api, Failure } from './api/client.ts';
import { passKey } from './api/pass.ts';
import { reason } from './form.svelte.ts';
import { m } from './messages/index.svelte.ts';
import { tell } from './toasts.svelte.ts';

/** What is to be downloaded. */
export type Wanted = { assetIds: string[] } | { albumId: string };

/** Bytes of an archive for visitors, more or less; the browser keeps it until it is whole. Others have said what they prefer. */
const VISITORS_BYTES = 2 ** 30;

export class Download {
  readonly name: string;
  /** Bytes of the files in it. */
  readonly size: number;
  readonly assetIds: string[];
  state = $state<'waiting' | 'coming' | 'done' | 'failed'>('waiting');
  /** The part of it that is there. */
  progress = $state(0);
  reason = $state('');
  request: XMLHttpRequest | null = null;

  constructor(name: string, size: number, assetIds: string[]) {
    this.name = name;
    this.size = size;
    this.assetIds = assetIds;
  }
}

let all = $state.raw<Download[]>([]);
let isRunning = $state(false);

export const downloads = {
  get all() {
    return all;
  },
  get isBusy() {
    return isRunning;
  },
};

/** Downloads originals in as many archives as they need. */
export async function downloadArchives(wanted: Wanted, name = `kallitype-${new Date().toISOString().slice(0, 10)}`) {
  try {
    const archiveSize = passKey() ? VISITORS_BYTES : (await answered(api.GET('/users/me/preferences'))).download.archiveSize;
    const { archives } = await answered(api.POST('/download/info', { body: { ...wanted, archiveSize } }));
    if (archives.length === 0) tell(m.nothingToDownload);
    const added = archives.map(({ size, assetIds }, at) => {
      const number = archives.length > 1 ? `-${at + 1}` : '';
      return new Download(`${fileName(name)}${number}.zip`, size, assetIds);
    });
    if (!isRunning) forgetDownloads();
    all = [...all, ...added];
    await run();
  } catch (error) {
    tell(reason(error), { isError: true });
  }
}

/** A name without what names of files may not hold. */
const fileName = (name: string) => name.replace(/[\\/:*?"<>|\p{Cc}]+/gu, ' ').trim() || 'kallitype';

export function retryDownloads() {
  for (const download of all) if (download.state === 'failed') download.state = 'waiting';
  void run();
}

export function stopDownloads() {
  const open = all.filter(({ state }) => state === 'waiting' || state === 'coming');
  all = all.filter((download) => !open.includes(download));
  for (const { request } of open) request?.abort();
}

export function forgetDownloads() {
  all = [];
}

async function run() {
  if (isRunning) return;
  isRunning = true;
  for (let next = waiting(); next; next = waiting()) {
    try {
      next.state = 'coming';
      next.progress = 0;
      keep(await fetchArchive(next), next.name);
      next.state = 'done';
    } catch (error) {
      next.state = 'failed';
      next.reason = error instanceof Failure && error.status === 0 ? m.lost : reason(error);
    }
  }
  isRunning = false;
}

const waiting = () => all.find(({ state }) => state === 'waiting');

/** Asks for an archive. Only the older of the two ways to ask says how far it is, and leaves it where the browser has room. */
function fetchArchive(download: Download): Promise<Blob> {
  const request = new XMLHttpRequest();
  download.request = request;
  return new Promise((resolve, reject) => {
    request.onprogress = ({ loaded }) => (download.progress = Math.min(1, loaded / Math.max(1, download.size)));
    request.onerror = request.onabort = () => reject(new Failure(0, ''));
    request.onload = () => {
      if (request.status === 200) resolve(request.response as Blob);
      else reject(new Failure(request.status, String(request.status)));
    };
    request.open('POST', '/api/download/archive');
    request.responseType = 'blob';
    request.setRequestHeader('content-type', 'application/json');
    const key = passKey();
    if (key) request.setRequestHeader('x-immich-share-key', key);
    request.send(JSON.stringify({ assetIds: download.assetIds }));
  });
}

function keep(archive: Blob, name: string) {
  const address = URL.createObjectURL(archive);
  save(address, name);
  // The browser has begun to take it by then.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

/** Has the browser keep what is at an address; without a name, under that which the server gives it. */
export function save(address: string, name: string) {
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
}

addEventListener('beforeunload', (event) => {
  if (isRunning) event.preventDefault();
});
