import { CsvError, CsvSplitter } from './csv-splitter';
import {
  checkColumns,
  type DataFile,
  type DataObject,
  type ObjectReader,
  type RowBatch,
  UnreadableFileError,
} from './data-file';
import { textPieces } from './text-pieces';

/**
 * Opens a CSV file (RFC 4180, UTF-8), plain or packed. It is read as it arrives, so
 * that its size does not matter. Rows may differ in length; empty lines are skipped, and a byte order mark is
 * dropped.
 *
 * @throws UnreadableFileError if its beginning cannot be read
 */
export async function openCsv(store: ObjectReader, file: DataObject): Promise<DataFile> {
  const all = readCsv(store, file);
  const first = await all.next();
  if (first.done) return { header: [], isTyped: false, batches: all };
  const { rows, lines } = first.value;
  const header = checkColumns(file.key, (rows[0] ?? []).map(String));
  checkSeparators(file.key, header);
  const batches = following({ rows: rows.slice(1), lines: lines.slice(1) }, all);
  return { header, isTyped: false, batches };
}

/** All lines of a CSV file, without treating the first in any special way; otherwise as {@link openCsv}. */
export async function* readCsv(store: ObjectReader, file: DataObject): AsyncGenerator<RowBatch> {
  const splitter = new CsvSplitter();
  try {
    for await (const piece of textPieces(store, file, () => splitter.lines + 1)) {
      const batch = splitter.add(piece);
      if (batch.rows.length > 0) yield batch;
    }
    const last = splitter.end();
    if (last.rows.length > 0) yield last;
  } catch (error) {
    throw error instanceof CsvError
      ? new UnreadableFileError(`${file.key} cannot be read: ${error.message}`, { cause: error })
      : error;
  }
}

async function* following(first: RowBatch, others: AsyncGenerator<RowBatch>): AsyncGenerator<RowBatch> {
  yield first;
  yield* others;
}

/** A file of one column is rare, and one with other separators looks like it. */
function checkSeparators(key: string, header: readonly string[]): void {
  const [name = ''] = header;
  const [separator] = name.match(/[;\t|]/) ?? [];
  if (header.length === 1 && separator) {
    throw new UnreadableFileError(
      `${key} cannot be read: its cells seem to be separated by ${separator === '\t' ? 'tabs' : `'${separator}'`}, not by commas; convert it`,
    );
  }
  if (header.some((cell) => cell.includes('\r'))) {
    throw new UnreadableFileError(
      `${key} cannot be read: its lines end in carriage returns alone; convert them to line feeds`,
    );
  }
}
