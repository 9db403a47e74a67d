// What is searched for, said in the parts of a sentence, each of which can be taken away.

import { m } from '../messages/index.svelte.ts';
import type { Filters } from './filters.ts';
import { formatSpan } from './span.ts';

export interface Chip {
  key: string;
  words: string;
  /** The other filters. */
  without: Filters;
}

/** What the sentence begins with. */
export function subject({ kind }: Filters): string {
  return { photo: m.findPhotos, video: m.findVideos, motion: m.findMotion, all: m.findAll }[kind ?? 'all'];
}

/** Says what a tag or someone is called, or nothing while that is not known. */
type Named = (id: string) => string | null;

export function chipsOf(filters: Filters, tagName: Named, personName: Named): Chip[] {
  const chips: Chip[] = [];
  const add = (key: string, words: string | undefined, ...fields: (keyof Filters)[]) => {
    if (words === undefined) return;
    const without = { ...filters };
    for (const field of fields) delete without[field];
    chips.push({ key, words, without });
  };
  const { text, path, city, state, country, make, model, lens, rating, from, to, added } = filters;
  if (filters.kind) add('kind', subject(filters), 'kind');
  if (filters.isFavorite) add('favorite', m.findFavorites, 'isFavorite');
  add('text', text && m.findText(text), 'text');
  add('path', path && m.findPath(path), 'path');
  for (const place of ['city', 'state', 'country'] as const) {
    const name = { city, state, country }[place];
    add(place, name && m.findPlace(name, place === 'city'), place);
  }
  add('make', make && m.findCamera(make), 'make');
  add('model', model && m.findCamera(model), 'model');
  add('lens', lens && m.findCamera(lens), 'lens');
  const addEach = (field: 'tags' | 'people', wordsOf: (id: string) => string) => {
    for (const id of filters[field] ?? []) {
      const others = filters[field]!.filter((other) => other !== id);
      const { [field]: _, ...rest } = filters;
      chips.push({ key: `${field} ${id}`, words: wordsOf(id), without: others.length > 0 ? { ...rest, [field]: others } : rest });
    }
  };
  addEach('people', (id) => m.findPerson(personName(id) ?? m.findUnknownPerson));
  addEach('tags', (id) => m.findTag(tagName(id) ?? m.findUnknownTag));
  add('rating', rating === undefined ? undefined : m.findRating(rating), 'rating');
  if (from || to) add('date', formatSpan(from, to), 'from', 'to');
  add('added', added && m.findAdded(formatSpan(added, undefined)), 'added');
  if (filters.isNotInAlbum) add('noalbum', m.findNoAlbum, 'isNotInAlbum');
  if (filters.isArchived) add('archived', m.findArchived, 'isArchived');
  return chips;
}
