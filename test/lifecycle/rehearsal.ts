import type { RehearsedPipeline } from '../../bench/lifecycles/rehearsed-pipeline';
import { ASSETS, PIPELINE, STACK } from '../../bench/lifecycles/rehearsed-stack';
import { recordGrants } from '../grants/grant-records';

/** What the names of a rehearsed pipeline's resources are made of. */
export const REHEARSED = { stack: STACK, pipeline: PIPELINE, assets: ASSETS };

/** Ends a rehearsed pipeline, and keeps what it used of its grants. */
export async function endRehearsal(pipeline: RehearsedPipeline): Promise<void> {
  recordGrants(pipeline.cloud.grants(), REHEARSED);
  await pipeline.stop();
}
