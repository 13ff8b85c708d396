import { Duration } from 'aws-cdk-lib';
import { type Alarm, type IMetric, MathExpression, type Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import type { RunbookId } from '../../contracts/runbook';
import { LASTING, partAlarm } from '../monitoring/part-alarm';

export interface StreamAlarmsProps {
  /** As alarms name it: pipeline and stream. */
  readonly subject: string;
  readonly topic: ITopic;
  readonly handler: IFunction;
  readonly deadLetters: IQueue;
  /** How long the oldest record waits. */
  readonly lag: IMetric;
  /** In the unit of the metric. */
  readonly maximumLag: number;
  readonly maximumLagInWords: string;
  /** Records that are to be delivered again. */
  readonly failedRecords: Metric;
}

/** A stream is not scored in time, or not at all. */
export interface StreamAlarms {
  readonly lagAlarm: Alarm;
  readonly failureAlarm: Alarm;
  readonly deadLetterAlarm: Alarm;
}

export function streamAlarms(scope: Construct, props: StreamAlarmsProps): StreamAlarms {
  const { subject, topic, handler, deadLetters, failedRecords } = props;
  const period = Duration.minutes(1);
  const alarm = (id: string, section: RunbookId, problem: string, metric: IMetric, threshold: number) =>
    partAlarm(scope, id, { subject, problem, section, topic, metric, threshold, ...LASTING });
  const failures = new MathExpression({
    expression: 'FILL(failed, 0) + FILL(errors, 0)',
    usingMetrics: {
      failed: failedRecords.with({ statistic: 'Sum', period }),
      errors: handler.metricErrors({ statistic: 'Sum', period }),
    },
    label: 'records that failed, and invocations',
    period,
  });
  const letters = deadLetters.metricApproximateNumberOfMessagesVisible({ statistic: 'Maximum', period });
  return {
    lagAlarm: alarm(
      'LagAlarm',
      'streamLag',
      `records wait for more than ${props.maximumLagInWords} to be scored`,
      props.lag,
      props.maximumLag,
    ),
    failureAlarm: alarm(
      'FailureAlarm',
      'streamFailures',
      'records cannot be scored or handed on, and are tried again',
      failures,
      0,
    ),
    deadLetterAlarm: alarm(
      'DeadLetterAlarm',
      'deadLetters',
      'records could not be scored, and wait in the queue of dead letters',
      letters,
      0,
    ),
  };
}
