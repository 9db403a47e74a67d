import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, gzip } from 'node:zlib';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defineConfig, type Plugin } from 'vite';
import { notices, noticing } from './notices.ts';

const site = join(import.meta.dirname, 'build/site');

/** Compresses every file once, as well as it can be, so that the server never has to. */
function compressed(): Plugin {
  return {
    name: 'compressed',
    apply: 'build',
    async closeBundle() {
      const files = await readdir(site, { recursive: true, withFileTypes: true });
      await Promise.all(files.filter((file) => file.isFile()).map((file) => compress(join(file.parentPath, file.name))));
    },
  };
}

async function compress(path: string) {
  const bytes = await readFile(path);
  await writeFile(`${path}.br`, await promisify(brotliCompress)(bytes));
  await writeFile(`${path}.gz`, await promisify(gzip)(bytes, { level: 9 }));
}

/** What only maps need. */
const MAP = /maplibre|topojson|world-atlas|WorldMap|lib\/map\/(seam|world)/;

/** What only is about people. */
const PEOPLE = /components\/people\//;

export default defineConfig({
  plugins: [svelte(), noticing(), notices(), compressed()],
  build: {
    outDir: site,
    // The first that choose a colour by the scheme of where it is used, which older ones can only be made to do for the
    // whole page.
    target: ['chrome123', 'firefox121', 'safari17.5'],
    // Beside what has a name of its own, everything lies where the server says that it never changes.
    assetsDir: 'app',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        // What several pages share comes as one file: twenty small ones would be twenty requests before anything is seen.
        // The map, people, and all that is only for them stay apart.
        codeSplitting: {
          groups: [
            { name: 'shared', minShareCount: 2, priority: 2, test: (id) => !MAP.test(id) && !PEOPLE.test(id) },
            { name: 'people', minShareCount: 2, priority: 1, test: PEOPLE },
          ],
        },
      },
    },
  },
  worker: { format: 'es', plugins: () => [noticing()] },
  // `npx vite` shows changes at once, with the data of a server that runs.
  server: { proxy: { '/api': 'http://127.0.0.1:2283' } },
});
