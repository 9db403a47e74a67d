// Folders by their paths, which slashes part.

/** The folder that everything is in, with nothing beside it: so far, there is no choice. */
export function commonFolder(paths: readonly string[]): string {
  const [first, ...others] = paths;
  if (first === undefined) return '';
  const parts = first.split('/');
  let shared = parts.length;
  for (const path of others) {
    const names = path.split('/');
    let at = 0;
    while (at < shared && at < names.length && names[at] === parts[at]) at += 1;
    shared = at;
  }
  return parts.slice(0, shared).join('/');
}

/** Whether a folder is another one, or in it. Everything is in the one without a name. */
function isWithin(path: string, folder: string): boolean {
  return folder === '' || path === folder || path.startsWith(`${folder}/`);
}

/** The folders directly in one, whole paths, of which those with files are known. */
export function foldersIn(paths: readonly string[], folder: string): string[] {
  const depth = folder === '' ? 1 : folder.split('/').length + 1;
  const inside = paths.filter((path) => path !== folder && isWithin(path, folder));
  return [...new Set(inside.map((path) => path.split('/').slice(0, depth).join('/')))];
}

/** The way from one folder down to another, both included. */
export function wayTo(folder: string, from: string): string[] {
  if (!isWithin(folder, from)) return [folder];
  const first = from === '' ? 0 : from.split('/').length;
  const parts = folder === '' ? [] : folder.split('/');
  return [from, ...parts.slice(first).map((_, at) => parts.slice(0, first + at + 1).join('/'))];
}

export function nameOf(folder: string): string {
  return folder.slice(folder.lastIndexOf('/') + 1);
}
