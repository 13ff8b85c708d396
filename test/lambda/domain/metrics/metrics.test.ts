import { accuracy } from '../../../../lambda/domain/metrics/accuracy';
import { auc } from '../../../../lambda/domain/metrics/auc';
import { averagePrecision } from '../../../../lambda/domain/metrics/average-precision';
import { brier } from '../../../../lambda/domain/metrics/brier';
import { calibrationError, calibrationNoise } from '../../../../lambda/domain/metrics/calibration-error';
import { f1 } from '../../../../lambda/domain/metrics/f1';
import { logLoss } from '../../../../lambda/domain/metrics/log-loss';
import { mae } from '../../../../lambda/domain/metrics/mae';
import type { Metric, PairedSample } from '../../../../lambda/domain/metrics/metric';
import { quantileLoss } from '../../../../lambda/domain/metrics/quantile-loss';
import { rmse } from '../../../../lambda/domain/metrics/rmse';
import pairs from '../../../reference/gate.json';
import reference from '../../../reference/metrics.json';
import { expectRelative } from '../statistics/relative';

const { threshold, alpha } = pairs;
const CLASSIFICATION = [auc, averagePrecision, logLoss, brier, accuracy(threshold), f1(threshold)];
const REGRESSION = [mae, rmse, quantileLoss(0.9)];

interface Data {
  readonly name: string;
  readonly labels: number[];
  readonly champion: number[];
  readonly challenger: number[];
  readonly weights: number[];
  readonly groups: number[];
}

const both = (metrics: readonly Metric[], data: readonly Data[]) =>
  data.flatMap((one) =>
    metrics.map((metric) => ({ metric, data: one, title: metric.title, name: one.name })),
  );

const sampleOf = ({ labels, champion, challenger }: Data): PairedSample => ({
  labels: Float64Array.from(labels),
  champion: Float64Array.from(champion),
  challenger: Float64Array.from(challenger),
});
const weightsOf = ({ weights }: Data) => ({ weights: Float64Array.from(weights) });
const groupsOf = ({ groups }: Data) => ({ groups: Uint32Array.from(groups) });

test.each(reference.classification)('agrees with scikit-learn: $name', ({ labels, scores, ...expected }) => {
  expect(auc.value(labels, scores)).toBeCloseTo(expected.auc, 12);
  expect(logLoss.value(labels, scores)).toBeCloseTo(expected.logLoss, 12);
  expect(brier.value(labels, scores)).toBeCloseTo(expected.brier, 12);
  expect(accuracy().value(labels, scores)).toBeCloseTo(expected.accuracy, 12);
});

test.each(reference.regression)('agrees with scikit-learn: $name', ({ labels, predictions, ...expected }) => {
  expect(rmse.value(labels, predictions)).toBeCloseTo(expected.rmse, 10);
  expect(mae.value(labels, predictions)).toBeCloseTo(expected.mae, 10);
});

test.each([...both(CLASSIFICATION, pairs.classification), ...both(REGRESSION, pairs.regression)])(
  '$title of two models agrees with scikit-learn, with weights too: $name',
  ({ metric, data }) => {
    const { values } = data as unknown as { values: Record<string, Record<string, number>> };
    const expected = values[metric.name] as Record<'champion' | 'challenger' | 'weighted', number>;
    const { champion, challenger } = metric.compare(sampleOf(data));
    expectRelative(champion, expected.champion, 1e-11);
    expectRelative(challenger, expected.challenger, 1e-11);
    expectRelative(metric.value(data.labels, data.challenger, data.weights), expected.weighted, 1e-11);
  },
);

test.each([
  ...both([logLoss, brier], pairs.classification),
  ...both([mae, quantileLoss(0.9)], pairs.regression),
])(
  "lead in $title agrees with scipy's paired t test, and statsmodels with weights or groups: $name",
  ({ metric, data }) => {
    const { leads } = data as unknown as {
      leads: Record<string, (typeof pairs.regression)[0]['leads']['mae']>;
    };
    const expected = leads[metric.name] as (typeof pairs.regression)[0]['leads']['mae'];
    const sample = sampleOf(data);
    const plain = metric.compare(sample);
    expectRelative(plain.lead, expected.lead, 1e-9);
    expectRelative(plain.pValue(0), expected.pValue, 1e-9);
    if (metric.labels === 'classes') {
      plain.interval(alpha).forEach((end, i) => {
        expectRelative(end, expected.interval[i] as number, 1e-9);
      });
    }
    const weighted = metric.compare({ ...sample, ...weightsOf(data) });
    expectRelative(weighted.lead, expected.weighted.lead, 1e-9);
    expectRelative(weighted.standardError, expected.weighted.standardError, 1e-9);
    const grouped = metric.compare({ ...sample, ...groupsOf(data) });
    expectRelative(grouped.standardError, expected.grouped.standardError, 1e-9);
    expectRelative(grouped.pValue(0), expected.grouped.pValue, 1e-9);
  },
);

test.each([
  ...both([averagePrecision, f1(threshold)], pairs.classification),
  ...both([rmse], pairs.regression),
])(
  "error of the lead in $title agrees with derivatives of scikit-learn's function: $name",
  ({ metric, data }) => {
    interface Estimate {
      readonly lead: number;
      readonly standardError: number;
    }
    const { derivatives } = data as unknown as {
      derivatives: Record<string, Record<'plain' | 'weighted', Estimate>>;
    };
    const { plain, weighted } = derivatives[metric.name] as Record<'plain' | 'weighted', Estimate>;
    const sample = sampleOf(data);
    for (const [comparison, expected] of [
      [metric.compare(sample), plain],
      [metric.compare({ ...sample, ...weightsOf(data) }), weighted],
    ] as const) {
      expectRelative(comparison.lead, expected.lead, 1e-9);
      // As near as differences of nearby values come to a derivative.
      expectRelative(comparison.standardError, expected.standardError, 1e-6);
    }
  },
);

test.each(pairs.classification)(
  'grouped AUCs agree with the definition of Obuchowski: $name',
  ({ obuchowski, ...data }) => {
    const grouped = auc.compare({ ...sampleOf(data), ...groupsOf(data) });
    expectRelative(grouped.standardError, obuchowski, 1e-10);
  },
);

test.each(pairs.regression)(
  "the interval of regression is as wide as scipy's BCa: $name",
  ({ bca, ...data }) => {
    const interval = mae.compare(sampleOf(data)).interval(alpha);
    interval.forEach((end, i) => {
      // The ends of 2,000 resamples differ from those of 100,000 by chance: about .05 of the standard error.
      expect(Math.abs(end - (bca.ofManyResamples[i] as number))).toBeLessThan(0.2 * bca.spread);
    });
    expect(mae.compare(sampleOf(data)).interval(alpha)).toEqual(interval);
  },
);

test.each(pairs.classification)('calibration error is as numpy computes it: $name', (data) => {
  expect(calibrationError.value(data.labels, data.challenger)).toBeCloseTo(data.calibrationError, 12);
});

test('probabilities that are right show as much calibration error as chance gives', () => {
  // Of p = 1/2 in one bin: the mean distance of a share of n coins from 1/2 is 1 / sqrt(2 pi n).
  const n = 400;
  expect(calibrationNoise(Array(n).fill(0.5))).toBeCloseTo(1 / Math.sqrt(2 * Math.PI * n), 12);
});

test.each(both([...CLASSIFICATION, calibrationError], pairs.classification))(
  'a row of weight 2 counts in $title like two rows: $name',
  ({ metric, data }) => {
    const twice = [...data.labels.keys()].filter((i) => i % 3 === 0);
    const weights = data.labels.map((_, i) => (i % 3 === 0 ? 2 : 1));
    const repeated = (column: number[]) => [...column, ...twice.map((i) => column[i] as number)];
    // Bins of as many rows each are others with more rows.
    const digits = metric === calibrationError ? 1 : 12;
    expect(metric.value(data.labels, data.challenger, weights)).toBeCloseTo(
      metric.value(repeated(data.labels), repeated(data.challenger)),
      digits,
    );
  },
);

test.each([
  ...both([...CLASSIFICATION, calibrationError], pairs.classification),
  ...both(REGRESSION, pairs.regression),
])('exchanging the models changes the sign of the lead in $title: $name', ({ metric, data }) => {
  const sample = sampleOf(data);
  const there = metric.compare(sample);
  const back = metric.compare({ ...sample, champion: sample.challenger, challenger: sample.champion });
  expect(back.lead).toBeCloseTo(-there.lead, 12);
  expect(back.standardError).toBeCloseTo(there.standardError, 12);
});

test.each([
  ...both([...CLASSIFICATION, calibrationError], pairs.classification.slice(0, 1)),
  ...both(REGRESSION, pairs.regression.slice(0, 1)),
])('groups of one row each change nothing of the error of $title', ({ metric, data }) => {
  const sample = sampleOf(data);
  const alone = { ...sample, groups: Uint32Array.from(data.labels, (_, i) => i) };
  expectRelative(metric.compare(alone).lead, metric.compare(sample).lead, 1e-12);
  // McNemar's test has another one.
  if (metric.name !== 'accuracy') {
    expectRelative(metric.compare(alone).standardError, metric.compare(sample).standardError, 1e-12);
  }
});

test.each([
  ...both([logLoss, brier, accuracy(), f1()], pairs.classification),
  ...both(REGRESSION, pairs.regression),
])('no constant has a better $title than the best one: $name', ({ metric, data: { labels } }) => {
  const of = (score: number) => metric.value(labels, Array(labels.length).fill(score));
  const best = of(metric.bestConstant(labels) as number);
  const others = metric.labels === 'classes' ? [0, 0.1, 0.3, 0.5, 0.7, 1] : labels.slice(0, 50);
  for (const other of others) {
    const lead = metric.higherIsBetter ? of(other) - best : best - of(other);
    expect(lead).toBeLessThanOrEqual(1e-12);
  }
});

test('ties count one half in the AUC', () => {
  expect(auc.value([0, 1], [0.5, 0.5])).toBe(0.5);
  expect(auc.value([0, 1, 0, 1], [0.1, 0.5, 0.5, 0.9])).toBe(0.875);
});

test.each([
  ['one class', () => auc.value([1, 1], [0.1, 0.2]), 'there are 0 of class 0 and 2 of class 1'],
  ['a class whose weights are 0', () => auc.value([0, 1], [0.1, 0.2], [1, 0]), 'their weights may be 0'],
  ['no rows', () => brier.value([], []), 'a metric of no rows is undefined'],
  ['columns of different lengths', () => logLoss.value([0, 1], [0.5]), '2 labels and 1 scores'],
  ['weights of another length', () => brier.value([0, 1], [0.5, 0.1], [1]), '2 labels and 1 weights'],
  ['no row of class 1', () => averagePrecision.value([0, 0], [0.1, 0.2]), 'needs rows of class 1'],
  ['a third class', () => accuracy().value([0, 2], [0.1, 0.2]), 'label 2 in row 1 is not 0 or 1'],
  ['a score above 1', () => brier.value([0], [1.5]), 'score 1.5 in row 0 is not a probability'],
  [
    'a score that is not a number',
    () => logLoss.value([0], [Number.NaN]),
    'score NaN in row 0 is not a probability',
  ],
])('refuses %s', (_, metric, message) => {
  expect(metric).toThrow(message);
});
