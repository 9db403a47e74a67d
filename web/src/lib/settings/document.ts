// The document of the server's settings as a list of values, each with a path such as `trash.days`.

import type { Schemas } from '../api/client.ts';

export type Document = Schemas['SystemConfigDto'];

/** What a setting can be. */
export type Value = string | number | boolean | null | readonly string[];

type IsValue<T> = [T] extends [Value] ? true : false;

/** The paths of all values in a document. */
type PathIn<T> = {
  [K in keyof T & string]: IsValue<T[K]> extends true ? K : `${K}.${PathIn<T[K]>}`;
}[keyof T & string];

/** The value at a path of a document. */
type At<T, P extends string> = P extends keyof T ? T[P] : P extends `${infer K}.${infer Rest}` ? (K extends keyof T ? At<T[K], Rest> : never) : never;

export type Path = PathIn<Document>;
export type ValueOf<P extends Path> = At<Document, P>;
export type Values = Record<Path, Value>;

/** Every value of a document by its path. */
export function valuesOf(document: object, before = ''): Values {
  const found: [string, Value][] = [];
  for (const [name, value] of Object.entries(document)) {
    const path = before + name;
    const isSection = typeof value === 'object' && value !== null && !Array.isArray(value);
    if (isSection) found.push(...Object.entries(valuesOf(value as object, `${path}.`)));
    else found.push([path, value as Value]);
  }
  return Object.fromEntries(found) as Values;
}

/** A document with other values at some paths. */
export function withValues(document: Document, changes: Partial<Values>): Document {
  const changed = structuredClone(document);
  for (const [path, value] of Object.entries(changes)) {
    const names = path.split('.');
    const last = names.pop()!;
    let section = changed as unknown as Record<string, unknown>;
    for (const name of names) section = section[name] as Record<string, unknown>;
    section[last] = value;
  }
  return changed;
}

/** Whether two settings are the same. */
export function isSame(one: Value | undefined, other: Value | undefined): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}
