// What is searched for, as it stands in the address of the page that shows what was found, and as the server is asked.

import type { WordSearch } from '../api/own-paths.ts';

export type Kind = 'photo' | 'video' | 'motion';

export interface Filters {
  /** Words that stand in a name, a description, a place, a tag or a person's name. */
  text?: string;
  /** What stands in a path, the file's name included. */
  path?: string;
  kind?: Kind;
  isFavorite?: boolean;
  isArchived?: boolean;
  isNotInAlbum?: boolean;
  city?: string;
  state?: string;
  country?: string;
  make?: string;
  model?: string;
  lens?: string;
  rating?: number;
  /** The ids of tags, all of which a picture has. */
  tags?: readonly string[];
  /** The ids of people, all of whom are seen. */
  people?: readonly string[];
  /** Days, `YYYY-MM-DD`: the first and the last on which it was taken. */
  from?: string;
  to?: string;
  /** The first day on which it was added. */
  added?: string;
}

/** The names in the address. What is a text on both sides stands as it is. */
const TEXTS = { q: 'text', path: 'path', city: 'city', state: 'state', country: 'country', make: 'make', model: 'model', lens: 'lens' } as const;
const DAYS = { from: 'from', to: 'to', added: 'added' } as const;
const FLAGS = { favorite: 'isFavorite', archived: 'isArchived', noalbum: 'isNotInAlbum' } as const;
const IDS = { tag: 'tags', person: 'people' } as const;
const KINDS: readonly string[] = ['photo', 'video', 'motion'] satisfies Kind[];

const DAY = /^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;
const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** What an address asks for; what makes no sense in it asks for nothing. */
export function fromAddress(asked: URLSearchParams): Filters {
  const filters: Filters = {};
  for (const [name, field] of entries(TEXTS)) {
    const text = asked.get(name)?.trim();
    if (text) filters[field] = text;
  }
  for (const [name, field] of entries(DAYS)) {
    const day = asked.get(name);
    if (day && DAY.test(day)) filters[field] = day;
  }
  for (const [name, field] of entries(FLAGS)) if (asked.get(name) === '1') filters[field] = true;
  const kind = asked.get('kind');
  if (kind && KINDS.includes(kind)) filters.kind = kind as Kind;
  const rating = Number(asked.get('rating'));
  if (rating >= 1 && rating <= 5 && Number.isInteger(rating)) filters.rating = rating;
  for (const [name, field] of entries(IDS)) {
    const ids = asked.getAll(name).filter((id) => ID.test(id));
    if (ids.length > 0) filters[field] = [...new Set(ids)];
  }
  return filters;
}

/** The other way, with the `?` before it, or nothing; the same filters have the same address. */
export function toSearch(filters: Filters): string {
  const asked = new URLSearchParams();
  for (const [name, field] of entries(TEXTS)) if (filters[field]) asked.set(name, filters[field]);
  for (const [name, field] of entries(DAYS)) if (filters[field]) asked.set(name, filters[field]);
  for (const [name, field] of entries(FLAGS)) if (filters[field]) asked.set(name, '1');
  if (filters.kind) asked.set('kind', filters.kind);
  if (filters.rating) asked.set('rating', String(filters.rating));
  for (const [name, field] of entries(IDS)) for (const id of [...(filters[field] ?? [])].sort()) asked.append(name, id);
  const text = asked.toString();
  return text && `?${text}`;
}

function entries<const T extends Record<string, string>>(names: T): [keyof T & string, T[keyof T]][] {
  return Object.entries(names) as [keyof T & string, T[keyof T]][];
}

/** What the server is asked for. Days are those of the clock of whoever asks. */
export function question(filters: Filters): WordSearch {
  const asked: WordSearch = { order: 'desc' };
  for (const name of ['city', 'state', 'country', 'make', 'model', 'rating', 'isFavorite', 'isNotInAlbum'] as const) {
    if (filters[name] !== undefined) Object.assign(asked, { [name]: filters[name] });
  }
  if (filters.lens) asked.lensModel = filters.lens;
  if (filters.path) asked.originalPath = filters.path;
  if (filters.kind === 'motion') asked.isMotion = true;
  else if (filters.kind) asked.type = filters.kind === 'video' ? 'VIDEO' : 'IMAGE';
  if (filters.tags) asked.tagIds = [...filters.tags];
  if (filters.people) asked.personIds = [...filters.people];
  if (filters.from) asked.takenAfter = startOf(filters.from).toISOString();
  if (filters.to) asked.takenBefore = endOf(filters.to).toISOString();
  if (filters.added) asked.createdAfter = startOf(filters.added).toISOString();
  asked.visibility = filters.isArchived ? 'archive' : 'timeline';
  if (filters.text) asked.words = filters.text;
  return asked;
}

function startOf(day: string): Date {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  return new Date(year, month - 1, date);
}

function endOf(day: string): Date {
  const end = startOf(day);
  end.setDate(end.getDate() + 1);
  return new Date(end.getTime() - 1);
}
