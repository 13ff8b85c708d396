import type { BucketReader } from './bucket-reader';
import { CliError } from './cli-error';

/**
 * Text of a report in a bucket.
 *
 * @throws CliError if there is none
 */
export async function readReport(
  objects: Pick<BucketReader, 'bucket' | 'read'>,
  key: string,
): Promise<string> {
  try {
    return await objects.read(key);
  } catch (error) {
    if ((error as Error).name !== 'NoSuchKey') throw error;
    throw new CliError(
      `no report exists at s3://${objects.bucket}/${key}: it is older than reports, or it could not be written`,
    );
  }
}
