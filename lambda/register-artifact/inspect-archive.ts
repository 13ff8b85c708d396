import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { Parser } from 'tar/parse';
import type { ReadEntry } from 'tar/read-entry';
import { type FilePointer, MOST_POINTER_BYTES, pointerIn } from './file-pointer';
import { RegistrationRefusedError } from './registration-refused-error';

/** What a version needs to know of its archive. */
export interface ArchiveContents {
  /** Paths of the files, without those below `code/`. */
  readonly files: readonly string[];
  /** Paths below `code/`. */
  readonly scripts: readonly string[];
  /** Hash of what is below `code/`. */
  readonly codeVersion: string;
  /** Content of `model.onnx`; undefined if the archive has no such file. */
  readonly onnx?: Uint8Array;
}

/** Folder of an archive that holds the scripts that serve it. */
export const CODE_FOLDER = 'code/';

/** The model that a function runs. */
export const ONNX_FILE = 'model.onnx';

/**
 * Reads all of a model archive as it arrives, so that its size does not matter, and one that is broken is
 * found now, not by an endpoint.
 *
 * @param uri names it in errors
 * @throws RegistrationRefusedError if it is no `.tar.gz`, is broken, would be unpacked elsewhere, or has a
 * pointer instead of a file
 */
export async function inspectArchive(archive: Readable, uri: string): Promise<ArchiveContents> {
  const [files, scripts] = [new Map<string, string>(), new Map<string, string>()];
  const onnx: Buffer[] = [];
  const pointers = new Map<string, FilePointer>();
  let outside: string | undefined;
  const parser = new Parser({
    strict: true,
    filter: (path) => {
      if (path.startsWith('/') || path.split('/').includes('..')) outside ??= path;
      return true;
    },
    onReadEntry: (entry) => {
      if (entry.type !== 'File') return entry.resume();
      const path = entry.path.replace(/^\.\//, '');
      if (entry.size < MOST_POINTER_BYTES) lookForPointer(entry, path, pointers);
      if (!path.startsWith(CODE_FOLDER)) {
        files.set(path, '');
        if (path !== ONNX_FILE) return entry.resume();
        entry.on('data', (chunk: Buffer) => onnx.push(chunk));
        return undefined;
      }
      note(entry, path, scripts);
    },
  });
  try {
    // SageMaker takes gzip only; the parser by itself would take other compressions, too.
    await pipeline(archive, createGunzip(), parser as unknown as NodeJS.WritableStream);
  } catch (cause) {
    throw new RegistrationRefusedError(
      `${uri} cannot be read as a .tar.gz (${(cause as Error).message}): pack it again with "tar -czf model.tar.gz -C <folder of the model> ."`,
      { cause },
    );
  }
  if (outside !== undefined) {
    throw new RegistrationRefusedError(
      `${uri} has the path '${outside}', which leads out of the folder that it is unpacked to: pack it again with "tar -czf model.tar.gz -C <folder of the model> ."`,
    );
  }
  checkPointers(pointers, new Set([...files.keys(), ...scripts.keys()]), uri);
  if (files.size + scripts.size === 0)
    throw new RegistrationRefusedError(`${uri} has no files: pack the model's files into it`);
  return {
    files: [...files.keys()],
    scripts: [...scripts.keys()],
    codeVersion: versionOf(scripts),
    ...(files.has(ONNX_FILE) && { onnx: Buffer.concat(onnx) }),
  };
}

function lookForPointer(entry: ReadEntry, path: string, pointers: Map<string, FilePointer>): void {
  const chunks: Buffer[] = [];
  entry.on('data', (chunk: Buffer) => chunks.push(chunk));
  entry.on('end', () => {
    const pointer = pointerIn(path, Buffer.concat(chunks).toString());
    if (pointer) pointers.set(path, pointer);
  });
}

/** @throws RegistrationRefusedError if a pointer is there and its file is not */
function checkPointers(
  pointers: ReadonlyMap<string, FilePointer>,
  all: ReadonlySet<string>,
  uri: string,
): void {
  for (const [path, { tool, fetch }] of pointers) {
    // DVC leaves its pointer beside the file.
    if (tool === 'DVC' && all.has(path.slice(0, -'.dvc'.length))) continue;
    throw new RegistrationRefusedError(
      `${uri} has ${path}, which is a pointer of ${tool} and not the file that it points to: run "${fetch}" in the folder, and pack it again`,
    );
  }
}

function note(entry: ReadEntry, path: string, digests: Map<string, string>): void {
  const hash = createHash('sha256');
  entry.on('data', (chunk: Buffer) => hash.update(chunk));
  entry.on('end', () => digests.set(path, hash.digest('hex')));
}

/** As long as the version of a source folder. */
function versionOf(digests: ReadonlyMap<string, string>): string {
  const hash = createHash('sha256');
  for (const [path, digest] of [...digests].sort(([a], [b]) => (a < b ? -1 : 1)))
    hash.update(`${path}\n${digest}\n`);
  return hash.digest('hex').slice(0, 12);
}
