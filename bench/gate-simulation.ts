import { auc } from '../lambda/domain/metrics/auc';
import type { PairedSample } from '../lambda/domain/metrics/metric';
import type { Random } from './random';

export const ROWS = 2000;
const SHARE_OF_POSITIVES = 0.1;
/** Of the scores of two trainings within a class. */
const CORRELATION = 0.9;
/** How far the classes lie apart by AUC: sqrt(2) times the normal quantile. */
const SEPARATIONS: Readonly<Record<string, number>> = {
  '0.78': 1.0920461,
  '0.79': 1.1404519,
  '0.8': 1.1902322,
  '0.81': 1.2415328,
  '0.82': 1.2945217,
  '0.83': 1.3493934,
  '0.84': 1.4063758,
};

/** A holdout, of which models give scores. */
export interface Holdout {
  readonly labels: Float64Array;
  readonly groups?: Uint32Array;
}

/** Rows that are each for itself, or groups of rows whose errors are alike by half. */
export function drawHoldout(random: Random, rowsPerGroup = 1): Holdout {
  const labels = Float64Array.from({ length: ROWS }, () => Number(random.uniform() < SHARE_OF_POSITIVES));
  if (rowsPerGroup === 1) return { labels };
  return { labels, groups: Uint32Array.from({ length: ROWS }, (_, row) => Math.floor(row / rowsPerGroup)) };
}

/** Errors of one training on every row, of the standard normal distribution. */
export function drawErrors(random: Random, { labels, groups }: Holdout): Float64Array {
  const ofGroups = new Map<number, number>();
  return Float64Array.from(labels, (_, row) => {
    if (!groups) return random.normal();
    const group = groups[row] as number;
    const shared = ofGroups.get(group) ?? random.normal();
    ofGroups.set(group, shared);
    return Math.SQRT1_2 * (shared + random.normal());
  });
}

/** Errors of a training that are much like those of another. */
export function drawSimilarErrors(random: Random, holdout: Holdout, others: Float64Array): Float64Array {
  const own = drawErrors(random, holdout);
  const rest = Math.sqrt(1 - CORRELATION ** 2);
  return others.map((error, row) => CORRELATION * error + rest * (own[row] as number));
}

/** Scores of a model by its errors and its true AUC. */
export function scoresOf({ labels }: Holdout, errors: Float64Array, trueAuc: number): Float64Array {
  const separation = SEPARATIONS[String(Number(trueAuc.toFixed(2)))] as number;
  return errors.map((error, row) => error + separation * (labels[row] as number));
}

/** One retraining: a champion of AUC .80 and a challenger with another. */
export function drawRetraining(random: Random, lead: number, rowsPerGroup?: number): PairedSample {
  const holdout = drawHoldout(random, rowsPerGroup);
  const errors = drawErrors(random, holdout);
  return {
    ...holdout,
    champion: scoresOf(holdout, errors, 0.8),
    challenger: scoresOf(holdout, drawSimilarErrors(random, holdout, errors), 0.8 + lead),
  };
}

/** What rules of promotion say of a retraining. */
export function judge(sample: PairedSample, alpha: number): { naive: boolean; gate: boolean } {
  const comparison = auc.compare(sample);
  return { naive: comparison.lead > 0, gate: comparison.pValue(0) < alpha };
}
