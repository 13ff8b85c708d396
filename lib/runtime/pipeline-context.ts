import type { ProblemType } from '../problem-type';
import type { PipelineRegistry } from '../registry/pipeline-registry';
import type { PartContext } from './part-context';

/**
 * What the parts of one model's pipeline share. Its name is also the endpoint's, and the beginning of
 * generated names.
 */
export interface PipelineContext extends PartContext {
  /**
   * Id of this deployed pipeline, as {@link PipelineIdentity} gives it. With the name it marks everything
   * that the pipeline makes in SageMaker: nothing else is updated or deleted.
   */
  readonly ownerId: string;
  /** What the model predicts. */
  readonly problem: ProblemType;
  /** Where versions are registered. */
  readonly registry: PipelineRegistry;
}

/** Name of the SSM parameter that holds the routing document: what is live now. */
export function routingParameterName(pipelineName: string): string {
  return `/model-pipeline/${pipelineName}/routing`;
}

/**
 * How the names of all jobs, models and endpoint configs of a pipeline begin: SageMaker's names hold 63
 * characters, and versions and suffixes follow.
 */
export function generatedNamePrefix(pipelineName: string): string {
  return pipelineName.slice(0, 30);
}
