import type { Problem } from '../../../contracts/problem';
import { type GroupGap, gapsOf, measuredGroup } from '../gate/group-gaps';
import type { Measurement } from '../metrics/metric';
import { metricBySettings } from '../metrics/metric-by-settings';
import { recall } from '../metrics/recall';
import { measureSelectionRate } from '../metrics/selection-rate';
import { metricsOfRows } from './labelled-metrics';
import { type LabelledRows, scoresOf } from './labelled-rows';
import type { QualityDocument } from './quality-document';
import type { QualityPolicy } from './quality-test';
import { type RowSlice, rowSlices, rowsAt } from './row-slices';
import { unitsOf } from './units';

type Fairness = NonNullable<QualityDocument['fairness']>[number];
type Gap = Fairness['gaps'][number];

/** A measure in a group rests on as many rows at least. */
const FEWEST_OF_A_GROUP = 30;
/** Either end of an interval is beyond the true gap with this probability. */
const ALPHA = 0.025;

/**
 * How far the groups of a column are apart: in the share of rows that are taken for class 1 (its difference
 * is demographic parity: C. Dwork et al., ITCS 2012, p. 214), in the share of the rows of class 1 that are
 * (equal opportunity: M. Hardt, E. Price and N. Srebro, NIPS 2016, p. 3315), and in the metric of the alarm.
 * A gap is that of the highest and the lowest group; since chance helps to choose these two, its interval has
 * alpha divided by the number of pairs (Bonferroni).
 *
 * @param place of the column among the values of each row
 */
export function fairnessOf(
  rows: LabelledRows,
  column: string,
  place: number,
  { metric }: Pick<QualityPolicy, 'metric'>,
  problem: Problem,
): Fairness {
  const groups = rowSlices(rows, column, place, FEWEST_OF_A_GROUP);
  const { threshold } = metricBySettings(metric);
  const measures: [string, (rows: LabelledRows) => Measured | undefined][] = [
    [
      metric.name,
      (some) => {
        const own = metricsOfRows(some, problem, metric).find(({ name }) => name === metric.name);
        return own && { rows: some, ...own.measure(some.labels, scoresOf(some, problem), some.weights) };
      },
    ],
  ];
  if (problem.type === 'binary') {
    measures.unshift(
      [
        'selectionRate',
        (some) => ({
          rows: some,
          ...measureSelectionRate(some.labels, some.predictions, some.weights, threshold),
        }),
      ],
      [
        'truePositiveRate',
        (some) => {
          const ones = rowsAt(some, placesOfOnes(some));
          if (ones.labels.length < FEWEST_OF_A_GROUP) return undefined;
          return { rows: ones, ...recall(threshold).measure(ones.labels, ones.predictions, ones.weights) };
        },
      ],
    );
  }
  return {
    column,
    gaps: measures.flatMap(([measure, of]) => gapIn(groups, measure, of) ?? []),
  };
}

/** A measurement, and the rows that it rests on. */
type Measured = Measurement & { readonly rows: LabelledRows };

/** Undefined if there are no two groups to compare. */
function gapIn(
  groups: readonly RowSlice[],
  measure: string,
  of: (rows: LabelledRows) => Measured | undefined,
): Gap | undefined {
  const hours = commonHours(groups);
  const measured = groups.flatMap(({ name, rows }) => {
    const found = of(rows);
    if (!found) return [];
    const units = hours ? found.rows.hours : found.rows.requests;
    return [{ ...measuredGroup(name, found, units), rows: found.rows.labels.length }];
  });
  const gaps = gapsOf(measured.filter(({ degreesOfFreedom }) => degreesOfFreedom >= 1));
  const widest = gaps.reduce<GroupGap | undefined>(
    (most, gap) => (most && most.gap >= gap.gap ? most : gap),
    undefined,
  );
  if (!widest) return undefined;
  const [least, most] = widest.interval(ALPHA / gaps.length);
  return {
    measure,
    gap: widest.gap,
    interval: [Math.max(0, least), most],
    high: widest.high.name,
    low: widest.low.name,
    groups: measured.map(({ name, rows, value }) => ({ name, rows, value })),
  };
}

/** Whether hours are the units of all groups, so that two groups may share some. */
function commonHours(groups: readonly RowSlice[]): boolean {
  return groups.every(({ rows }) => rows.hours !== undefined && unitsOf(rows, false) === rows.hours);
}

function placesOfOnes({ labels }: LabelledRows): number[] {
  return [...labels.keys()].filter((row) => labels[row] === 1);
}
