import type { IBucket } from 'aws-cdk-lib/aws-s3';

/** What a batch scores. */
export class BatchInput {
  /**
   * All files below a prefix of a bucket: `.csv` and `.jsonl`, either of them also packed (`.gz`, `.zst`),
   * and `.parquet`, except those whose name, or that of a folder, begins with `_` or `.`. Each file names its
   * columns, and has those of the version in production; others may be there. The bucket must be versioned: a
   * run reads the objects as they were when it was planned.
   *
   * @param prefix such as `customers/`; the whole bucket by default
   */
  static fromBucket(bucket: IBucket, prefix = ''): BatchInput {
    return new BatchInput(bucket, prefix);
  }

  private constructor(
    /** @internal */
    public readonly _bucket: IBucket,
    /** @internal */
    public readonly _prefix: string,
  ) {}
}
