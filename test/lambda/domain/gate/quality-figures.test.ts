import { Random } from '../../../../bench/random';
import type { LabelledRows } from '../../../../lambda/domain/gate/labelled-rows';
import { qualityFigures } from '../../../../lambda/domain/gate/quality-figures';

const BINARY = { type: 'binary' } as const;
const REGRESSION = { type: 'regression' } as const;

const rowsOf = (pairs: readonly (readonly [label: number, prediction: number])[]): LabelledRows => ({
  labels: Float64Array.from(pairs, ([label]) => label),
  predictions: Float64Array.from(pairs, ([, prediction]) => prediction),
});
const valuesOf = (rows: LabelledRows, problem: Parameters<typeof qualityFigures>[1]) =>
  Object.fromEntries(qualityFigures(rows, problem).map(({ metric, value }) => [metric, value]));

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
  expect(qualityFigures(rowsOf([]), BINARY)).toEqual([]);
});

test('the interval of a mean is that of Student', () => {
  const rows = rowsOf([1, 2, 4, 5].map((error) => [0, error]));
  const [mae] = qualityFigures(rows, REGRESSION);
  // scipy.stats.t.interval(.95, 3, loc=3, scale=scipy.stats.sem([1, 2, 4, 5])) is (.0949, 5.9051).
  expect(mae?.interval?.[0]).toBeCloseTo(0.0949, 3);
  expect(mae?.interval?.[1]).toBeCloseTo(5.9051, 3);
});

test('rows of one request count as one', () => {
  const errors = [1, 1, 1, 5, 5, 5, 3, 3, 3];
  const each = rowsOf(errors.map((error) => [0, error]));
  const byRequest = { ...each, requests: Uint32Array.from([0, 0, 0, 1, 1, 1, 2, 2, 2]) };
  const widthOf = (rows: LabelledRows) => {
    const [low = 0, high = 0] = qualityFigures(rows, REGRESSION)[0]?.interval ?? [];
    return high - low;
  };
  // Three numbers say less than nine.
  expect(widthOf(byRequest)).toBeGreaterThan(2 * widthOf(each));
});

test('one row has no interval', () => {
  expect(qualityFigures(rowsOf([[2, 3]]), REGRESSION)).toEqual([
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
  const samples = Array.from({ length: 400 }, () => qualityFigures(draw(random, 300), BINARY));
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
