import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readdir } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { CliError } from '../cli/cli-error';

/**
 * Writes a file of a source below a folder.
 *
 * @param origin names the source in errors
 * @throws CliError if its path leads out of the folder
 */
export async function writeBelow(
  folder: string,
  { path, origin }: { readonly path: string; readonly origin: string },
  content: () => Promise<Readable>,
): Promise<void> {
  const target = resolve(folder, path);
  if (!target.startsWith(resolve(folder) + sep))
    throw new CliError(`${origin} has a file '${path}', which leads out of the model's folder`);
  await mkdir(dirname(target), { recursive: true });
  await pipeline(await content(), createWriteStream(target));
}

/** Checksum of a file. */
export async function digestOf(
  file: string,
  algorithm: 'md5' | 'sha256',
  encoding: 'hex' | 'base64' = 'hex',
): Promise<string> {
  const hash = createHash(algorithm);
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest(encoding);
}

/** The archive that a folder holds alone, or else the folder. */
export async function archiveIn(folder: string): Promise<string> {
  const [first = '', ...others] = await readdir(folder);
  return others.length === 0 && first.endsWith('.tar.gz') ? join(folder, first) : folder;
}
