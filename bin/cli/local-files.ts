import { createReadStream, statSync } from 'node:fs';
import type { Readable } from 'node:stream';
import type { DataFile, ObjectReader } from '../../lambda/aws/data-files/data-file';
import { DATA_FILE, DATA_FILE_ENDINGS, openDataFile } from '../../lambda/aws/data-files/open-data-file';
import { CliError, ExitCode } from './cli-error';

/** Files of this machine, by their paths. */
const LOCAL_FILES: ObjectReader = {
  readStream: async (path) => createReadStream(path),
  readRange: async (path, from, to) => {
    if (from === to) return new Uint8Array();
    return Buffer.concat(await bytesOf(createReadStream(path, { start: from, end: to - 1 })));
  },
};

/**
 * Opens a file of rows: CSV, JSON lines or Parquet, by the end of its name.
 *
 * @throws CliError if there is no such file, or its name ends otherwise
 * @throws UnreadableFileError if its beginning cannot be read
 */
export async function openLocalFile(path: string): Promise<DataFile> {
  if (!DATA_FILE.test(path)) {
    throw new CliError(
      `${path} is no file of rows: its name must end in ${DATA_FILE_ENDINGS}`,
      ExitCode.USAGE,
    );
  }
  const bytes = statSync(path, { throwIfNoEntry: false })?.size;
  if (bytes === undefined) throw new CliError(`there is no file ${path}`, ExitCode.USAGE);
  return openDataFile(LOCAL_FILES, { key: path, bytes });
}

async function bytesOf(stream: Readable): Promise<Buffer[]> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer);
  return chunks;
}
