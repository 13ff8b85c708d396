import { Duration } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import type { MonitorQualitySettings } from '../../contracts/functions/monitoring';
import type { GatePolicy, MetricSettings } from '../../contracts/gate-policy';
import type { ProblemKind } from '../../contracts/problem';
import type { ProblemType } from '../problem-type';
import { Validation } from '../runtime/validation';
import { METRIC_NAMESPACE } from './pipeline-metrics';

/** What is measured on labels. */
export enum QualityMetric {
  /** Area under the ROC curve, of two classes: needs 30 labels of either. */
  AUC = 'auc',
  /**
   * Share of right answers: of two classes on the same side of the threshold as their label, of several by
   * the most likely one.
   */
  ACCURACY = 'accuracy',
  /** Share of class 1 among the rows that are taken for it, of two classes. */
  PRECISION = 'precision',
  /** Share of the rows of class 1 that are taken for it, of two classes. */
  RECALL = 'recall',
  /** Harmonic mean of precision and recall, of two classes. */
  F1 = 'f1',
  /** Mean F1 of several classes, by the most likely one. */
  MACRO_F1 = 'macroF1',
  /** Mean negative log-likelihood, in nats: needs answers that are probabilities, of at most 100 classes. */
  LOG_LOSS = 'logLoss',
  /** Mean absolute error of numbers, in the label's unit. */
  MAE = 'mae',
  /** Root of the mean squared error of numbers, in the label's unit. */
  RMSE = 'rmse',
  /**
   * The metric of the pipeline's promotion policy, with its threshold, quantile or costs. Not costs in
   * columns of the data, which the monitor cannot read.
   */
  PROMOTION = 'promotion',
}

/** By what changes of the error rate are found in the order of the answers. */
export enum ConceptDriftDetector {
  /** Adaptive windowing: has a bound on its false findings, which is that of `alpha`. */
  ADWIN = 'adwin',
  /**
   * Drift detection method: finds more, and reports changes where nothing changed in 18 to 45 % of simulated
   * windows.
   */
  DDM = 'ddm',
  /**
   * Page-Hinkley test: reports changes where nothing changed in up to 9 % of simulated windows, the more the
   * longer.
   */
  PAGE_HINKLEY = 'pageHinkley',
}

/** Which label of a request counts if several arrive. */
export enum LabelChoice {
  /** The first: what arrives twice changes nothing. */
  FIRST = 'first',
  /** The last: labels are corrected by sending them again. */
  LAST = 'last',
}

/** The first is the default. */
const METRICS_OF: { readonly [kind in ProblemKind]: readonly QualityMetric[] } = {
  binary: [
    QualityMetric.AUC,
    QualityMetric.ACCURACY,
    QualityMetric.PRECISION,
    QualityMetric.RECALL,
    QualityMetric.F1,
    QualityMetric.LOG_LOSS,
  ],
  multiClass: [QualityMetric.ACCURACY, QualityMetric.MACRO_F1, QualityMetric.LOG_LOSS],
  regression: [QualityMetric.MAE, QualityMetric.RMSE],
};

/** Metrics without a natural unit of tolerance: they are in the unit of the label, or of money. */
const RELATIVE: readonly MetricSettings['name'][] = ['mae', 'rmse', 'quantileLoss', 'cost'];

/** Metrics of the promotion policy that labels in production can be measured by. */
const MEASURABLE: readonly MetricSettings['name'][] = [
  ...(['auc', 'logLoss', 'averagePrecision', 'accuracy', 'f1', 'macroF1', 'brier'] as const),
  ...(['mae', 'rmse', 'quantileLoss', 'cost'] as const),
];

/** How labels that arrive later are compared with what was answered, every hour. */
export interface QualityMonitoringProps {
  /**
   * What the alarm compares with the version's own evaluation on its holdout. Precision, recall, F1 and
   * accuracy have the threshold of the promotion policy's metric, if it has one, or 0.5.
   * @default - AUC, accuracy of several classes, or mean absolute error of numbers
   */
  readonly metric?: QualityMetric;

  /**
   * Loss of the metric, in its unit, that raises no alarm, however significant it is.
   * @default - 0.02; for errors of numbers and costs, a tenth of the holdout's value
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
   * Which label counts if a request has several, in the order of the hours that they are filed under, then of
   * their keys, then of the lines.
   * @default LabelChoice.FIRST
   */
  readonly labels?: LabelChoice;

  /**
   * Columns of the requests, such as a region, by whose values quality is reported. The alarm also goes off
   * if it has fallen in one of their slices, which is compared with the same slice of the holdout, if the
   * promotion policy judges it.
   * @default - columns of the promotion policy's slices and fairness gaps
   */
  readonly slices?: string[];

  /**
   * Columns of the requests, such as an age group, whose values are compared with each other: the share of
   * rows that are taken for class 1, of those of class 1 that are, and the metric.
   * @default - columns of the promotion policy's fairness gaps
   */
  readonly fairness?: string[];

  /**
   * By what a rise of the error rate within the window is found: the report says since when.
   * @default ConceptDriftDetector.ADWIN
   */
  readonly conceptDrift?: ConceptDriftDetector;

  /**
   * Whether an alarm goes off while the error rate has risen within the window, even if quality is still as
   * good as on the holdout. With `ConceptDriftDetector.ADWIN`, the probability of a false alarm in a day is
   * `alpha` at most.
   * @default false
   */
  readonly alarmOnConceptDrift?: boolean;

  /**
   * Difference between groups of a column in `fairness`, in the share of rows that are taken for class 1, or
   * of those of class 1 that are, which raises an alarm when the whole 95 % interval of the difference is
   * above it. For two classes. Between 0 and 1.
   * @default - no alarm
   */
  readonly maximumFairnessGap?: number;

  /**
   * How far back answers and labels count: well above the time that labels take, and at most 31 days.
   * @default 1 day
   */
  readonly window?: Duration;
}

/**
 * The settings as the function reads them.
 *
 * @param policy that challengers are judged by, if any are
 * @throws Error that lists what is wrong with the props, and where
 */
export function qualitySettings(
  scope: Construct,
  problem: ProblemType,
  props: QualityMonitoringProps = {},
  policy?: Pick<GatePolicy, 'metric' | 'rules'>,
): Omit<MonitorQualitySettings, 'model' | 'alert' | 'sinkQueueUrls'> {
  const alpha = props.alpha ?? 0.01;
  const promotion = policy?.metric;
  const rules = policy?.rules ?? [];
  const fairness =
    props.fairness ?? rules.flatMap((rule) => (rule.rule === 'fairnessGap' ? [rule.column] : []));
  const sliced = rules.flatMap((rule) => (rule.rule === 'noSliceWorse' ? [...rule.columns] : []));
  const { type } = problem._settings();
  const metrics = METRICS_OF[type];
  const metric = props.metric ?? (metrics[0] as QualityMetric);
  const minimumLabels = props.minimumLabels ?? 500;
  const windowHours = (props.window ?? Duration.days(1)).toHours();
  const isOfPromotion = metric === QualityMetric.PROMOTION;
  const validation = new Validation(scope)
    .check(alpha, alpha > 0 && alpha < 1, 'monitoring.quality.alpha must be between 0 and 1')
    .check(
      metric,
      isOfPromotion || metrics.includes(metric),
      `monitoring.quality.metric must be ${metrics.join(' or ')}, since the problem is ${type}`,
    )
    .check(
      promotion?.name,
      !isOfPromotion || (promotion !== undefined && MEASURABLE.includes(promotion.name)),
      `monitoring.quality.metric can be that of the promotion policy if it is one of ${MEASURABLE.join(', ')}`,
    )
    .check(
      props.toleratedDrop,
      props.toleratedDrop === undefined || props.toleratedDrop >= 0,
      'monitoring.quality.toleratedDrop must be at least 0',
    )
    .check(minimumLabels, minimumLabels >= 100, 'monitoring.quality.minimumLabels must be at least 100')
    .check(
      windowHours,
      windowHours >= 1 && windowHours <= 31 * 24,
      'monitoring.quality.window must be whole hours, 1 hour to 31 days',
    )
    .check(
      props.maximumFairnessGap,
      props.maximumFairnessGap === undefined ||
        (props.maximumFairnessGap > 0 && props.maximumFairnessGap < 1),
      'monitoring.quality.maximumFairnessGap must be above 0 and below 1',
    )
    .check(
      fairness.length,
      props.maximumFairnessGap === undefined || fairness.length > 0,
      'monitoring.quality.maximumFairnessGap needs columns whose groups are compared: set monitoring.quality.fairness, or a fairness gap in the promotion policy',
    )
    .check(
      type,
      props.maximumFairnessGap === undefined || type === 'binary',
      'monitoring.quality.maximumFairnessGap is about shares of class 1, and needs a problem of two classes',
    );
  validation.finish();
  const watched = isOfPromotion ? (promotion as MetricSettings) : withThreshold(metric, problem, promotion);
  const tolerance = props.toleratedDrop ?? (RELATIVE.includes(watched.name) ? undefined : 0.02);
  return {
    // The alarm looks 24 times a day: their probabilities add up at most (Boole's inequality).
    problem: problem._settings(),
    policy: { metric: watched, tolerance, alpha: alpha / 24, minimumLabels },
    labels: props.labels ?? LabelChoice.FIRST,
    slices: props.slices ?? [...new Set([...sliced, ...fairness])],
    fairness: [...new Set(fairness)],
    conceptDrift: props.conceptDrift ?? ConceptDriftDetector.ADWIN,
    windowHours,
    metricNamespace: METRIC_NAMESPACE,
  };
}

/** The holdout is measured at the threshold of the promotion policy. */
function withThreshold(
  metric: Exclude<QualityMetric, QualityMetric.PROMOTION>,
  problem: ProblemType,
  promotion: MetricSettings | undefined,
): MetricSettings {
  const settings = problem._settings();
  const classes = settings.type === 'multiClass' ? settings.classes : undefined;
  const threshold = promotion && 'threshold' in promotion ? promotion.threshold : undefined;
  switch (metric) {
    case QualityMetric.LOG_LOSS:
      return { name: metric, classes };
    case QualityMetric.AUC:
    case QualityMetric.MAE:
    case QualityMetric.RMSE:
      return { name: metric };
    case QualityMetric.MACRO_F1:
      return { name: metric, classes: classes as number };
    case QualityMetric.ACCURACY:
      return { name: metric, classes, threshold };
    case QualityMetric.PRECISION:
    case QualityMetric.RECALL:
    case QualityMetric.F1:
      return { name: metric, threshold };
  }
}
