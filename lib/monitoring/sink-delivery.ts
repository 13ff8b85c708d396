import { Duration } from 'aws-cdk-lib';
import { type Alarm, ComparisonOperator } from 'aws-cdk-lib/aws-cloudwatch';
import { type IQueue, Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { deadLetterQueue } from '../runtime/dead-letter-queue';
import type { PartContext } from '../runtime/part-context';
import { PartFunction } from '../runtime/part-function';
import type { MonitorSink } from './monitor-sink';
import { partAlarm } from './part-alarm';

export interface SinkDeliveryProps {
  readonly context: PartContext;
  readonly sink: MonitorSink;
  /** What the keys of the monitor's reports begin with. */
  readonly reportsPrefix: string;
}

const TIMEOUT = Duration.minutes(5);
/**
 * Lambda asks for six times the timeout of the function that reads messages; a message that fails is hidden
 * as long: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
 */
const PAUSE = Duration.minutes(30);
/** Six hours of pauses. */
const ATTEMPTS = 12;

/** Delivers the reports of a monitor to a sink, from a queue of its own. */
export class SinkDelivery extends Construct {
  /** Of the keys of reports that are to be delivered. */
  readonly queue: IQueue;
  /** Reports wait in the queue of dead letters. */
  readonly undeliveredAlarm: Alarm;

  constructor(scope: Construct, id: string, { context, sink, reportsPrefix }: SinkDeliveryProps) {
    super(scope, id);
    const { pipelineName, platform, topic } = context;
    const { encryptionKey } = platform;
    const deadLetters = deadLetterQueue(this, 'DeadLetters', encryptionKey);
    this.queue = new Queue(this, 'Reports', {
      visibilityTimeout: PAUSE,
      retentionPeriod: Duration.days(14),
      enforceSSL: true,
      encryptionMasterKey: encryptionKey,
      deadLetterQueue: { queue: deadLetters, maxReceiveCount: ATTEMPTS },
    });
    const { kind } = sink._settings;
    const deliver = new PartFunction(this, 'Deliver', {
      context,
      asset: 'deliver-report',
      description: `Delivers reports of the monitor of ${pipelineName} to a sink: ${kind}`,
      settings: { sink: sink._settings, deadLetterQueueUrl: deadLetters.queueUrl },
      timeout: TIMEOUT,
    })
      .canRead(reportsPrefix)
      .allow(['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'], [this.queue.queueArn])
      .allow(['sqs:SendMessage'], [deadLetters.queueArn]);
    sink._allow(deliver);
    // One by one, so that a report that fails keeps no other from being delivered.
    deliver.addEventSourceMapping('Queue', { eventSourceArn: this.queue.queueArn, batchSize: 1 });
    this.undeliveredAlarm = partAlarm(this, 'Undelivered', {
      subject: pipelineName,
      problem: `reports of the monitor could not be delivered to a sink (${kind}), and wait in its queue of dead letters`,
      section: 'sinks',
      topic,
      metric: deadLetters.metricApproximateNumberOfMessagesVisible({
        statistic: 'Maximum',
        period: Duration.minutes(5),
      }),
      threshold: 1,
      comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    });
  }
}
