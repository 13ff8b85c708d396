import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Parser } from 'tar';

/** SHA-256 of each file of a gzipped tar archive, by its path; times and owners do not count. */
export async function archiveFiles(archive: Uint8Array): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  const parser = new Parser({
    onReadEntry: (entry) => {
      const hash = createHash('sha256');
      entry.on('data', (chunk: Buffer) => hash.update(chunk));
      entry.on('end', () => {
        if (entry.type === 'File') files.set(entry.path, hash.digest('hex'));
      });
    },
  });
  await pipeline(Readable.from([archive]), parser as unknown as NodeJS.WritableStream);
  return files;
}
