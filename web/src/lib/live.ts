// Hears from the server what happens elsewhere: on a phone that uploads, in another window.

import { io } from 'socket.io-client';

/** What changes which pictures there are. */
const EVENTS = ['on_upload_success', 'on_asset_trash', 'on_asset_delete', 'on_asset_restore', 'on_asset_hidden', 'on_asset_stack_update'];

/** Milliseconds in which much may happen at once. */
const BATCH = 2500;

/** Calls `heard` when pictures came or went, until the answer is called. */
export function listen(heard: () => void): () => void {
  let waiting: ReturnType<typeof setTimeout> | undefined;
  const hearSoon = () => {
    waiting ??= setTimeout(() => {
      waiting = undefined;
      heard();
    }, BATCH);
  };
  const socket = io({ path: '/api/socket.io', transports: ['websocket'] });
  for (const event of EVENTS) socket.on(event, hearSoon);
  // What happened while the server could not be heard.
  socket.io.on('reconnect', hearSoon);
  return () => {
    clearTimeout(waiting);
    socket.disconnect();
  };
}
