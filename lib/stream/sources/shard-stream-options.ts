import type { Duration } from 'aws-cdk-lib';
import { type EventSourceMappingOptions, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import type { Validation } from '../../runtime/validation';
import type { StreamReaderContext } from '../stream-reader';

/** How Lambda reads the shards of a stream. */
export interface ShardStreamOptions {
  /**
   * Most records that the function gets at a time: 1 to 10,000.
   * @default 100
   */
  readonly batchSize?: number;

  /**
   * How long Lambda gathers records before it invokes the function: whole seconds, at most 5 minutes.
   * @default - none: records are scored as they come
   */
  readonly maxBatchingWindow?: Duration;

  /**
   * Batches of a shard that are scored at the same time, 1 to 10: records of one partition key stay in order.
   * @default 1
   */
  readonly parallelizationFactor?: number;

  /**
   * Whether a batch at which the function fails as a whole is split in two before it is tried again.
   * @default true
   */
  readonly bisectBatchOnError?: boolean;

  /**
   * How often a record is tried again before Lambda gives it up, and sends its place to the queue of dead
   * letters: 0 to 10,000, or -1 for as long as the stream retains it. Meanwhile, the records behind it wait.
   * @default -1
   */
  readonly retryAttempts?: number;

  /**
   * How old a record becomes before Lambda gives it up, and sends its place to the queue of dead letters: 1
   * minute to 7 days.
   * @default - as long as the stream retains it
   */
  readonly maxRecordAge?: Duration;

  /**
   * Where Lambda begins to read when the stack is deployed.
   * @default StartingPosition.TRIM_HORIZON, the oldest record that the stream retains
   */
  readonly startingPosition?: StartingPosition;

  /**
   * Which records are scored, as `FilterCriteria.filter()` of aws-cdk-lib/aws-lambda writes them: others are
   * skipped.
   * @default - all
   */
  readonly filters?: { readonly [key: string]: unknown }[];
}

/**
 * Notes what Lambda would refuse.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html for the limits
 */
export function checkShardOptions(options: ShardStreamOptions, validation: Validation): void {
  const { batchSize = 100, maxBatchingWindow, parallelizationFactor = 1 } = options;
  const { retryAttempts = -1, maxRecordAge, startingPosition } = options;
  const window = maxBatchingWindow?.toSeconds();
  const age = maxRecordAge?.toSeconds();
  validation
    .check(batchSize, isWhole(batchSize, 1, 10_000), 'batchSize of the stream must be 1 to 10,000')
    .check(
      window,
      window === undefined || window <= 300,
      'maxBatchingWindow must be at most 5 minutes, in seconds',
    )
    .check(
      parallelizationFactor,
      isWhole(parallelizationFactor, 1, 10),
      'parallelizationFactor must be 1 to 10: for more, add shards',
    )
    .check(
      retryAttempts,
      isWhole(retryAttempts, -1, 10_000),
      'retryAttempts must be 0 to 10,000, or -1 for as long as the stream retains the record',
    )
    .check(
      age,
      age === undefined || (age >= 60 && age <= 604_800),
      'maxRecordAge must be 1 minute to 7 days; leave it out for as long as the stream retains the record',
    )
    .check(
      startingPosition,
      startingPosition !== StartingPosition.AT_TIMESTAMP,
      'startingPosition must be TRIM_HORIZON or LATEST: a time would change with no deployment',
    );
}

function isWhole(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most;
}

export function shardMappingOptions(
  options: ShardStreamOptions,
  { deadLetters }: StreamReaderContext,
): EventSourceMappingOptions {
  return {
    batchSize: options.batchSize ?? 100,
    maxBatchingWindow: options.maxBatchingWindow,
    parallelizationFactor: options.parallelizationFactor,
    bisectBatchOnError: options.bisectBatchOnError ?? true,
    retryAttempts: options.retryAttempts,
    maxRecordAge: options.maxRecordAge,
    startingPosition: options.startingPosition ?? StartingPosition.TRIM_HORIZON,
    filters: options.filters,
    reportBatchItemFailures: true,
    // The function may send there already.
    onFailure: { bind: () => ({ destination: deadLetters.queueArn }) },
  };
}
