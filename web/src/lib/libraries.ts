// External libraries: folders outside of the server's own that it shows.

import { answered, api, type Schemas } from './api/client.ts';
import { command } from './administration.ts';

export type Library = Schemas['LibraryResponseDto'];
export type LibraryFacts = Schemas['LibraryStatsResponseDto'];
export type CheckedPath = Schemas['ValidateLibraryImportPathResponseDto'];

export const allLibraries = (): Promise<Library[]> => answered(api.GET('/libraries'));

export function libraryFacts(id: string): Promise<LibraryFacts> {
  return answered(api.GET('/libraries/{id}/statistics', { params: { path: { id } } }));
}

export function makeLibrary(body: Schemas['CreateLibraryDto']): Promise<Library> {
  return answered(api.POST('/libraries', { body }));
}

export function changeLibrary(id: string, body: Schemas['UpdateLibraryDto']): Promise<Library> {
  return answered(api.PUT('/libraries/{id}', { params: { path: { id } }, body }));
}

export async function deleteLibrary(id: string) {
  await answered(api.DELETE('/libraries/{id}', { params: { path: { id } } }));
}

export async function scanLibrary(id: string) {
  await answered(api.POST('/libraries/{id}/scan', { params: { path: { id } } }));
}

export const scanAllLibraries = () => command('library', 'start');

/** Stands for a library that is not made yet. */
const NONE = '00000000-0000-0000-0000-000000000000';

/** Looks whether a library can have these folders. */
export async function checkPaths(id: string | null, importPaths: string[]): Promise<CheckedPath[]> {
  const checked = await answered(api.POST('/libraries/{id}/validate', { params: { path: { id: id ?? NONE } }, body: { importPaths } }));
  return checked.importPaths ?? [];
}

/** What is said of folders that no library can have. */
export interface PathWords {
  notAbsolute: (otherwise: string) => string;
  isOwn: string;
  isMissing: string;
  isNoFolder: string;
  isUnreadable: string;
}

/** What is wrong with a folder, as the server says it, in other words if there are any. */
export function troubleIn(words: PathWords, message: string): string {
  const said = message.replace(/^Invalid import path: /, '');
  const rules: [RegExp, (part: string) => string][] = [
    [/^Import path must be absolute, try (.*)$/, words.notAbsolute],
    [/^Cannot use media upload folder/, () => words.isOwn],
    [/^Path does not exist/, () => words.isMissing],
    [/^Not a directory/, () => words.isNoFolder],
    [/^Lacking read permission/, () => words.isUnreadable],
  ];
  for (const [pattern, say] of rules) {
    const found = pattern.exec(said);
    if (found) return say(found[1] ?? '');
  }
  return said;
}

/** The lines of a text, each once; empty ones are none. */
export function linesOf(text: string): string[] {
  return [...new Set(text.split('\n').map((line) => line.trim()).filter(Boolean))];
}
