import { Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { MonitorQualitySettings } from '../../contracts/functions/monitoring';
import type { ProblemKind } from '../../contracts/problem';
import type { ProblemType } from '../problem-type';
import { Validation } from '../runtime/validation';
import { METRIC_NAMESPACE } from './pipeline-metrics';

/** What is measured on labels. */
export enum QualityMetric {
  /** Area under the ROC curve, of two classes: needs 30 labels of either. */
  AUC = 'auc',
  /**
   * Share of right answers: of two classes on the same side of 0.5 as their label, of several by the most
   * likely one.
   */
  ACCURACY = 'accuracy',
  /** Mean negative log-likelihood, in nats, of two classes: needs answers that are probabilities. */
  LOG_LOSS = 'logLoss',
  /** Mean absolute error of numbers, in the label's unit. */
  MAE = 'mae',
}

/** The first is the default. */
const METRICS_OF: { readonly [kind in ProblemKind]: readonly QualityMetric[] } = {
  binary: [QualityMetric.AUC, QualityMetric.ACCURACY, QualityMetric.LOG_LOSS],
  multiClass: [QualityMetric.ACCURACY],
  regression: [QualityMetric.MAE],
};

/** How labels that arrive later are compared with what was answered, every hour. */
export interface QualityMonitoringProps {
  /**
   * What the alarm compares with the version's own evaluation on its holdout.
   * @default - AUC, accuracy of several classes, or mean absolute error of numbers
   */
  readonly metric?: QualityMetric;

  /**
   * Loss of the metric, in its unit, that raises no alarm, however significant it is.
   * @default - 0.02; for the mean absolute error, a tenth of the holdout's
   */
  readonly toleratedDrop?: number;

  /**
   * Probability of a false alarm in a day.
   * @default 0.01
   */
  readonly alpha?: number;

  /**
   * With fewer labels in the window there is no verdict.
   * @default 500
   */
  readonly minimumLabels?: number;

  /**
   * How far back answers and labels count: well above the time that labels take, and at most 31 days.
   * @default 1 day
   */
  readonly window?: Duration;
}

/**
 * The settings as the function reads them.
 *
 * @throws Error that lists what is wrong with the props, and where
 */
export function qualitySettings(
  scope: Construct,
  problem: ProblemType,
  props: QualityMonitoringProps = {},
): Omit<MonitorQualitySettings, 'model'> {
  const alpha = props.alpha ?? 0.01;
  const { type } = problem._settings();
  const metrics = METRICS_OF[type];
  const metric = props.metric ?? (metrics[0] as QualityMetric);
  const tolerance = props.toleratedDrop ?? (metric === QualityMetric.MAE ? undefined : 0.02);
  const minimumLabels = props.minimumLabels ?? 500;
  const windowHours = (props.window ?? Duration.days(1)).toHours();
  new Validation(scope)
    .check(alpha, alpha > 0 && alpha < 1, 'monitoring.quality.alpha must be between 0 and 1')
    .check(
      metric,
      metrics.includes(metric),
      `monitoring.quality.metric must be ${metrics.join(' or ')}, since the problem is ${type}`,
    )
    .check(
      tolerance,
      tolerance === undefined || tolerance >= 0,
      'monitoring.quality.toleratedDrop must be at least 0',
    )
    .check(minimumLabels, minimumLabels >= 100, 'monitoring.quality.minimumLabels must be at least 100')
    .check(
      windowHours,
      windowHours >= 1 && windowHours <= 31 * 24,
      'monitoring.quality.window must be whole hours, 1 hour to 31 days',
    )
    .finish();
  return {
    // The alarm looks 24 times a day: their probabilities add up at most (Boole's inequality).
    problem: problem._settings(),
    policy: { metric, tolerance, alpha: alpha / 24, minimumLabels },
    windowHours,
    metricNamespace: METRIC_NAMESPACE,
  };
}
