// What the server says of itself to anyone.

import { answered, api, type Schemas } from './api/client.ts';

interface Server {
  config: Schemas['ServerConfigDto'];
  features: Schemas['ServerFeaturesDto'];
}

let known = $state.raw<Server | null>(null);

/** Throws when the server does not answer. */
export async function askServer() {
  const [config, features] = await Promise.all([answered(api.GET('/server/config')), answered(api.GET('/server/features'))]);
  known = { config, features };
}

export function server(): Server | null {
  return known;
}

/** The address under which apps reach the server. */
export function serverAddress(): string {
  return (known?.config.externalDomain || location.origin).replace(/\/$/, '');
}

/** Whether that address only means this machine to whoever asks. */
export function isLocalAddress(): boolean {
  return ['localhost', '127.0.0.1', '[::1]'].includes(new URL(serverAddress()).hostname);
}
