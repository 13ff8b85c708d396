import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';

/**
 * Brings a folder to exactly these files: writes what differs, removes what is not among them.
 *
 * @param files contents by path below the folder, with `/` between segments
 * @returns how many files were not as they should be
 */
export function syncFolder(folder: string, files: ReadonlyMap<string, Uint8Array>): number {
  mkdirSync(folder, { recursive: true });
  let written = 0;
  for (const [path, content] of files) if (writeIfChanged(join(folder, path), content)) written++;
  for (const path of filesBelow(folder)) if (!files.has(path)) rmSync(join(folder, path), { force: true });
  removeEmptyFolders(folder);
  return written;
}

/** Paths of all files below a folder, with `/` between segments. */
export function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => posix(relative(folder, join(entry.parentPath, entry.name))));
}

export function posix(path: string): string {
  return path.split(sep).join('/');
}

/**
 * Writes a file at once or not at all, as a synth or a program may be reading meanwhile; false if it is so
 * already.
 */
export function writeIfChanged(file: string, content: Uint8Array): boolean {
  if (existsSync(file) && readFileSync(file).equals(content)) return false;
  mkdirSync(dirname(file), { recursive: true });
  const temporary = join(dirname(file), `.${process.pid}.tmp`);
  writeFileSync(temporary, content);
  renameSync(temporary, file);
  return true;
}

function removeEmptyFolders(folder: string): void {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    if (!entry.isDirectory()) continue;
    const path = join(folder, entry.name);
    removeEmptyFolders(path);
    if (readdirSync(path).length === 0) rmSync(path, { recursive: true });
  }
}
