import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { FailureQueue } from '../monitoring/failure-queue';
import type { Platform } from '../platform/platform';

/** What each function needs. */
export interface FunctionContext {
  /**
   * Name of the pipeline, or of a part that works alone: the dimension `Pipeline` of metrics, and in events,
   * alarms and notifications.
   */
  readonly pipelineName: string;
  /** Bucket with the data that functions read, and with their records. */
  readonly bucket: IBucket;
  /** How functions, workflows, jobs and endpoints run in the account. */
  readonly platform: Platform;
}

/** What each part needs that watches something, whether it works alone or belongs to a pipeline. */
export interface PartContext extends FunctionContext {
  /** The topic that notifies people. */
  readonly topic: ITopic;
  /** The queue for failures that cannot be reported by what failed. */
  readonly failures: FailureQueue;
}
