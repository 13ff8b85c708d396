import type { Duration } from 'aws-cdk-lib';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { QualityMonitoringProps } from './quality-monitoring';

/** What is watched, and when it alarms. */
export interface MonitoringProps {
  /**
   * Probability of a false drift alarm in a day, over all features and the comparisons of its 24 hours.
   * @default 0.01
   */
  readonly driftAlpha?: number;

  /**
   * Smallest Kolmogorov-Smirnov distance that counts as drift, so that millions of rows do not alarm on
   * nothing.
   * @default 0.05
   */
  readonly minimumDriftDistance?: number;

  /**
   * Traffic that is compared with the training data, every hour: the last day of it, so that each hour of the
   * day is in it once and a daily cycle is no drift. The first comparison of a version waits until it has
   * been in production for so long. A whole number of hours. Shorter windows find drift sooner, and take
   * every daily cycle for drift.
   * @default Duration.days(1)
   */
  readonly driftWindow?: Duration;

  /**
   * How far the window grows while it has fewer than 100 rows. A whole number of hours, at most 7 days.
   * @default - a day, or `driftWindow` if that is longer
   */
  readonly maximumDriftWindow?: Duration;

  /**
   * Features that are not watched: those that differ from window to window by their nature, such as the day
   * of the week.
   * @default - every feature and the prediction are watched
   */
  readonly ignoredFeatures?: string[];

  /**
   * Comparisons that found drift, of those of `driftEvaluationHours`, that raise the alarm.
   * @default 2
   */
  readonly driftHoursToAlarm?: number;

  /** @default 3 */
  readonly driftEvaluationHours?: number;

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
   * Requests in a minute that are enough to judge it by the share that fails, and by the 95th percentile of the
   * latency. A minute with fewer counts only if all of its requests fail, or are too slow: a single failure among
   * a few raises no alarm, and an outage raises one whatever the traffic is. At least 1.
   * @default 10
   */
  readonly minimumRequests?: number;

  /**
   * Topic that pages: the alarm of severity `CRITICAL` goes there, when it goes off and when it is over, so that an
   * incident closes. All others, of severity `WARNING`, go to the topic that notifies. A topic that this app does
   * not create must let `cloudwatch.amazonaws.com` publish.
   * @default - the topic that notifies, which does not learn when the alarm is over
   */
  readonly criticalTopic?: ITopic;

  /**
   * How labels that arrive later are compared with what was answered.
   * @default - AUC, accuracy or mean absolute error of a day, with its defaults; nothing happens without
   * labels
   */
  readonly quality?: QualityMonitoringProps;
}
