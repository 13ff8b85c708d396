import type { ProblemType } from '../problem-type';
import type { PipelineRegistry } from '../registry/pipeline-registry';
import type { PartContext } from './part-context';

/**
 * What the parts of one model's pipeline share. Its name is also the beginning of generated names.
 */
export interface PipelineContext extends PartContext {
  /**
   * Id of this deployed pipeline, as {@link PipelineIdentity} gives it. With the name it marks everything
   * that the pipeline makes in SageMaker: nothing else is updated or deleted.
   */
  readonly ownerId: string;
  /** Name of the endpoint: the pipeline's own, or that of the one that it adopted. */
  readonly endpointName: string;
  /**
   * What an adopted endpoint had before.
   * @default - the pipeline creates its endpoint
   */
  readonly adopted?: AdoptedNames;
  /** What the model predicts. */
  readonly problem: ProblemType;
  /** Where versions are registered. */
  readonly registry: PipelineRegistry;
}

/** Names of what somebody else made, and an adopted endpoint ran on. */
export interface AdoptedNames {
  readonly variantName: string;
  /** Known once the stack is deployed. */
  readonly endpointConfigName: string;
  /** Known once the stack is deployed. */
  readonly endpointConfigArn: string;
  /** Known once the stack is deployed. */
  readonly modelArn: string;
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
