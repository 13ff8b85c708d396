import { Random } from '../../../../bench/random';
import type { Problem } from '../../../../contracts/problem';
import { metricsOfRows } from '../../../../lambda/domain/quality/labelled-metrics';
import type { LabelledRows } from '../../../../lambda/domain/quality/labelled-rows';
import { compareWithHoldout, type QualityPolicy } from '../../../../lambda/domain/quality/quality-test';

const BINARY = { type: 'binary' } as const;
const REGRESSION = { type: 'regression' } as const;
const POLICY: QualityPolicy = { metric: { name: 'accuracy' }, tolerance: 0, alpha: 0.05, minimumLabels: 100 };
const rowsOf = (pairs: readonly (readonly [label: number, prediction: number])[]): LabelledRows => ({
  labels: Float64Array.from(pairs, ([label]) => label),
  predictions: Float64Array.from(pairs, ([, prediction]) => prediction),
});
const repeat = (count: number, label: number, prediction: number) =>
  Array<readonly [number, number]>(count).fill([label, prediction]);

/** Rows whose requests and hours are known. */
type Sampled = LabelledRows & Required<Pick<LabelledRows, 'requests' | 'hours'>>;

function measuredBy(name: 'auc' | 'accuracy' | 'logLoss', rows: LabelledRows): number {
  const metric = metricsOfRows(rows, BINARY, { name }).find((one) => one.name === name);
  return metric?.value(rows.labels, rows.predictions) as number;
}

describe('production and holdout', () => {
  test('are compared by the test of two means', () => {
    const rows = rowsOf([...repeat(160, 1, 0.9), ...repeat(40, 0, 0.9)]);
    const comparison = compareWithHoldout(
      rows,
      { rows: 800, value: 0.87 },
      { ...POLICY, tolerance: 0.01 },
      BINARY,
    );
    // z = .06 / sqrt(.8 * .2 * (1 / 200 + 1 / 800)) = 1.8974, of which scipy.stats.norm.sf is .028890.
    expect(comparison).toMatchObject({ metric: 'accuracy', production: 0.8, hasFallen: true });
    expect(comparison?.drop).toBeCloseTo(0.07, 12);
    expect(comparison?.pValue).toBeCloseTo(0.02889, 5);
  });

  test('without any error are worse for certain, or not at all', () => {
    const judge = (prediction: number, value: number) =>
      compareWithHoldout(rowsOf(repeat(200, 1, prediction)), { rows: 800, value }, POLICY, BINARY);
    expect(judge(0.1, 0.9)).toMatchObject({ production: 0, pValue: 0, hasFallen: true });
    expect(judge(0.9, 0.9)).toMatchObject({ production: 1, pValue: 1, hasFallen: false });
    expect(judge(0.9, 1)).toMatchObject({ drop: 0, pValue: 0.5, hasFallen: false });
  });

  test('are not compared with too few labels, or of one class, or of another kind', () => {
    const holdout = { rows: 800, value: 0.9 };
    expect(compareWithHoldout(rowsOf(repeat(99, 1, 0.1)), holdout, POLICY, BINARY)).toBeUndefined();
    const fewPositives = rowsOf([...repeat(171, 0, 0.9), ...repeat(29, 1, 0.1)]);
    expect(
      compareWithHoldout(fewPositives, holdout, { ...POLICY, metric: { name: 'auc' } }, BINARY),
    ).toBeUndefined();
    expect(compareWithHoldout(fewPositives, holdout, POLICY, BINARY)).toMatchObject({ hasFallen: true });
    expect(compareWithHoldout(rowsOf(repeat(200, 7, 0.1)), holdout, POLICY, REGRESSION)).toBeUndefined();
    const scores = rowsOf([...repeat(100, 1, 3), ...repeat(100, 0, -3)]);
    expect(
      compareWithHoldout(scores, holdout, { ...POLICY, metric: { name: 'logLoss' } }, BINARY),
    ).toBeUndefined();
  });

  test('of numbers are compared by how far off they are, of which a tenth more is tolerated if nothing is said', () => {
    const policy = { metric: { name: 'mae' }, alpha: 0.05, minimumLabels: 100 } as const;
    const off = (by: number) =>
      rowsOf(Array.from({ length: 400 }, (_, i) => [i, i + by * (1 + (i % 2))] as const));
    const judge = (by: number) => compareWithHoldout(off(by), { rows: 800, value: 1.5 }, policy, REGRESSION);
    expect(judge(1)).toMatchObject({ metric: 'mae', production: 1.5, drop: 0, hasFallen: false });
    expect(judge(1.09)).toMatchObject({ hasFallen: false });
    expect(judge(1.2)).toMatchObject({ hasFallen: true });
  });

  test('of costs and quantiles have the error of the mean loss', () => {
    const rows = rowsOf([...repeat(150, 1, 0.9), ...repeat(50, 1, 0.1)]);
    const cost = { name: 'cost', falsePositive: 5, falseNegative: 3, truePositive: -1 } as const;
    const judge = (of: LabelledRows, metric: QualityPolicy['metric'], problem: Problem) =>
      compareWithHoldout(of, { rows: 800, value: -0.4 }, { ...POLICY, metric }, problem);
    // 150 gain 1, 50 cost 3: mean 0, t = .4 / sqrt(3 * 200 / 199 * (1 / 200 + 1 / 800)) = 2.9141, of which
    // scipy.stats.norm.sf is .0017837.
    const ofCosts = judge(rows, cost, BINARY);
    expect(ofCosts).toMatchObject({ metric: 'cost', production: 0, drop: 0.4, hasFallen: true });
    expect(ofCosts?.pValue).toBeCloseTo(0.00178, 3);
    const quantile = { name: 'quantileLoss', quantile: 0.9 } as const;
    // Losses of .9 and .1: mean .7, and the holdout's is -.4 as nobody's is.
    expect(judge(rowsOf([...repeat(150, 1, 0), ...repeat(50, 1, 2)]), quantile, REGRESSION)).toMatchObject({
      metric: 'quantileLoss',
      production: expect.closeTo(0.7, 12),
      hasFallen: true,
    });
  });

  test('of several classes are compared by the most likely one', () => {
    const rows = rowsOf([...repeat(160, 2, 2), ...repeat(20, 2, 0), ...repeat(20, 0, 1)]);
    const several = { type: 'multiClass', classes: 3 } as const;
    const comparison = compareWithHoldout(
      rows,
      { rows: 800, value: 0.87 },
      { ...POLICY, tolerance: 0.01 },
      several,
    );
    expect(comparison).toMatchObject({ metric: 'accuracy', production: 0.8, hasFallen: true });
    // As of two classes, with the variance of a sample: z = .06 / sqrt(.16 * 200 / 199 * (1 / 200 + 1 /
    // 800)).
    expect(comparison?.pValue).toBeCloseTo(0.02917, 4);
  });

  test.each(['auc', 'accuracy', 'logLoss'] as const)(
    'of equal quality seem to differ no more often than alpha, and a real loss is found: %s',
    (metric) => {
      const random = new Random(20261125);
      /** Scores that know the class with a signal of one or less, as probabilities. */
      const sample = (size: number, signal: number) =>
        rowsOf(
          Array.from({ length: size }, () => {
            const label = Number(random.uniform() < 0.2);
            const score = random.normal() + 1.2 * label * signal;
            return [label, 1 / (1 + Math.exp(-(1.2 * score - 2.1)))] as const;
          }),
        );
      const fallen = (trials: number, signal: number) =>
        Array.from({ length: trials }, () => {
          const value = measuredBy(metric, sample(1000, 1));
          const rows = sample(600, signal);
          return compareWithHoldout(
            rows,
            { rows: 1000, value },
            { ...POLICY, metric: { name: metric } },
            BINARY,
          );
        }).filter((comparison) => comparison?.hasFallen).length;
      // Of 200 more than 21 happen with probability 1e-3 at .05 (binomial).
      expect(fallen(200, 1)).toBeLessThanOrEqual(21);
      if (metric === 'accuracy') return;
      expect(fallen(20, 0.3)).toBeGreaterThanOrEqual(18);
    },
  );
});

describe('errors in bursts', () => {
  interface Bursts {
    readonly hours: number;
    readonly rowsOfRequest: number;
    /** Share of the hours, or of the requests, in which the scores say less than usual, or the contrary. */
    readonly badHours: number;
    readonly hardRequests: number;
  }

  /** Scores that know the class, with bursts of rows in which they do not. */
  function sample(random: Random, size: number, bursts: Bursts, loss = 0): Sampled {
    const { hours, rowsOfRequest, badHours, hardRequests } = bursts;
    const isBad = Array.from({ length: hours }, () => random.uniform() < badHours);
    const rows: { label: number; prediction: number; request: number; hour: number }[] = [];
    for (let request = 0; rows.length < size; request++) {
      const hour = Math.floor((rows.length / size) * hours);
      const signal = (random.uniform() < hardRequests ? -0.5 : isBad[hour] ? 0 : 1) - loss;
      for (let row = 0; row < rowsOfRequest; row++) {
        const label = Number(random.uniform() < 0.3);
        const score = 1.2 * (random.normal() + 1.2 * label * signal) - 1.2;
        rows.push({ label, prediction: 1 / (1 + Math.exp(-score)), request, hour });
      }
    }
    return {
      labels: Float64Array.from(rows, ({ label }) => label),
      predictions: Float64Array.from(rows, ({ prediction }) => prediction),
      requests: Uint32Array.from(rows, ({ request }) => request),
      hours: Uint32Array.from(rows, ({ hour }) => hour),
    };
  }

  const CALM: Bursts = { hours: 24, rowsOfRequest: 1, badHours: 0, hardRequests: 0 };

  describe.each([
    ['bad hours', { ...CALM, badHours: 0.1 }],
    ['requests of 40 rows', { ...CALM, rowsOfRequest: 40, hardRequests: 0.1 }],
    ['requests of 40 rows in one hour', { ...CALM, hours: 1, rowsOfRequest: 40, hardRequests: 0.1 }],
  ])('%s', (_title, bursts) => {
    const trials = 100;
    const random = new Random(20261130);
    const usual = measuredBy('logLoss', sample(random, 100_000, { ...bursts, hours: bursts.hours * 40 }));
    const holdout = { rows: 1e9, value: usual };
    const policy = { metric: { name: 'logLoss' }, tolerance: 0, alpha: 0.05, minimumLabels: 100 } as const;
    const fallen = (loss: number, of: (rows: Sampled) => LabelledRows) =>
      Array.from({ length: trials }, () => of(sample(random, 2400, bursts, loss))).filter(
        (rows) => compareWithHoldout(rows, holdout, policy, BINARY)?.hasFallen,
      ).length;

    test('of equal quality give a false alarm no more often than alpha', () => {
      // More than 12 of 100 happen with probability 5e-4 at .05 (binomial).
      expect(fallen(0, (rows) => rows)).toBeLessThanOrEqual(12);
    });

    test('do not hide a loss', () => {
      expect(fallen(0.5, (rows) => rows)).toBeGreaterThanOrEqual(95);
    });
  });

  test('would be taken for a loss if rows were independent', () => {
    const random = new Random(20261130);
    const bursts = { ...CALM, rowsOfRequest: 40, hardRequests: 0.1 };
    const value = measuredBy('auc', sample(random, 100_000, bursts));
    const policy = { metric: { name: 'auc' }, tolerance: 0, alpha: 0.05, minimumLabels: 100 } as const;
    const fallen = Array.from({ length: 100 }, () => {
      const { labels, predictions } = sample(random, 2400, bursts);
      return compareWithHoldout({ labels, predictions }, { rows: 1e9, value }, policy, BINARY);
    }).filter((comparison) => comparison?.hasFallen);
    expect(fallen.length).toBeGreaterThan(12);
  });

  test('of one request alone are no verdict', () => {
    const one = sample(new Random(1), 400, { ...CALM, rowsOfRequest: 400, hours: 1 }, 1);
    expect(
      compareWithHoldout(one, { rows: 800, value: 0.9 }, { ...POLICY, metric: { name: 'auc' } }, BINARY),
    ).toBeUndefined();
    expect(compareWithHoldout(one, { rows: 800, value: 0.9 }, POLICY, BINARY)).toBeUndefined();
  });
});
