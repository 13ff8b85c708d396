import type { Duration } from 'aws-cdk-lib';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { AlertDestination } from './alert-destination';
import type { AnomalyDetectionProps } from './anomaly-alarm';
import type { ParallelProfilingProps } from './capture-groups';
import type { DriftComparison } from './drift-comparison';
import type { FeatureDriftPolicy } from './feature-drift-policy';
import type { MonitorSink } from './monitor-sink';
import type { QualityMonitoringProps } from './quality-monitoring';

/** What is watched, and when it alarms. */
export interface MonitoringProps {
  /**
   * What is compared every hour: windows of traffic, each with a reference. Drift that any of them finds
   * raises the drift alarm. 1 to 10 comparisons.
   * @default DriftComparison.defaults()
   */
  readonly driftComparisons?: DriftComparison[];

  /**
   * Budget of false drift alarms: how many are expected in a year at most while nothing drifts. It is spent
   * over all features, comparisons and hours, so that more of them do not raise more alarms.
   * @default 1
   */
  readonly expectedFalseAlarmsPerYear?: number;

  /**
   * Smallest distance between the distributions that counts as drift, so that millions of rows do not alarm
   * on nothing: the Kolmogorov-Smirnov distance of numbers, the total variation distance of categories. A
   * comparison can have its own.
   * @default 0.05
   */
  readonly minimumDriftDistance?: number;

  /**
   * Features that are not watched: those that differ from window to window by their nature, such as the day
   * of the week.
   * @default - every feature and the prediction are watched
   */
  readonly ignoredFeatures?: string[];

  /**
   * When the drift of single features counts, by the name of the feature; `prediction` is the model's
   * answers.
   * @default - all features are alike, but for the importance that a version tells
   */
  readonly featurePolicies?: { [feature: string]: FeatureDriftPolicy };

  /**
   * Hours in which a comparison found drift, of `driftEvaluationHours`, that raise the alarm.
   * @default 2
   */
  readonly driftHoursToAlarm?: number;

  /** @default 3 */
  readonly driftEvaluationHours?: number;

  /**
   * How long there may be traffic and no verdict on drift, such as with too few rows, before the capture
   * alarm goes off. 1 to 60 days.
   * @default Duration.days(7)
   */
  readonly maximumTimeWithoutVerdict?: Duration;

  /**
   * Model latency at the 95th percentile that raises the alarm, over 3 of 5 minutes.
   * @default 500 milliseconds
   */
  readonly latencyThreshold?: Duration;

  /**
   * Share of requests that fail because of the model that raises the alarm, over 3 of 5 minutes.
   * @default 0.01
   */
  readonly errorRateThreshold?: number;

  /**
   * Requests in a minute that are enough to judge it by the share that fails, and by the 95th percentile of
   * the latency. A minute with fewer counts only if all of its requests fail, or are too slow: a single
   * failure among a few raises no alarm, and an outage raises one whatever the traffic is. At least 1.
   * @default 10
   */
  readonly minimumRequests?: number;

  /**
   * Alarms on traffic and latency that are unusual for the hour and weekday, by CloudWatch's anomaly
   * detection. The local cloud has none, and refuses a stack with it.
   * @default - none
   */
  readonly anomalyDetection?: AnomalyDetectionProps;

  /**
   * Topic that pages: the alarm of severity `CRITICAL` goes there, when it goes off and when it is over, so
   * that an incident closes. All others, of severity `WARNING`, go to the topic that notifies. A topic that
   * this app does not create must let `cloudwatch.amazonaws.com` publish.
   * @default - the topic that notifies, which does not learn when the alarm is over
   */
  readonly criticalTopic?: ITopic;

  /**
   * Systems that are notified when an alarm of the monitor goes off, and when it is over, beside the topics:
   * {@link IModelMonitor.servingAlarm} as critical, {@link IModelMonitor.monitoringAlarm}, drift and quality
   * as warnings.
   * @default - none
   */
  readonly alertDestinations?: AlertDestination[];

  /**
   * Several functions profile the recorded requests of an hour, in groups of files, side by side by a Step
   * Functions distributed map. It takes 7 more resources, 2 of them roles.
   * @default - one function profiles an hour: up to 12 GiB and 150,000 files, more of which fail with an
   * alert
   */
  readonly parallelProfiling?: ParallelProfilingProps;

  /**
   * Where the results of each window go beside the bucket: the drift of each feature, and the quality by
   * metric and slice. At most 5.
   * @default - none
   */
  readonly sinks?: MonitorSink[];

  /**
   * How labels that arrive later are compared with what was answered.
   * @default - AUC, accuracy or mean absolute error of a day, with its defaults; nothing happens without
   * labels
   */
  readonly quality?: QualityMonitoringProps;
}
