// Tags: a tree of names, parted by slashes.

import { answered, api, type Schemas } from './api/client.ts';

export type Tag = Schemas['TagResponseDto'];

let known = $state.raw<Tag[] | null>(null);

/** All tags of whoever is signed in, by their paths. */
export async function allTags(): Promise<Tag[]> {
  const tags = await answered(api.GET('/tags'));
  known = tags.toSorted((one, other) => one.value.localeCompare(other.value));
  return known;
}

/** What was known of them when they were asked for last. */
export function knownTags(): Tag[] | null {
  return known;
}

export function tagNamed(id: string): string | null {
  return known?.find((tag) => tag.id === id)?.value ?? null;
}

/** A tag below another one, or at the top. Slashes in its name part it further. */
export async function createTag(name: string, parentId: string | null = null): Promise<Tag> {
  const tag = await answered(api.POST('/tags', { body: { name, ...(parentId && { parentId }) } }));
  await allTags();
  return tag;
}

/** With null, it has no colour any more. */
export async function colourTag(id: string, color: string | null) {
  await answered(api.PUT('/tags/{id}', { params: { path: { id } }, body: { color } }));
  await allTags();
}

/** With all below it. Pictures stay. */
export async function deleteTag(id: string) {
  await answered(api.DELETE('/tags/{id}', { params: { path: { id } } }));
  await allTags();
}

/** Those directly below a tag, or at the top. */
export function tagsIn(tags: readonly Tag[], parent: string | null): Tag[] {
  return tags.filter((tag) => (tag.parentId ?? null) === parent);
}
