import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Parser, type ReadEntry } from 'tar';

/** SHA-256 of each file of a gzipped tar archive, by its path; times and owners do not count. */
export async function archiveFiles(archive: Uint8Array): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  await eachFile(archive, (path, entry) => {
    const hash = createHash('sha256');
    entry.on('data', (chunk: Buffer) => hash.update(chunk));
    entry.on('end', () => files.set(path, hash.digest('hex')));
  });
  return files;
}

/** Text of those files of a gzipped tar archive that have one of the paths, by its path. */
export async function archiveTexts(
  archive: Uint8Array,
  paths: readonly string[],
): Promise<Map<string, string>> {
  const texts = new Map<string, string>();
  await eachFile(archive, (path, entry) => {
    if (!paths.includes(path)) return entry.resume();
    const chunks: Buffer[] = [];
    entry.on('data', (chunk: Buffer) => chunks.push(chunk));
    entry.on('end', () => texts.set(path, Buffer.concat(chunks).toString('utf8')));
  });
  return texts;
}

async function eachFile(archive: Uint8Array, read: (path: string, entry: ReadEntry) => void): Promise<void> {
  const parser = new Parser({
    onReadEntry: (entry) => {
      // Some tools write `./` before each path.
      if (entry.type === 'File') read(entry.path.replace(/^\.\//, ''), entry);
      else entry.resume();
    },
  });
  await pipeline(Readable.from([archive]), parser as unknown as NodeJS.WritableStream);
}
