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
      `no report exists at s3://${pipeline.resources.bucket}/${key}: it is older than reports, or it could not be written`,
    );
  }
}
