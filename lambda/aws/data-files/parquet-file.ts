import type { AsyncBuffer, Compressors, ParquetScan } from 'hyparquet';
import type { Cell } from '../../domain/data/cell';
import { cellOf } from './cell-of';
import {
  checkColumns,
  type DataFile,
  type DataObject,
  type ObjectReader,
  type RowBatch,
  UnreadableFileError,
} from './data-file';

/**
 * Opens a Parquet file, packed by any of its codecs. One row group is in memory at a time.
 *
 * @throws UnreadableFileError if its footer cannot be read, or a row group is too large
 */
export async function openParquet(store: ObjectReader, file: DataObject): Promise<DataFile> {
  const { key, bytes = 0 } = file;
  if (bytes === 0) return { header: [], isTyped: true, batches: none() };
  // Both are modules that only the asynchronous form finds from CommonJS.
  const { parquetScan, parquetSchema } = await import('hyparquet');
  const compressors = await compressorsOfPages();
  const scan = await telling(key, () => parquetScan({ file: remote(store, file, bytes), compressors }));
  const largest = Math.max(0, ...scan.metadata.row_groups.map((group) => Number(group.total_byte_size)));
  if (largest > LARGEST_ROW_GROUP) {
    throw new UnreadableFileError(
      `${key} cannot be read: a row group has ${largest} bytes, and at most ${LARGEST_ROW_GROUP} are read at once; write it with fewer rows a group`,
    );
  }
  const header = parquetSchema(scan.metadata).children.map(({ element }) => element.name);
  checkColumns(key, header);
  return { header, isTyped: true, batches: readRowGroups(key, scan, header) };
}

/** Bytes before packing; as values in memory they are several times as many. */
const LARGEST_ROW_GROUP = 256 * 2 ** 20;
const ROWS_A_BATCH = 1024;

/**
 * The compressors, of which none gets an empty page: the page of a column without any value holds nothing
 * after its levels, which writers store as no bytes at all (parquet-format, README, "Data Pages"), and that
 * is not a stream of any codec.
 */
async function compressorsOfPages(): Promise<Compressors> {
  const { compressors } = await import('hyparquet-compressors');
  const unlessEmpty =
    (decompress: (input: Uint8Array, outputLength: number) => Uint8Array) =>
    (input: Uint8Array, outputLength: number) =>
      outputLength === 0 ? new Uint8Array() : decompress(input, outputLength);
  return Object.fromEntries(
    Object.entries(compressors).map(([codec, decompress]) => [codec, unlessEmpty(decompress)]),
  );
}

async function* none(): AsyncGenerator<RowBatch> {}

async function* readRowGroups(
  key: string,
  scan: ParquetScan,
  header: readonly string[],
): AsyncGenerator<RowBatch> {
  for (const { rowStart, rowEnd } of scan.ranges) {
    const columns = await telling(key, () =>
      Promise.all(header.map((column) => scan.readColumn({ column, rowStart, rowEnd }))),
    );
    for (let from = rowStart; from < rowEnd; from += ROWS_A_BATCH) {
      const count = Math.min(ROWS_A_BATCH, rowEnd - from);
      const rowAt = (index: number): Cell[] =>
        columns.map((column, i) =>
          cellOf(column[from - rowStart + index], () => `${key}, row ${from + index + 1}: '${header[i]}'`),
        );
      const rows = Array.from({ length: count }, (_, index) => rowAt(index));
      yield { rows, lines: rows.map((_, index) => from + index + 1) };
    }
  }
}

function remote(store: ObjectReader, { key, versionId }: DataObject, byteLength: number): AsyncBuffer {
  return {
    byteLength,
    slice: async (start, end = byteLength) => {
      const from = start < 0 ? Math.max(0, byteLength + start) : start;
      const bytes = await store.readRange(key, from, end, versionId);
      return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) as ArrayBuffer;
    },
  };
}

/**
 * Runs a read; errors of the format's reader are reported as the file's fault, errors of the store are not.
 */
async function telling<T>(key: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof UnreadableFileError || '$metadata' in (error as object)) throw error;
    const message = `${key} cannot be read: ${(error as Error).message.replace(/^parquet /, '')}`;
    throw new UnreadableFileError(message, { cause: error });
  }
}
