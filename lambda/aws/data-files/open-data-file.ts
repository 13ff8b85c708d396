import { openCsv } from './csv-file';
import type { DataFile, DataObject, ObjectReader } from './data-file';
import { openJsonLines } from './json-lines-file';
import { openParquet } from './parquet-file';

/** How the names of files end that can be read. */
export const DATA_FILE = /\.(csv|csv\.gz|csv\.zst|jsonl|jsonl\.gz|jsonl\.zst|parquet)$/;

/** The same, for messages. */
export const DATA_FILE_ENDINGS = '.csv or .jsonl, either of them also packed (.gz, .zst), or .parquet';

/**
 * Opens a file of rows by the end of its name: CSV, JSON lines or Parquet.
 *
 * @throws UnreadableFileError if its beginning cannot be read
 */
export function openDataFile(store: ObjectReader, file: DataObject): Promise<DataFile> {
  if (file.key.endsWith('.parquet')) return openParquet(store, file);
  return isJsonLines(file) ? openJsonLines(store, file) : openCsv(store, file);
}

/** Whether a file that is not Parquet has JSON lines, rather than CSV. */
export function isJsonLines({ key }: Pick<DataObject, 'key'>): boolean {
  return /\.jsonl(\.gz|\.zst)?$/.test(key);
}
