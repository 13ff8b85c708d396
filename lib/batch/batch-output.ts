import type { BatchCompression, BatchOutputFormat } from '../../contracts/batch';

export interface BatchOutputOptions {
  /**
   * Columns of the input that each row of the output repeats, such as the customer's number. Files of CSV
   * must have them.
   * @default - none
   */
  readonly columns?: string[];
}

export interface TextBatchOutputOptions extends BatchOutputOptions {
  /**
   * Whether the files are packed with gzip: their names end in `.gz`. What reads them must unpack each from
   * its beginning.
   * @default false
   */
  readonly gzip?: boolean;
}

/**
 * How a batch writes predictions: below `batch/<name>/<run>/output/` of the pipeline's bucket, a file for
 * each part of the input. Each row has `rowId` (key of the input's file, and line), `prediction`, of several
 * classes `probabilities`, and `modelVersion`.
 */
export class BatchOutput {
  /** CSV (RFC 4180) with a header; lists are JSON in their cells. */
  static csv(options: TextBatchOutputOptions = {}): BatchOutput {
    return new BatchOutput('csv', options.columns ?? [], options.gzip ? 'gzip' : undefined);
  }

  /** A JSON object a line. */
  static jsonLines(options: TextBatchOutputOptions = {}): BatchOutput {
    return new BatchOutput('jsonl', options.columns ?? [], options.gzip ? 'gzip' : undefined);
  }

  /**
   * Parquet packed with Snappy: `rowId`, the columns of the input and `modelVersion` are strings,
   * `prediction` is a double, or a string if it is a class with a name or a list, and `probabilities` is a
   * JSON list as a string, or null. Each file has the same columns.
   */
  static parquet(options: BatchOutputOptions = {}): BatchOutput {
    return new BatchOutput('parquet', options.columns ?? []);
  }

  private constructor(
    /** @internal */
    public readonly _format: BatchOutputFormat,
    /** @internal */
    public readonly _columns: readonly string[],
    /** @internal */
    public readonly _compression?: BatchCompression,
  ) {}
}
