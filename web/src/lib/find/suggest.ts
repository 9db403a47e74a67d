// What someone may mean who types into the search box.

import { answered, api } from '../api/client.ts';
import { fold } from '../fold.ts';
import { locale, m } from '../messages/index.svelte.ts';
import { allTags, type Tag } from '../tags.svelte.ts';
import { readSpan, yearSpan } from './dates.ts';
import { type Filters, toSearch } from './filters.ts';
import { formatSpan } from './span.ts';
import { peopleNamed } from '../persons.ts';

export type About = 'words' | 'folder' | 'date' | 'kind' | 'place' | 'camera' | 'tag' | 'person' | 'map';

export interface Suggestion {
  about: About;
  words: string;
  /** What it adds to what is searched for, or the page that it opens. */
  leadsTo: Filters | string;
}

interface Vocabulary {
  places: { name: string; field: 'city' | 'state' | 'country' }[];
  cameras: { name: string; field: 'make' | 'model' }[];
  tags: Tag[];
}

/** How long what there is to be found is believed, in milliseconds. */
const BELIEVED = 60_000;

/** How many of a kind are suggested. */
const MAX_OF_A_KIND = 4;

let known: { vocabulary: Promise<Vocabulary>; at: number } | null = null;

/** The places, cameras and tags that there are pictures of. */
export function vocabulary(): Promise<Vocabulary> {
  if (!known || performance.now() - known.at > BELIEVED) known = { vocabulary: readVocabulary(), at: performance.now() };
  return known.vocabulary;
}

async function readVocabulary(): Promise<Vocabulary> {
  const values = async (type: 'city' | 'state' | 'country' | 'camera-make' | 'camera-model') => {
    const found = await answered(api.GET('/search/suggestions', { params: { query: { type } } })).catch(() => []);
    return found.filter((name): name is string => Boolean(name));
  };
  const [cities, states, countries, makes, models, tags] = await Promise.all([
    values('city'),
    values('state'),
    values('country'),
    values('camera-make'),
    values('camera-model'),
    allTags().catch(() => []),
  ]);
  const named = <F>(names: string[], field: F) => names.map((name) => ({ name, field }));
  return {
    places: [...named(cities, 'city' as const), ...named(states, 'state' as const), ...named(countries, 'country' as const)],
    cameras: [...named(makes, 'make' as const), ...named(models, 'model' as const)],
    tags,
  };
}

/** What there always is. */
function kinds(): Suggestion[] {
  const year = new Date().getFullYear();
  return [
    { about: 'kind', words: m.findVideos, leadsTo: { kind: 'video' } },
    { about: 'kind', words: m.findPhotos, leadsTo: { kind: 'photo' } },
    { about: 'kind', words: m.findMotion, leadsTo: { kind: 'motion' } },
    { about: 'kind', words: m.favorites, leadsTo: { isFavorite: true } },
    { about: 'kind', words: m.findNoAlbum, leadsTo: { isNotInAlbum: true } },
    { about: 'kind', words: m.archive, leadsTo: { isArchived: true } },
    { about: 'date', words: m.findThisYear, leadsTo: yearSpan(year) },
    { about: 'date', words: m.findLastYear, leadsTo: yearSpan(year - 1) },
  ];
}

/** Those whose name has a text, the best first: it begins with it, a word of it does, it has it. */
function matching<T>(all: readonly T[], text: string, nameOf: (one: T) => string): T[] {
  const wanted = fold(text);
  const ranks = all.map((one) => {
    const name = fold(nameOf(one));
    if (name.startsWith(wanted)) return 0;
    if (name.includes(` ${wanted}`) || name.includes(`/${wanted}`)) return 1;
    return name.includes(wanted) ? 2 : 3;
  });
  const found = all.map((one, at) => ({ one, rank: ranks[at] ?? 3 })).filter(({ rank }) => rank < 3);
  return found.sort((one, other) => one.rank - other.rank).slice(0, MAX_OF_A_KIND).map(({ one }) => one);
}

const isoDay = () => new Date().toISOString().slice(0, 10);

/** What a text may mean; without one, what there always is. */
export function suggest(typed: string, { places, cameras, tags }: Vocabulary): Suggestion[] {
  const text = typed.trim();
  if (!text) return kinds();
  const span = readSpan(text, locale(), isoDay());
  const found: Suggestion[] = [{ about: 'words', words: m.suggestText(text), leadsTo: { text } }];
  if (span) found.push({ about: 'date', words: formatSpan(span.from, span.to), leadsTo: { ...span } });
  found.push(...matching(kinds(), text, ({ words }) => words));
  for (const { name, field } of matching(places, text, ({ name }) => name)) found.push({ about: 'place', words: name, leadsTo: { [field]: name } });
  for (const { value, id } of matching(tags, text, ({ value }) => value)) found.push({ about: 'tag', words: value, leadsTo: { tags: [id] } });
  for (const { name, field } of matching(cameras, text, ({ name }) => name)) found.push({ about: 'camera', words: name, leadsTo: { [field]: name } });
  found.push({ about: 'folder', words: m.suggestPath(text), leadsTo: { path: text } });
  return found;
}

/** Those with such a name who are seen in pictures. */
export async function suggestPeople(typed: string, signal: AbortSignal): Promise<Suggestion[]> {
  const people = await peopleNamed(typed, signal).catch(() => []);
  return people.slice(0, MAX_OF_A_KIND).map(({ id, name }) => ({ about: 'person', words: name, leadsTo: { people: [id] } }));
}

/** Towns of the world with such a name, to be shown on the map. */
export async function suggestTowns(typed: string, signal: AbortSignal): Promise<Suggestion[]> {
  const name = typed.trim();
  if (name.length < 3) return [];
  const towns = await answered(api.GET('/search/places', { params: { query: { name } }, signal })).catch(() => []);
  return towns.slice(0, 2).map((town) => ({
    about: 'map',
    words: m.suggestMap([town.name, town.admin1name].filter(Boolean).join(', ')),
    leadsTo: `/map?view=${town.latitude.toFixed(4)},${town.longitude.toFixed(4)},7`,
  }));
}

/** The address that a suggestion leads to from what is searched for already. */
export function addressOf({ leadsTo }: Suggestion, present: Filters): string {
  if (typeof leadsTo === 'string') return leadsTo;
  const both = (field: 'tags' | 'people') => [...new Set([...(present[field] ?? []), ...(leadsTo[field] ?? [])])];
  return `/search${toSearch({ ...present, ...leadsTo, tags: both('tags'), people: both('people') })}`;
}
