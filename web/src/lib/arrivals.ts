// Tells whoever shows pictures that there are new ones: from this window, or as the server tells it.

const listeners = new Set<() => void>();
let stopListening: Promise<() => void> | undefined;

/** Listens until the answer is called. */
export function whenPicturesArrive(listener: () => void): () => void {
  listeners.add(listener);
  // Only who shows pictures needs what it takes to hear the server.
  stopListening ??= import('./live.ts').then(
    ({ listen }) => listen(picturesArrived),
    // The server is gone: the page is as good as without it.
    () => () => {},
  );
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    void stopListening?.then((stop) => stop());
    stopListening = undefined;
  };
}

export function picturesArrived() {
  for (const listener of listeners) listener();
}
