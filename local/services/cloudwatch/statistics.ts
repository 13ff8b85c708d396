import { AwsError, NotImplementedError } from '../../gateway/aws-error';

/** What is kept of the values of one stretch of time. */
export interface Aggregate {
  count: number;
  sum: number;
  minimum: number;
  maximum: number;
  /** How often each value came; undefined once a statistic set without single values came in. */
  values: Map<number, number> | undefined;
}

const MOST_DISTINCT_VALUES = 500;
const DIGITS_WHEN_MANY = 3;

export function newAggregate(): Aggregate {
  return {
    count: 0,
    sum: 0,
    minimum: Number.POSITIVE_INFINITY,
    maximum: Number.NEGATIVE_INFINITY,
    values: new Map(),
  };
}

/** Adds a value that came `count` times. */
export function addValue(aggregate: Aggregate, value: number, count: number): void {
  aggregate.count += count;
  aggregate.sum += value * count;
  aggregate.minimum = Math.min(aggregate.minimum, value);
  aggregate.maximum = Math.max(aggregate.maximum, value);
  countValue(aggregate, value, count);
}

export function merge(into: Aggregate, other: Aggregate): void {
  into.count += other.count;
  into.sum += other.sum;
  into.minimum = Math.min(into.minimum, other.minimum);
  into.maximum = Math.max(into.maximum, other.maximum);
  if (!other.values) into.values = undefined;
  for (const [value, count] of other.values ?? []) countValue(into, value, count);
}

/**
 * Many distinct values are kept to three digits: percentiles are then within 0.5 %, and memory stays bounded.
 */
function countValue(aggregate: Aggregate, value: number, count: number): void {
  const { values } = aggregate;
  if (!values) return;
  const kept = values.size < MOST_DISTINCT_VALUES ? value : Number(value.toPrecision(DIGITS_WHEN_MANY));
  values.set(kept, (values.get(kept) ?? 0) + count);
}

/** The value of a statistic of CloudWatch; undefined where there is none. */
export type Statistic = (aggregate: Aggregate) => number | undefined;

const SIMPLE: Readonly<Record<string, Statistic>> = {
  SampleCount: ({ count }) => count,
  Sum: ({ sum }) => sum,
  Average: ({ sum, count }) => sum / count,
  Minimum: ({ minimum }) => minimum,
  Maximum: ({ maximum }) => maximum,
};

/**
 * Reads `Sum`, `Average`, `Minimum`, `Maximum`, `SampleCount`, a percentile like `p99.9`, or a trimmed count
 * between values like `TC(150:1000)`.
 *
 * @throws AwsError InvalidParameterValueException; NotImplementedByLocalCloud for trimmed means and the like
 */
export function parseStatistic(name: string): Statistic {
  const simple = SIMPLE[name];
  if (simple) return simple;
  const percent = percentOf(name);
  if (percent !== undefined) return (aggregate) => percentile(aggregate, percent);
  const bounds = trimmedCountOf(name);
  if (bounds) return (aggregate) => trimmedCount(aggregate, bounds);
  if (/^(tm|tc|ts|wm|iqm|pr)[\d.(%:]*/i.test(name)) throw new NotImplementedError(`the statistic ${name}`);
  throw new AwsError(
    'InvalidParameterValueException',
    `The value ${name} for parameter Statistic is not supported.`,
  );
}

/** 99.9 of `p99.9`; undefined for other statistics. */
export function percentOf(name: string): number | undefined {
  const [, digits] = /^p(\d{1,3}(?:\.\d{0,10})?)$/.exec(name) ?? [];
  return digits !== undefined && Number(digits) <= 100 ? Number(digits) : undefined;
}

/** By nearest rank. */
function percentile({ values, count, minimum, maximum }: Aggregate, percent: number): number | undefined {
  if (minimum === maximum) return minimum;
  if (!values) return undefined;
  let rank = 0;
  for (const [value, occurrences] of [...values].sort(([a], [b]) => a - b)) {
    rank += occurrences;
    if (rank >= (percent / 100) * count) return Math.min(Math.max(value, minimum), maximum);
  }
  return maximum;
}

interface Bounds {
  readonly above: number;
  readonly upTo: number;
}

/** The bounds of `TC(150:1000)`, of which one may be missing; undefined for other statistics. */
function trimmedCountOf(name: string): Bounds | undefined {
  const [, above, upTo] = /^TC\((\d+(?:\.\d+)?)?:(\d+(?:\.\d+)?)?\)$/.exec(name) ?? [];
  if (above === undefined && upTo === undefined) return undefined;
  return { above: Number(above ?? Number.NEGATIVE_INFINITY), upTo: Number(upTo ?? Number.POSITIVE_INFINITY) };
}

function trimmedCount({ values, count, minimum, maximum }: Aggregate, bounds: Bounds): number | undefined {
  const isIn = (value: number) => value > bounds.above && value <= bounds.upTo;
  if (minimum === maximum) return isIn(minimum) ? count : 0;
  if (!values) return undefined;
  return [...values].reduce((sum, [value, occurrences]) => sum + (isIn(value) ? occurrences : 0), 0);
}
