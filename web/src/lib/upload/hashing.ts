// The page's side of the worker that hashes.

import type { Hashed, Task } from './hash.worker.ts';
import { ownScript } from '../trusted.ts';
import address from './hash.worker.ts?worker&url';

let worker: Worker | undefined;
let last = 0;
const waiting = new Map<number, (checksum: string | null) => void>();

function started(): Worker {
  if (worker) return worker;
  worker = new Worker(ownScript(address), { type: 'module' });
  worker.addEventListener('message', ({ data: { id, checksum } }: MessageEvent<Hashed>) => {
    waiting.get(id)?.(checksum);
    waiting.delete(id);
  });
  return worker;
}

/** The SHA-1 of a file in hexadecimal, or null when it cannot be read. */
export function hash(file: File): Promise<string | null> {
  const id = ++last;
  return new Promise((resolve) => {
    waiting.set(id, resolve);
    started().postMessage({ id, file } satisfies Task);
  });
}
