import { Random } from '../../../../bench/random';
import type { LabelledRows } from '../../../../lambda/domain/quality/labelled-rows';
import { qualityFigures } from '../../../../lambda/domain/quality/quality-figures';

const BINARY = { type: 'binary' } as const;
const REGRESSION = { type: 'regression' } as const;
/** The metric of the alarm, which changes nothing here. */
const AUC = { name: 'auc' } as const;

const rowsOf = (pairs: readonly (readonly [label: number, prediction: number])[]): LabelledRows => ({
  labels: Float64Array.from(pairs, ([label]) => label),
  predictions: Float64Array.from(pairs, ([, prediction]) => prediction),
});
const valuesOf = (rows: LabelledRows, problem: Parameters<typeof qualityFigures>[1]) =>
  Object.fromEntries(qualityFigures(rows, problem, AUC).map(({ metric, value }) => [metric, value]));

test('two classes have the figures of a classifier and of its probabilities', () => {
  const rows = rowsOf([
    [1, 0.9],
    [1, 0.7],
    [1, 0.4],
    [0, 0.6],
    [0, 0.2],
  ]);
  // By hand; scikit-learn 1.7.2 gives the same (average_precision_score for averagePrecision).
  expect(valuesOf(rows, BINARY)).toEqual({
    auc: expect.closeTo(5 / 6, 12),
    averagePrecision: expect.closeTo((1 + 1 + 3 / 4) / 3, 12),
    accuracy: 3 / 5,
    precision: 2 / 3,
    recall: 2 / 3,
    f1: 2 / 3,
    logLoss: expect.closeTo(-Math.log(0.9 * 0.7 * 0.4 * 0.4 * 0.8) / 5, 12),
    brier: expect.closeTo((0.01 + 0.09 + 0.36 + 0.36 + 0.04) / 5, 12),
    // A bin for each row.
    calibrationError: expect.closeTo((0.1 + 0.3 + 0.6 + 0.6 + 0.2) / 5, 12),
  });
});

test('there are those that the rows allow', () => {
  const scores = rowsOf([
    [1, 3],
    [1, -2],
  ]);
  expect(Object.keys(valuesOf(scores, BINARY))).toEqual(['accuracy', 'precision', 'recall', 'f1']);
  expect(valuesOf(rowsOf([[3, 5], ...Array<[number, number]>(3).fill([1, 1])]), REGRESSION)).toEqual({
    mae: 0.5,
    rmse: 1,
  });
  const classes = { type: 'multiClass', classes: 3 } as const;
  expect(Object.keys(valuesOf(rowsOf([[2, 2]]), classes))).toEqual(['accuracy', 'macroF1']);
  expect(qualityFigures(rowsOf([]), BINARY, AUC)).toEqual([]);
});

test('the interval of a mean is that of Student', () => {
  const rows = rowsOf([1, 2, 4, 5].map((error) => [0, error]));
  const [mae] = qualityFigures(rows, REGRESSION, AUC);
  // scipy.stats.t.interval(.95, 3, loc=3, scale=scipy.stats.sem([1, 2, 4, 5])) is (.0949, 5.9051).
  expect(mae?.interval?.[0]).toBeCloseTo(0.0949, 3);
  expect(mae?.interval?.[1]).toBeCloseTo(5.9051, 3);
});

test('rows of one request count as one', () => {
  const errors = [1, 1, 1, 5, 5, 5, 3, 3, 3];
  const each = rowsOf(errors.map((error) => [0, error]));
  const byRequest = { ...each, requests: Uint32Array.from([0, 0, 0, 1, 1, 1, 2, 2, 2]) };
  const widthOf = (rows: LabelledRows) => {
    const [low = 0, high = 0] = qualityFigures(rows, REGRESSION, AUC)[0]?.interval ?? [];
    return high - low;
  };
  // Three numbers say less than nine.
  expect(widthOf(byRequest)).toBeGreaterThan(2 * widthOf(each));
});

test('hours are the units of an interval if there are ten, as they are for the alarm', () => {
  // Each hour has the same error in all of its three requests.
  const errors = Array.from({ length: 12 }, (_, hour) => Array<number>(3).fill(1 + (hour % 4))).flat();
  const rows = {
    ...rowsOf(errors.map((error) => [0, error])),
    requests: Uint32Array.from(errors.keys()),
    hours: Uint32Array.from(errors.keys(), (row) => Math.floor(row / 3)),
  };
  // scipy.stats.t.interval(.95, 11, loc=2.5, scale=scipy.stats.sem([1, 2, 3, 4] * 3)) is (1.7581, 3.2419).
  const [low, high] = qualityFigures(rows, REGRESSION, AUC)[0]?.interval ?? [];
  expect(low).toBeCloseTo(1.7581, 3);
  expect(high).toBeCloseTo(3.2419, 3);
});

test("the alarm's metric is among them, and its threshold is that of all", () => {
  const rows = rowsOf([
    [1, 0.3],
    [1, 0.1],
    [0, 0.4],
    [0, 0.1],
  ]);
  const of = (watched: Parameters<typeof qualityFigures>[2]) =>
    Object.fromEntries(qualityFigures(rows, BINARY, watched).map(({ metric, value }) => [metric, value]));
  expect(of({ name: 'recall', threshold: 0.2 })).toMatchObject({
    recall: 0.5,
    precision: 0.5,
    accuracy: 0.5,
  });
  expect(of({ name: 'recall' })).toMatchObject({ recall: 0, accuracy: 0.5 });
  // One row of class 0 is taken for class 1, and one of class 1 for class 0.
  expect(of({ name: 'cost', falsePositive: 1, falseNegative: 9, threshold: 0.2 })).toMatchObject({
    cost: 2.5,
  });
  const numbers = rowsOf([
    [3, 1],
    [3, 4],
  ]);
  const [first] = qualityFigures(numbers, REGRESSION, { name: 'quantileLoss', quantile: 0.9 });
  // (.9 * 2 + .1 * 1) / 2
  expect(first).toMatchObject({ metric: 'quantileLoss', value: expect.closeTo(0.95, 12) });
});

test('one row has no interval', () => {
  expect(qualityFigures(rowsOf([[2, 3]]), REGRESSION, AUC)).toEqual([
    { metric: 'mae', value: 1 },
    { metric: 'rmse', value: 1 },
  ]);
});

test('19 of 20 intervals hold the true value', () => {
  const draw = (random: Random, count: number): LabelledRows =>
    rowsOf(
      Array.from({ length: count }, () => {
        const score = random.uniform();
        return [Number(random.uniform() < score), score];
      }),
    );
  const random = new Random(20261130);
  const truth = valuesOf(draw(random, 50_000), BINARY);
  const samples = Array.from({ length: 400 }, () => qualityFigures(draw(random, 300), BINARY, AUC));
  for (const metric of [
    'auc',
    'averagePrecision',
    'accuracy',
    'precision',
    'recall',
    'f1',
    'logLoss',
    'brier',
  ]) {
    const held = samples.filter((figures) => {
      const [low = 1, high = 0] = figures.find((one) => one.metric === metric)?.interval ?? [];
      return low <= (truth[metric] as number) && (truth[metric] as number) <= high;
    });
    // Three standard deviations of a share of .95 of 400 are .033.
    expect([metric, held.length / samples.length]).toEqual([metric, expect.closeTo(0.95, 1)]);
    expect(held.length / samples.length).toBeGreaterThan(0.95 - 0.035);
  }
});
