// What someone dropped or chose, as a list of files.

/** Files of a drop, those in folders and in folders of folders too; throws when the browser cannot read one. */
export async function droppedFiles(transfer: DataTransfer): Promise<File[]> {
  // What was dropped can only be asked for before the first wait.
  const entries = [...transfer.items].flatMap((item) => item.webkitGetAsEntry() ?? []);
  if (entries.length === 0) return [...transfer.files];
  const files: File[] = [];
  for (const entry of entries) await collect(entry, files);
  return files;
}

async function collect(entry: FileSystemEntry, files: File[]) {
  if (isFile(entry)) {
    files.push(await new Promise<File>((resolve, reject) => entry.file(resolve, reject)));
  } else if (isFolder(entry)) {
    const reader = entry.createReader();
    // A folder is read in pieces, of which the last one is empty.
    for (let more = true; more; ) {
      const entries = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
      for (const inside of entries) await collect(inside, files);
      more = entries.length > 0;
    }
  }
}

const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile;
const isFolder = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory;

/** What comes after the name, with its dot, in small letters. */
export function extension(name: string): string {
  return /\.[^.]*$/.exec(name)?.[0].toLowerCase() ?? '';
}

export interface Chosen {
  file: File;
  sidecar: File | null;
}

export interface Kinds {
  image: string[];
  video: string[];
  sidecar: string[];
}

/** The photos and videos among files, each with its sidecar, and how many other files there are. */
export function sortOut(files: readonly File[], kinds: Kinds): { chosen: Chosen[]; skipped: number } {
  const media = new Set([...kinds.image, ...kinds.video]);
  const sidecars = new Map<string, File>();
  for (const file of files) if (kinds.sidecar.includes(extension(file.name))) sidecars.set(withoutEnd(file), file);
  const chosen = files
    .filter((file) => media.has(extension(file.name)))
    // A sidecar is named like its picture, with or without the picture's own end.
    .map((file) => ({ file, sidecar: sidecars.get(pathOf(file)) ?? sidecars.get(withoutEnd(file)) ?? null }));
  return { chosen, skipped: files.length - chosen.length - sidecars.size };
}

const pathOf = (file: File) => file.webkitRelativePath || file.name;
const withoutEnd = (file: File) => pathOf(file).replace(/\.[^.]*$/, '');
