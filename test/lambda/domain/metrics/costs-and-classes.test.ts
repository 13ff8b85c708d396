import { accuracy } from '../../../../lambda/domain/metrics/accuracy';
import { brier } from '../../../../lambda/domain/metrics/brier';
import { cost } from '../../../../lambda/domain/metrics/cost';
import { costColumns } from '../../../../lambda/domain/metrics/cost-columns';
import { errorOf } from '../../../../lambda/domain/metrics/influence';
import { macroF1 } from '../../../../lambda/domain/metrics/macro-f1';
import type { Metric, PairedSample } from '../../../../lambda/domain/metrics/metric';
import { multiClassAccuracy } from '../../../../lambda/domain/metrics/multi-class-accuracy';
import { multiClassLogLoss } from '../../../../lambda/domain/metrics/multi-class-log-loss';
import { certainly } from '../../../../lambda/domain/metrics/several-classes';
import reference from '../../../reference/problems.json';
import { expectRelative } from '../statistics/relative';

const { alpha, severalClasses, twoClasses } = reference;

interface Data {
  readonly name: string;
  readonly labels: number[];
  readonly champion: number[];
  readonly challenger: number[];
  readonly weights: number[];
  readonly groups: number[];
  readonly costs: number[];
  readonly values: object;
  readonly leads: object;
}

const answers = (count: number) => Array.from({ length: count }, (_, i) => `if ${i}`);
const CASES = [
  ...severalClasses.flatMap((data) =>
    [
      multiClassLogLoss(data.classes),
      macroF1(data.classes),
      multiClassAccuracy(data.classes),
      costColumns({ columns: answers(data.classes) }),
    ].map((metric) => ({ metric, data: data as Data, title: metric.title, name: data.name })),
  ),
  ...twoClasses.flatMap((data) =>
    [
      cost({ ...data.matrix, threshold: data.threshold }),
      costColumns({ columns: answers(2), threshold: data.threshold }),
    ].map((metric) => ({ metric, data: data as Data, title: metric.title, name: data.name })),
  ),
];

const sampleOf = ({ labels, champion, challenger, costs }: Data): PairedSample => ({
  labels: Float64Array.from(labels),
  champion: Float64Array.from(champion),
  challenger: Float64Array.from(challenger),
  costs: Float64Array.from(costs),
});

test.each(CASES)(
  '$title of two models agrees with scikit-learn, with weights too: $name',
  ({ metric, data }) => {
    const values = data.values as Record<string, Record<'champion' | 'challenger' | 'weighted', number>>;
    const expected = values[metric.name] as (typeof values)[string];
    const { champion, challenger } = metric.compare(sampleOf(data));
    expectRelative(champion, expected.champion, 1e-11);
    expectRelative(challenger, expected.challenger, 1e-11);
    const { labels, weights, costs } = data;
    expectRelative(metric.value(labels, data.challenger, weights, costs), expected.weighted, 1e-11);
  },
);

test.each(CASES.filter(({ metric }) => metric.name !== 'macroF1'))(
  "lead in $title agrees with scipy's paired t test, and statsmodels with weights or groups: $name",
  ({ metric, data }) => {
    const leads = data.leads as Record<string, (typeof twoClasses)[0]['leads']['cost']>;
    const expected = leads[metric.name] as (typeof twoClasses)[0]['leads']['cost'];
    const sample = sampleOf(data);
    const plain = metric.compare(sample);
    expectRelative(plain.lead, expected.lead, 1e-9);
    expectRelative(plain.pValue(0), expected.pValue, 1e-9);
    plain.interval(alpha).forEach((end, i) => {
      expectRelative(end, expected.interval[i] as number, 1e-9);
    });
    const weighted = metric.compare({ ...sample, weights: Float64Array.from(data.weights) });
    expectRelative(weighted.lead, expected.weighted.lead, 1e-9);
    expectRelative(weighted.standardError, expected.weighted.standardError, 1e-9);
    const grouped = metric.compare({ ...sample, groups: Uint32Array.from(data.groups) });
    expectRelative(grouped.standardError, expected.grouped.standardError, 1e-9);
  },
);

test.each(severalClasses)(
  "error of the lead in macro F1 agrees with derivatives of scikit-learn's function: $name",
  ({ macroF1: expected, ...data }) => {
    const sample = sampleOf(data);
    for (const [given, { lead, standardError }] of [
      [sample, expected.plain],
      [{ ...sample, weights: Float64Array.from(data.weights) }, expected.weighted],
    ] as const) {
      const comparison = macroF1(data.classes).compare(given);
      expectRelative(comparison.lead, lead, 1e-9);
      // As near as differences of nearby values come to a derivative.
      expectRelative(comparison.standardError, standardError, 1e-6);
    }
  },
);

test.each(twoClasses)(
  "the gap between two parts of the rows has the error of scipy's test by Welch: $name",
  ({ labels, challenger, sides, gaps }) => {
    const errorOn = (metric: Metric, side: number) => {
      const rows = [...sides.keys()].filter((row) => sides[row] === side);
      const pick = (column: readonly number[]) => rows.map((row) => column[row] as number);
      const { value, influence } = metric.measure(pick(labels), pick(challenger));
      return { value, ...errorOf(influence) };
    };
    for (const [metric, expected] of [
      [brier, gaps.brier],
      [accuracy(), gaps.accuracy],
    ] as const) {
      const [one, other] = [errorOn(metric, 0), errorOn(metric, 1)];
      expectRelative(one.value - other.value, expected.gap, 1e-9);
      expectRelative(Math.hypot(one.standardError, other.standardError), expected.standardError, 1e-9);
    }
  },
);

test.each(CASES)('no constant has a better $title than the best one: $name', ({ metric, data }) => {
  const { labels, costs } = data;
  const of = (row: number | readonly number[]) => {
    const scores = labels.flatMap(() => row);
    return metric.value(labels, scores, undefined, costs);
  };
  const best = of(metric.bestConstant(labels, undefined, costs));
  const classes = metric.classes ?? 1;
  const others =
    classes === 1 ? [0, 1] : Array.from({ length: classes }, (_, one) => certainly(one, classes));
  for (const other of others) {
    expect(metric.higherIsBetter ? of(other) - best : best - of(other)).toBeLessThanOrEqual(1e-12);
  }
});

test.each<[string, Metric, number[], number[], number[] | undefined, string]>([
  [
    'a fourth class',
    multiClassLogLoss(3),
    [3],
    [0.2, 0.3, 0.5],
    undefined,
    'label 3 in row 0 is not a whole',
  ],
  ['half a class', macroF1(3), [0.5], [0.2, 0.3, 0.5], undefined, 'label 0.5 in row 0 is not a whole'],
  ['scores of fewer classes', multiClassAccuracy(3), [1], [0.2, 0.8], undefined, 'a label and 3 scores'],
  [
    'no probabilities',
    multiClassLogLoss(3),
    [1],
    [0, 2, -1],
    undefined,
    'score 2 in row 0 is not a probability',
  ],
  [
    'rows without costs',
    costColumns({ columns: ['a', 'b'] }),
    [1],
    [0.5],
    [3],
    '1 costs for 1 rows: each needs 2',
  ],
])('refuses %s', (_, metric, labels, scores, costs, message) => {
  expect(() => metric.value(labels, scores, undefined, costs)).toThrow(message);
});
