import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Parser } from 'tar/parse';

/**
 * Reads one file of a model archive, a `.tar.gz` as SageMaker keeps models.
 *
 * @throws Error if the archive has no such file or cannot be read
 */
export async function readFromArchive(archive: Readable | Uint8Array, name: string): Promise<Buffer> {
  const { content, found } = await look(archive, name);
  if (!content) throw new Error(`the model archive has no ${name}, only ${namesOfModel(found)}`);
  return content;
}

/**
 * As {@link readFromArchive}; undefined if the archive has no such file.
 *
 * @throws Error if the archive cannot be read
 */
export async function tryReadFromArchive(
  archive: Readable | Uint8Array,
  name: string,
): Promise<Buffer | undefined> {
  return (await look(archive, name)).content;
}

interface LookedThrough {
  readonly content?: Buffer;
  /** Paths of all files. */
  readonly found: readonly string[];
}

async function look(archive: Readable | Uint8Array, name: string): Promise<LookedThrough> {
  const chunks: Buffer[] = [];
  const found: string[] = [];
  const parser = new Parser({
    strict: true,
    onReadEntry(entry) {
      const path = entry.path.replace(/^\.\//, '');
      found.push(path);
      if (path === name) entry.on('data', (chunk: Buffer) => chunks.push(chunk));
      else entry.resume();
    },
  });
  await pipeline(
    archive instanceof Uint8Array ? Readable.from([archive]) : archive,
    parser as unknown as NodeJS.WritableStream,
  );
  return { found, ...(found.includes(name) && { content: Buffer.concat(chunks) }) };
}

const MOST_NAMED = 10;

/**
 * What a reader is shown of an archive: not the folder of scripts and packages, which may have thousands of
 * files.
 */
function namesOfModel(paths: readonly string[]): string {
  const names = paths.filter((path) => path !== '' && !path.startsWith('code/'));
  const more = names.length - MOST_NAMED;
  const named = names.slice(0, MOST_NAMED).join(', ') || 'nothing';
  return more > 0 ? `${named} and ${more} more` : named;
}
