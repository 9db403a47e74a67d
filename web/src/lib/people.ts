// Others with an account on this server, whom something can be shared with.

import { answered, api, type Schemas } from './api/client.ts';
import { me } from './session.svelte.ts';

export type Person = Schemas['UserResponseDto'];

/** Everyone but oneself, by their names. A server may show no one. */
export async function others(): Promise<Person[]> {
  const users = await answered(api.GET('/users'));
  return users.filter(({ id }) => id !== me()?.id).sort((one, other) => one.name.localeCompare(other.name));
}
