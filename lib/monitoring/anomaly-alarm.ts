import { Duration } from 'aws-cdk-lib';
import {
  AnomalyDetectionAlarm,
  ComparisonOperator,
  type CompositeAlarm,
  type IAlarm,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Construct } from 'constructs';
import { explainAlarm } from './alarm-runbook';
import { causeAlarm } from './cause-alarm';
import type { RequestMetrics } from './request-metrics';
import { Severity } from './severity';

/** How far requests may be from what is usual at that hour and weekday. */
export interface AnomalyDetectionProps {
  /**
   * Width of CloudWatch's band, in standard deviations, above 0. Three quarters of an hour outside of it
   * raise the alarm: wider bands raise fewer false ones.
   * @default 3
   */
  readonly standardDeviations?: number;
}

export interface AnomalyAlarmProps extends AnomalyDetectionProps {
  readonly pipelineName: string;
  readonly requestMetrics: RequestMetrics;
  readonly topic: ITopic;
  /** What pages, and explains anomalies while it has gone off. */
  readonly servingAlarm: IAlarm;
}

const PERIOD = Duration.minutes(15);

/**
 * Notifies of traffic or latency that CloudWatch has not learned to expect, from up to two weeks of the
 * metric.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Anomaly_Detection.html
 */
export function anomalyAlarm(
  scope: Construct,
  { pipelineName, requestMetrics, topic, servingAlarm, standardDeviations = 3 }: AnomalyAlarmProps,
): CompositeAlarm {
  const common = {
    stdDevs: standardDeviations,
    evaluationPeriods: 3,
    // Metrics begin with the first release.
    treatMissingData: TreatMissingData.NOT_BREACHING,
  };
  const traffic = new AnomalyDetectionAlarm(scope, 'UnusualTraffic', {
    ...common,
    alarmDescription: `${pipelineName}: fewer or more requests than usual`,
    metric: requestMetrics.invocations({ period: PERIOD }),
  });
  const latency = new AnomalyDetectionAlarm(scope, 'UnusualLatency', {
    ...common,
    alarmDescription: `${pipelineName}: the p95 latency is higher than usual`,
    metric: requestMetrics.latency({ period: PERIOD }),
    comparisonOperator: ComparisonOperator.GREATER_THAN_UPPER_THRESHOLD,
  });
  return causeAlarm(scope, 'AnomalyAlarm', {
    section: 'anomaly',
    description: `${pipelineName}: traffic or latency is unusual for the hour and weekday`,
    severity: Severity.WARNING,
    alarms: [traffic, latency].map((alarm) => explainAlarm(alarm, 'anomaly')),
    topic,
    unless: servingAlarm,
  });
}
