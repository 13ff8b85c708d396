import type { EventSourcePosition } from '@aws-sdk/client-lambda';
import type { KafkaTopic } from './kafka-topic';

/** A source whose items a function gets in batches. */
export interface EventSourceMapping {
  readonly uuid: string;
  /** Empty if the source is not AWS's: then it is a topic of Apache Kafka. */
  readonly sourceArn: string;
  readonly kafka?: KafkaTopic | undefined;
  /** Name of the function, perhaps with a version or alias. */
  readonly functionName: string;
  readonly qualifier?: string | undefined;
  settings: MappingSettings;
  /** Of streams. */
  readonly start?: StartingPosition | undefined;
  readonly tags: Record<string, string>;
  modified: Date;
  lastResult: string;
}

/** What of a mapping can be changed. */
export interface MappingSettings {
  readonly enabled: boolean;
  readonly batchSize: number;
  readonly windowSeconds: number;
  readonly reportsItemFailures: boolean;
  /** Event patterns in JSON, of which an item has to match one; without patterns all match. */
  readonly filters: readonly string[];
  /** Of queues: how many batches are with the function at the same time. */
  readonly maximumConcurrency?: number | undefined;
  /** Of streams: how many batches of a shard are with the function at the same time. */
  readonly parallelizationFactor: number;
  /** Of streams, as the next one: -1 if there is no limit. */
  readonly maximumRetries: number;
  readonly maximumAgeSeconds: number;
  readonly bisects: boolean;
  /** ARN of the queue or topic that receives batches which are given up. */
  readonly onFailure?: string | undefined;
}

export interface StartingPosition {
  readonly type: EventSourcePosition;
  readonly timestamp?: Date | undefined;
}
