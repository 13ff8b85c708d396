import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { parse } from 'csv-parse';
import type { ArtifactStore } from './store';

/** A file of rows under a header. */
export interface CsvFile {
  /** Empty if the file is. */
  readonly header: readonly string[];
  /** The rows as they arrive; they can be read once. @throws UnreadableFileError */
  readonly rows: AsyncIterable<readonly string[]>;
}

/** A file that is not what its name says. */
export class UnreadableFileError extends Error {
  override readonly name = 'UnreadableFile';
}

/**
 * Opens a CSV file (RFC 4180), packed with gzip if its key ends in `.gz`. It is read as it arrives, so that its size does not
 * matter. Rows may differ in length; empty lines are skipped, and a byte order mark is dropped.
 *
 * @throws UnreadableFileError if its beginning cannot be read
 */
export async function openCsv(
  store: ArtifactStore,
  file: { readonly key: string; readonly versionId?: string },
): Promise<CsvFile> {
  const lines = readLines(store, file);
  const first = await lines.next();
  return { header: first.done ? [] : first.value, rows: lines };
}

/** All lines of a CSV file, without treating the first in any special way; otherwise as {@link openCsv}. */
export async function* readLines(
  store: ArtifactStore,
  { key, versionId }: { readonly key: string; readonly versionId?: string },
): AsyncGenerator<readonly string[]> {
  const source = await store.readStream(key, versionId);
  const parser = parse({ bom: true, relax_column_count: true, skip_empty_lines: true });
  const flow = key.endsWith('.gz') ? pipeline(source, createGunzip(), parser) : pipeline(source, parser);
  // The parser tells of the same error.
  flow.catch(() => undefined);
  try {
    for await (const line of parser) yield line;
  } catch (error) {
    throw isContentError(error)
      ? new UnreadableFileError(`${key} cannot be read: ${error.message}`, { cause: error })
      : error;
  }
}

/** Whether it is the file's fault, not the network's. */
function isContentError(error: unknown): error is Error {
  return /^(CSV_|Z_)/.test(String((error as { code?: unknown }).code));
}
