// A visit by a shared link, which needs no account.

import { answered, api, Failure, type Schemas } from './api/client.ts';
import { comeBy } from './api/pass.ts';

export type SharedLink = Schemas['SharedLinkResponseDto'];

/** How an address names a link: by its key, or by a name that someone gave it. */
export type LinkName = { key: string } | { slug: string };

let link = $state.raw<SharedLink | null>(null);

/** The link that a visitor came by; null for someone who looks at what is theirs. */
export function visited(): SharedLink | null {
  return link;
}

/** Whether originals may be taken along. */
export function mayDownload(): boolean {
  return link === null || (link.allowDownload && link.showMetadata);
}

/** Whether it may be told when and where pictures were taken. */
export function mayTell(): boolean {
  return link === null || link.showMetadata;
}

/** Opens a link. Answers false when it wants a password first. */
export async function visit(name: LinkName): Promise<boolean> {
  try {
    arrive(await answered(api.GET('/shared-links/me', { params: { query: name } })));
    return true;
  } catch (error) {
    if (error instanceof Failure && error.message === 'Invalid password') return false;
    throw error;
  }
}

/** Opens a link that wants a password. Its cookie keeps it open. */
export async function visitWithPassword(name: LinkName, password: string) {
  arrive(await answered(api.POST('/shared-links/login', { params: { query: name }, body: { password } })));
}

function arrive(opened: SharedLink) {
  comeBy(opened.key);
  link = opened;
}

export function endVisit() {
  comeBy(null);
  link = null;
}
