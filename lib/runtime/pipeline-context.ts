import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { FailureQueue } from '../monitoring/failure-queue';
import type { Platform } from '../platform/platform';
import type { ProblemType } from '../problem-type';
import type { ModelRegistry } from '../registry/model-registry';

/** What the parts of one model's pipeline share. */
export interface PipelineContext {
  /** Name of the pipeline: also the endpoint's name and the beginning of generated names. */
  readonly pipelineName: string;
  /**
   * Id of this deployed pipeline, as {@link PipelineIdentity} gives it. With the name it marks everything
   * that the pipeline makes in SageMaker: nothing else is updated or deleted.
   */
  readonly ownerId: string;
  /** What the model predicts. */
  readonly problem: ProblemType;
  /** Bucket with data, models, capture, profiles and ledger. */
  readonly bucket: IBucket;
  /** Where versions are registered. */
  readonly registry: ModelRegistry;
  /** The topic that notifies people of alarms, refusals, releases and rollbacks. */
  readonly topic: ITopic;
  /** How functions, workflows, jobs and endpoints run in the account. */
  readonly platform: Platform;
  /** The queue for failures that cannot be reported by what failed. */
  readonly failures: FailureQueue;
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
