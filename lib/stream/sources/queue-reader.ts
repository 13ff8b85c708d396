import { Duration } from 'aws-cdk-lib';
import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import { EventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import { CfnQueue, type IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { Validation } from '../../runtime/validation';
import type { StreamReader, StreamReaderContext } from '../stream-reader';

export interface QueueStreamOptions {
  /**
   * Most messages that the function gets at a time: 1 to 10; with `maxBatchingWindow`, and of a standard
   * queue, to 10,000.
   * @default 10
   */
  readonly batchSize?: number;

  /**
   * How long Lambda gathers messages before it invokes the function: whole seconds, at most 5 minutes. A FIFO
   * queue takes none.
   * @default - none: messages are scored as they come
   */
  readonly maxBatchingWindow?: Duration;

  /**
   * Most instances of the function at a time for this queue: 2 to 1,000.
   * @default - as many as the account has
   */
  readonly maxConcurrency?: number;

  /**
   * Which messages are scored, as `FilterCriteria.filter()` of aws-cdk-lib/aws-lambda writes them: others are
   * deleted from the queue.
   * @default - all
   */
  readonly filters?: { readonly [key: string]: unknown }[];
}

/**
 * Of a queue without one:
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_CreateQueue.html
 */
const DEFAULT_VISIBILITY_SECONDS = 30;

/**
 * Reads a queue.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html for the limits
 */
export class QueueReader implements StreamReader {
  readonly name: string;
  readonly reportsItemFailures = true;
  readonly lagPerSecond = 1;

  constructor(
    private readonly queue: IQueue,
    private readonly options: QueueStreamOptions,
  ) {
    this.name = queue.queueArn;
  }

  check(validation: Validation, timeout: Duration): void {
    const { batchSize = 10, maxBatchingWindow, maxConcurrency } = this.options;
    const { fifo } = this.queue;
    const window = maxBatchingWindow?.toSeconds();
    validation
      .check(
        batchSize,
        Number.isInteger(batchSize) && batchSize >= 1 && batchSize <= (fifo ? 10 : 10_000),
        `batchSize of the queue must be 1 to ${fifo ? '10, as of each FIFO queue' : '10,000'}`,
      )
      .check(
        batchSize,
        fifo || batchSize <= 10 || (window ?? 0) >= 1,
        'batchSize of the queue above 10 needs a maxBatchingWindow of at least 1 second',
      )
      .check(
        window,
        window === undefined || !fifo,
        'maxBatchingWindow is not for FIFO queues: leave it out, or use a standard queue',
      )
      .check(
        window,
        window === undefined || window <= 300,
        'maxBatchingWindow must be at most 5 minutes, in seconds',
      )
      .check(
        maxConcurrency,
        maxConcurrency === undefined || (maxConcurrency >= 2 && maxConcurrency <= 1000),
        'maxConcurrency of the queue must be 2 to 1,000',
      );
    const visibility = visibilityOf(this.queue);
    validation.check(
      visibility,
      visibility === undefined || visibility >= timeout.toSeconds(),
      `the visibility timeout of the queue must be at least the timeout of the function, ${timeout.toSeconds()} seconds, and better six times it: set visibilityTimeout of the queue, or a shorter timeout`,
    );
  }

  attach(scope: Construct, id: string, { handler }: StreamReaderContext): string {
    const { queue, options } = this;
    handler.allow(['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'], [queue.queueArn]);
    queue.encryptionMasterKey?.grantDecrypt(handler);
    const mapping = new EventSourceMapping(scope, id, {
      target: handler,
      eventSourceArn: queue.queueArn,
      batchSize: options.batchSize ?? 10,
      maxBatchingWindow: options.maxBatchingWindow,
      maxConcurrency: options.maxConcurrency,
      filters: options.filters,
      reportBatchItemFailures: true,
    });
    return mapping.eventSourceMappingId;
  }

  lag(): IMetric {
    return this.queue.metricApproximateAgeOfOldestMessage({
      statistic: 'Maximum',
      period: Duration.minutes(1),
    });
  }
}

/** In seconds; undefined if this app does not create the queue. */
function visibilityOf({ node }: IQueue): number | undefined {
  const resource = node.defaultChild;
  if (!(resource instanceof CfnQueue)) return undefined;
  return resource.visibilityTimeout ?? DEFAULT_VISIBILITY_SECONDS;
}
