import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, MathExpression, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { explainAlarm } from './alarm-runbook';
import { notifyOf } from './alert-topic';

export interface FailureAlarmProps {
  readonly queue: IQueue;
  readonly topic: ITopic;
  readonly description: string;
}

/** An alarm that goes off when failures stay in the queue, without a function in between. */
export function failureAlarm(scope: Construct, id: string, props: FailureAlarmProps): Alarm {
  const { queue, topic, description } = props;
  const period = Duration.minutes(5);
  const options = { period, statistic: 'Maximum' };
  // A message that fails is hidden most of the time; and the age of the oldest forgets one that was received
  // three times:
  // https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
  const alarm = new Alarm(scope, id, {
    alarmDescription: description,
    metric: new MathExpression({
      expression: 'visible + hidden',
      usingMetrics: {
        visible: queue.metricApproximateNumberOfMessagesVisible(options),
        hidden: queue.metricApproximateNumberOfMessagesNotVisible(options),
      },
      period,
      label: 'failures in the queue',
    }),
    threshold: 1,
    comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    evaluationPeriods: 3,
    treatMissingData: TreatMissingData.NOT_BREACHING,
  });
  notifyOf(alarm, topic);
  return explainAlarm(alarm, 'failures');
}
