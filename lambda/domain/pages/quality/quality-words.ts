import { accuracy } from '../../metrics/accuracy';
import { auc } from '../../metrics/auc';
import { averagePrecision } from '../../metrics/average-precision';
import { brier } from '../../metrics/brier';
import { f1 } from '../../metrics/f1';
import { logLoss } from '../../metrics/log-loss';
import { mae } from '../../metrics/mae';
import { precision } from '../../metrics/precision';
import { recall } from '../../metrics/recall';
import { rmse } from '../../metrics/rmse';
import type { QualityDocument } from '../../quality/quality-document';
import { asDuration, asMinute, inPercent, inThousands } from '../units';

type Part<Name extends keyof QualityDocument> = NonNullable<QualityDocument[Name]>;

/** Titles that do not follow from the names. */
const TITLES: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    [auc, accuracy(), averagePrecision, brier, f1(), logLoss, mae, precision(), recall(), rmse].map(
      ({ name, title }) => [name, title],
    ),
  ),
  calibrationError: 'calibration error',
  cost: 'mean cost',
  macroF1: 'macro F1',
  quantileLoss: 'quantile loss',
  selectionRate: 'the share of rows that are taken for class 1',
  truePositiveRate: 'the share of rows of class 1 that are taken for it',
};

/** A metric as people call it, such as `log loss`. */
export function titleOf(metric: string): string {
  return TITLES[metric] ?? metric;
}

/** Four significant digits. */
export function short(value: number): string {
  return String(Number(value.toPrecision(4)));
}

/** `0.81 (0.79 to 0.83)` */
export function valueInWords(value: number, interval?: readonly [number, number]): string {
  return interval ? `${short(value)} (${intervalInWords(interval)})` : short(value);
}

export function intervalInWords([low, high]: readonly [number, number]): string {
  return `${short(low)} to ${short(high)}`;
}

/** `42 % of 1,200 requests have a label, half of them within 3 h, 95 % within 20 h` */
export function completenessInWords({
  requests,
  share,
  sampled,
  changed,
  delay,
}: Part<'completeness'>): string {
  const sample = sampled < 1 ? ` (a sample of 1 in ${1 / sampled})` : '';
  const late = delay
    ? `, half of them within ${asDuration(1000 * delay.medianSeconds)}, 95 % within ${asDuration(1000 * delay.p95Seconds)}`
    : '';
  const contradicted = changed > 0 ? `; labels of ${inThousands(changed)} contradict each other` : '';
  return `${inPercent(share)} of ${inThousands(requests)} requests${sample} have a label${late}${contradicted}`;
}

/** Undefined if there is none. */
export function conceptDriftInWords({
  hasDrifted,
  detector,
  since,
  before,
  after,
}: Part<'conceptDrift'>): string | undefined {
  if (!hasDrifted || since === undefined || before === undefined || after === undefined) return undefined;
  return `answers are wrong more often since ${asMinute(since)} UTC: ${inPercent(after)} instead of ${inPercent(before)} (${detector})`;
}

/** `estimated from 1,200 answers alone: accuracy 0.8, AUC 0.7, if ...` */
export function estimateInWords({ rows, accuracy: value, auc: ranking }: Part<'estimated'>): string {
  const values = `accuracy ${short(value)}${ranking === undefined ? '' : `, AUC ${short(ranking)}`}`;
  return `estimated from ${inThousands(rows)} answers alone: ${values}, if probabilities are calibrated and there is no concept drift`;
}

/** `accuracy differs by 0.2 (0.1 to 0.3) between region = north and region = south` */
export function gapInWords({
  measure,
  gap,
  interval,
  high,
  low,
}: Part<'fairness'>[number]['gaps'][number]): string {
  return `${titleOf(measure)} differs by ${valueInWords(gap, interval)} between ${high} and ${low}`;
}
