import type { IBucket } from 'aws-cdk-lib/aws-s3';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { FailureQueue } from '../monitoring/failure-queue';
import type { Platform } from '../platform/platform';

/** What each part needs, whether it works alone or belongs to a pipeline. */
export interface PartContext {
  /**
   * Name of the pipeline, or of a part that works alone: the dimension `Pipeline` of metrics, and in events,
   * alarms and notifications.
   */
  readonly pipelineName: string;
  /** Bucket with the data that the part reads, and with its records. */
  readonly bucket: IBucket;
  /** The topic that notifies people. */
  readonly topic: ITopic;
  /** How functions, workflows, jobs and endpoints run in the account. */
  readonly platform: Platform;
  /** The queue for failures that cannot be reported by what failed. */
  readonly failures: FailureQueue;
}
