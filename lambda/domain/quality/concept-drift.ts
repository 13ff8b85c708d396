import type { Problem } from '../../../contracts/problem';
import { Adwin } from '../statistics/adwin';
import type { ChangeDetector } from '../statistics/change-detector';
import { DriftDetectionMethod } from '../statistics/drift-detection-method';
import { PageHinkley } from '../statistics/page-hinkley';
import type { LabelledRows } from './labelled-rows';
import type { QualityDocument } from './quality-document';

/** By what changes of the error rate are found. */
export type ConceptDriftDetector = 'adwin' | 'ddm' | 'pageHinkley';

export interface ConceptDriftPolicy {
  readonly detector: ConceptDriftDetector;
  /** Probability of a false finding of {@link Adwin} at an evaluation; the others have none. */
  readonly alpha: number;
  /** Of two classes: scores of at least this are taken for class 1. @default 0.5 */
  readonly threshold?: number | undefined;
}

/** With fewer requests there is no verdict. */
const FEWEST_REQUESTS = 100;

/**
 * Whether answers are wrong more often than before, in the order in which they were given, and since when.
 * The latest change counts: a rate that has fallen again is no drift. Each request counts once, with the
 * share of its rows that are wrong; numbers are wrong if they are farther off than half of the rows are. The
 * change is where the sequence parts best into two means (D. V. Hinkley, Biometrika 57 (1970), p. 1).
 */
export function conceptDriftOf(
  rows: LabelledRows,
  problem: Problem,
  policy: ConceptDriftPolicy,
): QualityDocument['conceptDrift'] {
  const { errors, times } = errorsOfRequests(rows, problem, policy.threshold);
  if (errors.length < FEWEST_REQUESTS) return undefined;
  const create = () => detectorOf(policy);
  let detector = create();
  let [before, change] = [0, 0];
  for (let i = 0; i < errors.length; i++) {
    if (!detector.add(errors[i] as number)) continue;
    const split = bestSplit(errors, change, i + 1);
    if (split === undefined) continue;
    before = change;
    change = split;
    detector = create();
    for (let j = split; j <= i; j++) detector.add(errors[j] as number);
  }
  const found = { detector: policy.detector, requests: errors.length };
  if (change === 0) return { ...found, hasDrifted: false };
  const rates = { before: meanOf(errors, before, change), after: meanOf(errors, change, errors.length) };
  if (rates.after <= rates.before) return { ...found, hasDrifted: false };
  return { ...found, hasDrifted: true, ...rates, since: new Date(times[change] as number).toISOString() };
}

function detectorOf({ detector, alpha }: ConceptDriftPolicy): ChangeDetector {
  switch (detector) {
    case 'adwin':
      return new Adwin(alpha);
    case 'ddm':
      return new DriftDetectionMethod();
    case 'pageHinkley':
      return new PageHinkley();
  }
}

/** Of each request, in their order: the share of its rows that are wrong, and when it was answered. */
function errorsOfRequests(rows: LabelledRows, problem: Problem, threshold?: number) {
  const { labels, times = new Float64Array(0) } = rows;
  const isWrong = wrongIn(rows, problem, threshold);
  const errors: number[] = [];
  const timesOfRequests: number[] = [];
  for (let row = 0; row < Math.min(labels.length, times.length); ) {
    const request = rows.requests?.[row];
    let [count, wrong] = [0, 0];
    const time = times[row] as number;
    do {
      count++;
      wrong += Number(isWrong(row));
      row++;
    } while (row < labels.length && request !== undefined && rows.requests?.[row] === request);
    errors.push(wrong / count);
    timesOfRequests.push(time);
  }
  return { errors, times: timesOfRequests };
}

function wrongIn(
  { labels, predictions }: LabelledRows,
  problem: Problem,
  threshold = 0.5,
): (row: number) => boolean {
  switch (problem.type) {
    case 'binary':
      return (row) => (predictions[row] as number) >= threshold !== (labels[row] === 1);
    case 'multiClass':
      return (row) => predictions[row] !== labels[row];
    case 'regression': {
      const distances = labels.map((label, row) => Math.abs(label - (predictions[row] as number)));
      const middle = distances.toSorted()[Math.floor(distances.length / 2)] as number;
      return (row) => (distances[row] as number) > middle;
    }
  }
}

/** Where the means of both parts differ most, for their sizes; undefined if all values are equal. */
function bestSplit(values: readonly number[], start: number, end: number): number | undefined {
  const count = end - start;
  const mean = meanOf(values, start, end);
  let [sum, most] = [0, 0];
  let best: number | undefined;
  for (let i = 1; i < count; i++) {
    sum += (values[start + i - 1] as number) - mean;
    const distance = sum ** 2 / (i * (count - i));
    if (distance <= most) continue;
    most = distance;
    best = start + i;
  }
  return best;
}

function meanOf(values: readonly number[], start: number, end: number): number {
  let sum = 0;
  for (let i = start; i < end; i++) sum += values[i] as number;
  return sum / (end - start);
}
