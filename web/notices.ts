// What the libraries in the app ask to be said of them: their licences, in one file beside it.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Plugin } from 'vite';

const FILE = /^(licen[cs]e|copying|notice)/i;

interface Library {
  name: string;
  version: string;
  license: string;
  folder: string;
}

/** The library that a module is of, if it is of one. */
function libraryOf(module: string): Library | null {
  if (!module.includes('/node_modules/')) return null;
  let folder = dirname(module.replace(/^\0/, '').replace(/\?.*$/, ''));
  while (!isLibrary(folder)) {
    if (folder === dirname(folder)) return null;
    folder = dirname(folder);
  }
  return { ...described(folder), folder };
}

/** Folders inside a library may have descriptions too, which say no more than how files are to be read. */
const isLibrary = (folder: string) => existsSync(join(folder, 'package.json')) && Boolean(described(folder).license);

function described(folder: string): Omit<Library, 'folder'> {
  return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Omit<Library, 'folder'>;
}

function notice({ name, version, license, folder }: Library): string {
  const files = readdirSync(folder).filter((file) => FILE.test(file));
  const texts = files.map((file) => readFileSync(join(folder, file), 'utf8').trim());
  return [`${name} ${version} (${license})`, ...texts].join('\n\n');
}

/** The libraries that were met so far, in the app and in its workers. */
const met = new Map<string, Library>();

/** Notes which libraries are in what is built. */
export function noticing(): Plugin {
  return {
    name: 'noticing',
    apply: 'build',
    generateBundle() {
      for (const module of this.getModuleIds()) {
        const library = libraryOf(module);
        if (library) met.set(library.name, library);
      }
    },
  };
}

/** Writes their licences into `notices.txt`, once all that the app consists of is known. */
export function notices(): Plugin {
  return {
    name: 'notices',
    apply: 'build',
    generateBundle() {
      const all = [...met.values()].sort((one, other) => one.name.localeCompare(other.name));
      this.emitFile({ type: 'asset', fileName: 'notices.txt', source: `${all.map(notice).join(`\n\n${'-'.repeat(80)}\n\n`)}\n` });
    },
  };
}
