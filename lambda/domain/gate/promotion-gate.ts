import type { GateMetrics, GateVerdict } from '../../../contracts/challenger-evaluation';
import type { GatePolicy } from '../../../contracts/gate-policy';
import { metricBySettings } from '../metrics/metric-by-settings';
import { checkDocument } from '../records/document';
import { spentAlpha } from '../statistics/alpha-spending';
import { DEFAULT_GATE_POLICY, gatePolicy, ruleBySettings } from './gate-policy';
import { metricsBeside } from './measure';
import { betterThanBaseline } from './rules/better-than-baseline';
import { enoughRows } from './rules/enough-rows';
import type { GateEvidence, GateReason, GateRows, GateRule, Numbers } from './rules/rule';
import { type FeatureNames, sameFeatures } from './rules/same-features';
import { usableColumns } from './rules/usable-columns';
import { usableLabels } from './rules/usable-labels';
import { usableScores } from './rules/usable-scores';

export interface GateDecision {
  /**
   * `promote`: the challenger may replace the champion. `keep`: it may not. `needs-person`: the data are too
   * few to tell, and the policy asks somebody.
   */
  readonly verdict: GateVerdict;
  /** Absent if the evidence allowed no comparison. */
  readonly metrics?: GateMetrics;
  /** One for each rule that applied, passed or not. */
  readonly reasons: readonly GateReason[];
  /** What to notify people of: why it is not promoted, or what the challenger significantly exceeds. */
  readonly deciding: readonly GateReason[];
  /** What the rules saw; absent if the rows were not usable. */
  readonly evidence?: GateEvidence;
}

export interface GateRequest {
  readonly rows: GateRows;
  /** @default - {@link DEFAULT_GATE_POLICY}, field by field */
  readonly policy?: Partial<GatePolicy>;
  /** Which evaluation on this holdout it is, from 1: each has less of alpha. @default 1 */
  readonly evaluation?: number;
  /** Of the models, if known. */
  readonly features?: FeatureNames;
  /** Size of the models' archives, if known. */
  readonly bytes?: GateEvidence['bytes'];
}

/**
 * Decides whether a challenger replaces the champion, from the scores of both on the same holdout. It is
 * promoted only if every rule that applies passes; evidence that cannot be judged promotes nothing.
 */
export function evaluate({
  rows,
  policy: given,
  evaluation = 1,
  features,
  bytes,
}: GateRequest): GateDecision {
  const policy = checkDocument(gatePolicy, { ...DEFAULT_GATE_POLICY, ...given }, 'gate policy');
  const metric = metricBySettings(policy.metric);
  const usable = [
    usableLabels(rows, metric),
    sameFeatures(features) ?? [],
    usableScores(rows, metric),
    usableColumns(rows, metric) ?? [],
  ].flat();
  if (usable.some(({ passed }) => !passed)) return decide(policy, usable);
  const alpha = spentAlpha(policy.alpha, evaluation);
  const evidence = evidenceOf(rows, { metric, alpha, minimumRows: policy.minimumRows, bytes });
  const reasons = [...usable, enoughRows(evidence)];
  if (!reasons.at(-1)?.passed) return decide(policy, reasons);
  try {
    const against = evidence.champion ?? constantScores(evidence);
    const compared = { ...evidence, comparison: metric.compare({ ...evidence, champion: against }) };
    const metrics = metricsOf(compared);
    const unmeasured = [metrics.difference, ...metrics.interval, metrics.pValue].some(Number.isNaN);
    if (unmeasured) throw new Error(`${metric.title} is not a number`);
    const judged = rulesOf(policy, compared).flatMap((rule) => rule(compared) ?? []);
    return { ...decide(policy, reasons, judged), metrics, evidence: compared };
  } catch (error) {
    // Weights may leave nothing of a class, in all rows or in a slice.
    const message = `the challenger cannot be measured: ${(error as Error).message}`;
    return decide(policy, [...reasons, { rule: 'measurable', passed: false, message, numbers: {} }]);
  }
}

function rulesOf(policy: GatePolicy, { champion }: GateEvidence): GateRule[] {
  const rules = policy.rules.map(ruleBySettings);
  const hasFloor = policy.rules.some(({ rule }) => rule === 'atLeast' || rule === 'betterThanColumn');
  return champion || hasFloor ? rules : [betterThanBaseline, ...rules];
}

/** @param judged what the policy's rules said, which is what a promotion rests on */
function decide(
  { ifUndecided }: GatePolicy,
  usable: readonly GateReason[],
  judged: readonly GateReason[] = [],
): GateDecision {
  const reasons = [...usable, ...judged];
  const missed = reasons.filter(({ passed }) => !passed);
  if (missed.length === 0 && judged.length > 0) return { verdict: 'promote', reasons, deciding: judged };
  const isOpen = missed.every(({ undecided }) => undecided);
  return { verdict: isOpen ? ifUndecided : 'keep', reasons, deciding: missed };
}

type Setting = Pick<GateEvidence, 'metric' | 'alpha' | 'minimumRows' | 'bytes'>;

function evidenceOf(
  { label, champion, challenger, weight, group, columns = {}, costs, rivals = {} }: GateRows,
  setting: Setting,
) {
  const numbers = (values: Numbers) => Float64Array.from(values, Number);
  return {
    ...setting,
    labels: numbers(label),
    challenger: numbers(challenger),
    ...(champion && { champion: numbers(champion) }),
    ...(weight && { weights: numbers(weight) }),
    ...(group && { groups: numbered(group) }),
    columns,
    ...(costs && { costs: numbers(costs) }),
    rivals: Object.fromEntries(Object.entries(rivals).map(([name, values]) => [name, numbers(values)])),
  };
}

function numbered(groups: readonly string[]): Uint32Array {
  const numbers = new Map<string, number>();
  return Uint32Array.from(groups, (group) => {
    const number = numbers.get(group) ?? numbers.size;
    numbers.set(group, number);
    return number;
  });
}

function constantScores({ metric, labels, weights, costs }: Omit<GateEvidence, 'comparison'>): Float64Array {
  const best = [metric.bestConstant(labels, weights, costs)].flat();
  return Float64Array.from(
    { length: labels.length * best.length },
    (_, i) => best[i % best.length] as number,
  );
}

function metricsOf(evidence: GateEvidence): GateMetrics {
  const { metric, alpha, labels, challenger, champion, weights, costs, comparison } = evidence;
  const all = metricsBeside(metric, champion ? [champion, challenger] : [challenger]);
  const valuesOf = (scores: Float64Array) =>
    Object.fromEntries(all.map((one) => [one.name, one.value(labels, scores, weights, costs)]));
  return {
    primary: metric.name,
    ...(champion && { champion: valuesOf(champion) }),
    challenger: valuesOf(challenger),
    difference: comparison.lead,
    interval: comparison.interval(alpha),
    pValue: comparison.pValue(0),
    alpha,
  };
}
