import type { QualityDocument } from '../domain/quality/quality-document';

/** Names of metrics in CloudWatch. */
const METRIC_NAMES = {
  auc: 'Auc',
  accuracy: 'Accuracy',
  precision: 'Precision',
  recall: 'Recall',
  f1: 'F1',
  macroF1: 'MacroF1',
  logLoss: 'LogLoss',
  mae: 'MeanAbsoluteError',
  rmse: 'RootMeanSquaredError',
  quantileLoss: 'QuantileLoss',
  cost: 'MeanCost',
};

/** What is published of a report. */
export function qualityMetrics({
  labels,
  unusable,
  unanswered,
  completeness,
  metrics,
  figures = [],
  comparison,
  slices = [],
  fairness = [],
  conceptDrift,
  estimated,
}: QualityDocument): Record<string, number> {
  const { requests = 0, share = 0, delay } = completeness ?? {};
  const watched = comparison && figures.find(({ metric }) => metric === comparison.metric);
  const judged = [comparison, ...slices.map((slice) => slice.comparison)].filter((one) => one !== undefined);
  return {
    LabelledAnswers: labels,
    UnusableLabels: unusable,
    UnansweredLabels: unanswered,
    ...(requests > 0 && { LabelledShare: share }),
    ...(delay && { MedianLabelDelay: delay.medianSeconds, P95LabelDelay: delay.p95Seconds }),
    ...Object.fromEntries(
      Object.entries(METRIC_NAMES).flatMap(([name, published]) => {
        const value = metrics[name];
        return value === undefined ? [] : [[published, value]];
      }),
    ),
    ...(comparison && { QualityDrop: comparison.drop }),
    // Of the metric that the alarm watches, whichever it is, with its interval of 95 %.
    ...(watched?.interval && {
      Quality: watched.value,
      QualityLower: watched.interval[0],
      QualityUpper: watched.interval[1],
    }),
    ...(judged.length > 0 && { QualityFell: Number(judged.some(({ hasFallen }) => hasFallen)) }),
    ...(conceptDrift && { ConceptDrift: Number(conceptDrift.hasDrifted) }),
    ...(estimated && { EstimatedAccuracy: estimated.accuracy }),
    ...(estimated?.auc !== undefined && { EstimatedAuc: estimated.auc }),
    ...gapMetrics(fairness),
  };
}

/**
 * Of several columns the widest gap, and of shares the one that is widest at least, by its interval of 95 %.
 */
function gapMetrics(fairness: NonNullable<QualityDocument['fairness']>): Record<string, number> {
  const widest: Record<string, number> = {};
  const note = (name: string, gap: number) => {
    widest[name] = Math.max(widest[name] ?? 0, gap);
  };
  for (const { measure, gap, interval } of fairness.flatMap(({ gaps }) => gaps)) {
    const name = GAP_NAMES[measure];
    note(name ?? 'QualityGap', gap);
    if (name) note('ShareGapLower', interval[0]);
  }
  return widest;
}

const GAP_NAMES: Readonly<Record<string, string>> = {
  selectionRate: 'SelectionRateGap',
  truePositiveRate: 'TruePositiveRateGap',
};
