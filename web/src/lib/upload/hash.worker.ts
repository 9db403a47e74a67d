// Hashes files away from the page. SHA-1 is what the server knows files by; it protects nothing here. The browser's own
// is not there on pages without TLS, and wants whole files in memory.

import { sha1 } from '@noble/hashes/legacy.js';
import { bytesToHex } from '@noble/hashes/utils.js';

/** A file to be hashed; the answer has its `id`. */
export interface Task {
  id: number;
  file: File;
}

/** The hash in hexadecimal, or null of a file that cannot be read any more. */
export interface Hashed {
  id: number;
  checksum: string | null;
}

async function hash(file: File): Promise<string | null> {
  try {
    const state = sha1.create();
    for await (const piece of file.stream()) state.update(piece);
    return bytesToHex(state.digest());
  } catch {
    return null;
  }
}

let last: Promise<void> = Promise.resolve();

// One after the other: the disk is what takes the time.
addEventListener('message', ({ data: { id, file } }: MessageEvent<Task>) => {
  last = last.then(async () => postMessage({ id, checksum: await hash(file) } satisfies Hashed));
});
