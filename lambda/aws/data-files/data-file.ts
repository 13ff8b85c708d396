import type { Row } from '../../domain/data/cell';
import type { ArtifactStore } from '../store';

/** A file of rows under names of columns. */
export interface DataFile {
  /** Empty if the file is. */
  readonly header: readonly string[];
  /** Whether its cells have types, so that a missing one is not text such as `NA`. */
  readonly isTyped: boolean;
  /** The rows as they arrive, some at a time; they can be read once. @throws UnreadableFileError */
  readonly batches: AsyncIterable<RowBatch>;
}

/** Rows that follow each other. */
export interface RowBatch {
  /** Each in the order of the header, but not always of its length. */
  readonly rows: readonly Row[];
  /**
   * For each row the line in which it ends, counted from 1 as editors do; in Parquet, the number of the row.
   */
  readonly lines: readonly number[];
}

/** An object that holds rows. */
export interface DataObject {
  readonly key: string;
  readonly versionId?: string;
  /** Its size, which Parquet is read by. */
  readonly bytes?: number;
}

/** Reads objects, of a bucket or elsewhere. */
export type ObjectReader = Pick<ArtifactStore, 'readStream' | 'readRange'>;

/** A file that is not what its name says. */
export class UnreadableFileError extends Error {
  override readonly name = 'UnreadableFile';
}

/** Columns that a file may have: what holds something for each column must fit into memory. */
export const MAXIMUM_COLUMNS = 10_000;

/** @throws UnreadableFileError if there are too many columns */
export function checkColumns(key: string, header: readonly string[]): readonly string[] {
  if (header.length <= MAXIMUM_COLUMNS) return header;
  throw new UnreadableFileError(
    `${key} cannot be read: it has ${header.length} columns, and at most ${MAXIMUM_COLUMNS} are read; leave out those that no model needs`,
  );
}
