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
  if (!file.bytes) return { header: [], isTyped: true, batches: none() };
  const { scan, header } = await scanParquet(store, file);
  return { header, isTyped: true, batches: readRowGroups(file.key, scan, header) };
}

/** Rows of a Parquet file that are stored together. */
export interface RowGroup {
  /** First row, from 0. */
  readonly from: number;
  /** First row after it. */
  readonly to: number;
  /** Size before packing. */
  readonly bytes: number;
}

/** What the footer of a Parquet file tells; errors as {@link openParquet}. */
export async function parquetOutline(
  store: ObjectReader,
  file: DataObject,
): Promise<{ readonly header: readonly string[]; readonly groups: readonly RowGroup[] }> {
  if (!file.bytes) return { header: [], groups: [] };
  const { scan, header } = await scanParquet(store, file);
  const groups = scan.ranges.map(({ rowStart, rowEnd }, index) => ({
    from: rowStart,
    to: rowEnd,
    bytes: Number(scan.metadata.row_groups[index]?.total_byte_size ?? 0),
  }));
  return { header, groups };
}

/** Rows that follow each other in columns of a Parquet file. */
export interface ColumnBatch {
  /** Values in the order of the rows, as the file has them. */
  readonly columns: readonly ArrayLike<unknown>[];
  /** Place of the first row in the columns. */
  readonly first: number;
  /** Of the first row in the file, from 1. */
  readonly number: number;
  readonly count: number;
  /** @throws UnreadableFileError if it holds a list or an object */
  cellAt(column: number, row: number): Cell;
  /** @throws UnreadableFileError as {@link cellAt} */
  rows(): RowBatch;
}

/** Some rows of a Parquet file, in some of its columns; errors as {@link openParquet}. */
export async function* parquetColumns(
  store: ObjectReader,
  file: DataObject,
  columns: readonly string[],
  rows: { readonly from: number; readonly to: number },
): AsyncGenerator<ColumnBatch> {
  const { scan } = await scanParquet(store, file);
  yield* readColumns(file.key, scan, columns, rows);
}

async function scanParquet(
  store: ObjectReader,
  file: DataObject,
): Promise<{ readonly scan: ParquetScan; readonly header: readonly string[] }> {
  const { key, bytes = 0 } = file;
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
  return { scan, header: checkColumns(key, header) };
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
  for await (const batch of readColumns(key, scan, header)) yield batch.rows();
}

async function* readColumns(
  key: string,
  scan: ParquetScan,
  header: readonly string[],
  rows = { from: 0, to: Number.POSITIVE_INFINITY },
): AsyncGenerator<ColumnBatch> {
  for (const range of scan.ranges) {
    const [rowStart, rowEnd] = [Math.max(range.rowStart, rows.from), Math.min(range.rowEnd, rows.to)];
    if (rowStart >= rowEnd) continue;
    const columns = await telling(key, () =>
      Promise.all(header.map((column) => scan.readColumn({ column, rowStart, rowEnd }))),
    );
    for (let from = rowStart; from < rowEnd; from += ROWS_A_BATCH) {
      const count = Math.min(ROWS_A_BATCH, rowEnd - from);
      const first = from - rowStart;
      const cellAt = (column: number, row: number) =>
        cellOf(columns[column]?.[first + row], () => `${key}, row ${from + row + 1}: '${header[column]}'`);
      yield {
        columns,
        first,
        number: from + 1,
        count,
        cellAt,
        rows: () => ({
          rows: Array.from({ length: count }, (_, row) => columns.map((_, column) => cellAt(column, row))),
          lines: Array.from({ length: count }, (_, row) => from + row + 1),
        }),
      };
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
