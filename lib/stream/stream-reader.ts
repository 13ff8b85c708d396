import type { Duration } from 'aws-cdk-lib';
import type { IMetric, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { PartFunction } from '../runtime/part-function';
import type { Validation } from '../runtime/validation';

/** What a source needs to know of what reads it. */
export interface StreamReaderContext {
  readonly handler: PartFunction<'score-stream'>;
  /** Takes what Lambda gives up. */
  readonly deadLetters: IQueue;
  /** How old the oldest record of a batch is when it is scored, in milliseconds. */
  readonly recordAge: Metric;
}

/** How Lambda reads one kind of source: the strategy behind `StreamSource`. */
export interface StreamReader {
  /** ARN of the source, or its address. */
  readonly name: string;
  /** Notes what AWS would refuse. */
  check(validation: Validation, timeout: Duration): void;
  /**
   * Whether Lambda reads in the function's answer which records are to be delivered again; otherwise all of a
   * batch that fails are.
   */
  readonly reportsItemFailures: boolean;
  /**
   * Lets the function read the source, and Lambda invoke it with batches of records.
   *
   * @returns id of the event source mapping
   */
  attach(scope: Construct, id: string, context: StreamReaderContext): string;
  /** How long the oldest record waits, in the unit that {@link lagUnit} names. */
  lag(context: StreamReaderContext): IMetric;
  /** What one second of lag is in the metric. */
  readonly lagPerSecond: number;
}
