import { CliError } from './cli-error';
import type { Pipeline } from './pipeline';

/**
 * Text of a report in the pipeline's bucket.
 *
 * @throws CliError if there is none
 */
export async function readReport(pipeline: Pipeline, key: string): Promise<string> {
  try {
    return await pipeline.read(key);
  } catch (error) {
    if ((error as Error).name !== 'NoSuchKey') throw error;
    throw new CliError(
      `there is no report at s3://${pipeline.resources.bucket}/${key}: what it would tell of was before there were reports, or it could not be written`,
    );
  }
}
