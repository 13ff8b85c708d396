import type { PipelineContext } from '../runtime/pipeline-context';

/** How the names of a retraining's jobs begin, as JSONata: no longer than SageMaker allows. */
export const JOB_NAME = "$namePrefix & '-' & $replace($version.modelVersion, '.', '-')";

/** Tags of everything that a retraining makes. */
export function tags(context: PipelineContext): object[] {
  return [{ Key: 'model-pipeline', Value: context.pipelineName }];
}
