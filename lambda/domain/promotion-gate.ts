import { pairedDeLong } from './delong';
import { absoluteFloor } from './gate-rules/absolute-floor';
import { betterThanChampion } from './gate-rules/better-than-champion';
import { betterThanChance } from './gate-rules/better-than-chance';
import { enoughRows } from './gate-rules/enough-rows';
import type { ComparisonRule, EvidenceRule, GatePolicy, GateReason, GateRows } from './gate-rules/rule';
import { usableLabels } from './gate-rules/usable-labels';
import { usableScores } from './gate-rules/usable-scores';
import { accuracy } from './metrics/accuracy';
import { brier } from './metrics/brier';
import type { Column } from './metrics/column';
import { logLoss } from './metrics/log-loss';
import { normalUpperQuantile } from './special-functions';

/** Metrics of one model on the holdout. The last three need scores that are probabilities. */
export interface ModelMetrics {
  readonly auc: number;
  readonly logLoss?: number;
  readonly brier?: number;
  readonly accuracy?: number;
}

export interface GateMetrics {
  readonly champion?: ModelMetrics;
  readonly challenger: ModelMetrics;
  /** Challenger's minus champion's primary metric; minus chance, AUC 0.5, without a champion. */
  readonly difference: number;
  /** Confidence interval of the difference at 1 - 2 alpha: its lower end exceeds the margin if p < alpha. */
  readonly interval: readonly [number, number];
  /** One-sided: the challenger is no better by the margin. */
  readonly pValue: number;
}

export interface GateDecision {
  /** `promote`: the challenger may replace the champion. `keep`: it may not. */
  readonly verdict: 'promote' | 'keep';
  /** Absent if the evidence allowed no comparison. */
  readonly metrics?: GateMetrics;
  /** One for each rule that applied, passed or not. */
  readonly reasons: readonly GateReason[];
  /** What to tell people: why it is not promoted, or what the challenger surely exceeds. */
  readonly deciding: readonly GateReason[];
}

export const DEFAULT_GATE_POLICY: GatePolicy = {
  primaryMetric: 'auc',
  alpha: 0.05,
  margin: 0,
  minimumRowsPerClass: 30,
};

/**
 * Decides whether a challenger replaces the champion, from the scores of both on the same holdout. It is
 * promoted only if every rule that applies passes; evidence that cannot be judged keeps the champion.
 *
 * @param policy defaults to {@link DEFAULT_GATE_POLICY}, field by field
 */
export function evaluate(request: {
  readonly rows: GateRows;
  readonly policy?: Partial<GatePolicy>;
}): GateDecision {
  const policy = { ...DEFAULT_GATE_POLICY, ...request.policy };
  checkPolicy(policy);
  const evidence = EVIDENCE_RULES.flatMap((rule) => rule(request.rows, policy) ?? []);
  const missing = evidence.filter(({ passed }) => !passed);
  if (missing.length > 0) return { verdict: 'keep', reasons: evidence, deciding: missing };
  const metrics = measure(request.rows, policy);
  const comparison = COMPARISON_RULES.flatMap((rule) => rule(metrics, policy) ?? []);
  const reasons = [...evidence, ...comparison];
  const lost = comparison.filter(({ passed }) => !passed);
  return lost.length > 0
    ? { verdict: 'keep', metrics, reasons, deciding: lost }
    : { verdict: 'promote', metrics, reasons, deciding: comparison };
}

const EVIDENCE_RULES: readonly EvidenceRule[] = [usableLabels, usableScores, enoughRows];
const COMPARISON_RULES: readonly ComparisonRule[] = [absoluteFloor, betterThanChance, betterThanChampion];

function measure(rows: GateRows, policy: GatePolicy): GateMetrics {
  const labels = Float64Array.from(rows.label, Number);
  const challenger = Float64Array.from(rows.challenger, Number);
  const champion = rows.champion && Float64Array.from(rows.champion, Number);
  const chance = new Float64Array(labels.length);
  const margin = champion ? policy.margin : 0;
  const test = pairedDeLong(labels, champion ?? chance, challenger, { margin });
  const reach = normalUpperQuantile(policy.alpha) * test.standardError;
  return {
    ...(champion && { champion: metricsOf(labels, champion, test.firstAuc) }),
    challenger: metricsOf(labels, challenger, test.secondAuc),
    difference: test.difference,
    interval: [test.difference - reach, test.difference + reach],
    pValue: test.pValueGreater,
  };
}

function metricsOf(labels: Column, scores: Float64Array, auc: number): ModelMetrics {
  if (scores.some((score) => score < 0 || score > 1)) return { auc };
  return {
    auc,
    logLoss: logLoss.value(labels, scores),
    brier: brier.value(labels, scores),
    accuracy: accuracy().value(labels, scores),
  };
}

function checkPolicy({ alpha, margin, floor, minimumRowsPerClass }: GatePolicy): void {
  if (!(alpha > 0 && alpha < 0.5)) throw new Error(`gate policy: alpha ${alpha} is not between 0 and 0.5`);
  if (!(margin > -1 && margin < 1)) throw new Error(`gate policy: margin ${margin} is not between -1 and 1`);
  if (floor !== undefined && !(floor >= 0 && floor <= 1)) {
    throw new Error(`gate policy: floor ${floor} is not an AUC: it must be from 0 to 1`);
  }
  if (!(minimumRowsPerClass >= 2)) {
    throw new Error(`gate policy: minimumRowsPerClass ${minimumRowsPerClass} is below 2`);
  }
}
