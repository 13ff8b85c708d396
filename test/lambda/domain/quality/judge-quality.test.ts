import { Random } from '../../../../bench/random';
import { fallenParts, judgeQuality } from '../../../../lambda/domain/quality/judge-quality';
import type { LabelledRows } from '../../../../lambda/domain/quality/labelled-rows';
import type { QualityPolicy } from '../../../../lambda/domain/quality/quality-test';

const BINARY = { type: 'binary' } as const;
const POLICY: QualityPolicy = {
  metric: { name: 'accuracy' },
  tolerance: 0.02,
  alpha: 0.01,
  minimumLabels: 500,
};
const REGIONS = ['north', 'south', 'east', 'west'];
const HOLDOUT = {
  rows: 4000,
  value: 0.9,
  slices: REGIONS.map((region) => ({ name: `region = ${region}`, rows: 1000, value: 0.9 })),
};

/** Requests of regions in turn, which are answered rightly by such a share. */
function draw(random: Random, count: number, rightIn: Readonly<Record<string, number>> = {}): LabelledRows {
  const values = Array.from({ length: count }, (_, i) => [REGIONS[i % REGIONS.length] as string]);
  return {
    labels: new Float64Array(count).fill(1),
    predictions: Float64Array.from(values, ([region = '']) =>
      Number(random.uniform() < (rightIn[region] ?? 0.9)),
    ),
    values,
  };
}

test('a slice falls alone, and is named', () => {
  const rows = draw(new Random(1), 2000, { south: 0.75 });
  const judged = judgeQuality(rows, HOLDOUT, POLICY, BINARY, ['region']);
  expect(judged.comparison).toMatchObject({ hasFallen: false });
  expect(judged.slices?.map(({ name, labels, comparison }) => [name, labels, comparison?.hasFallen])).toEqual(
    [
      ['region = north', 500, false],
      ['region = south', 500, true],
      ['region = east', 500, false],
      ['region = west', 500, false],
    ],
  );
  const south = judged.slices?.[1];
  expect(south?.interval?.[0]).toBeLessThan(0.75);
  expect(south?.interval?.[1]).toBeGreaterThan(0.75);
  const document = {
    version: 1,
    from: '',
    until: '',
    labels: 2000,
    unusable: 0,
    unanswered: 0,
    metrics: {},
  } as const;
  expect(fallenParts({ ...document, ...judged })).toMatchObject([{ name: 'region = south', holdout: 0.9 }]);
});

test('slices that the holdout does not have, or with too few labels, are not judged', () => {
  const rows = draw(new Random(2), 600, { south: 0.2 });
  const holdout = { ...HOLDOUT, slices: HOLDOUT.slices.filter(({ name }) => name !== 'region = south') };
  const { slices = [] } = judgeQuality(rows, holdout, POLICY, BINARY, ['region']);
  expect(slices.find(({ name }) => name === 'region = south')).toEqual({
    name: 'region = south',
    metric: 'accuracy',
    labels: 150,
    value: expect.closeTo(0.2, 1),
    interval: expect.anything(),
  });
  expect(judgeQuality(draw(new Random(3), 396), HOLDOUT, POLICY, BINARY, ['region']).slices).toEqual([]);
  expect(judgeQuality(rows, undefined, POLICY, BINARY, ['region'])).not.toHaveProperty('comparison');
  expect(judgeQuality(rows, HOLDOUT, POLICY, BINARY, [])).not.toHaveProperty('slices');
});

test('alpha is spent over all rows and slices together', () => {
  const random = new Random(20261130);
  const trials = 200;
  const policy = { ...POLICY, tolerance: 0, alpha: 0.05 };
  const holdout = { ...HOLDOUT, rows: 1e9, slices: HOLDOUT.slices.map((one) => ({ ...one, rows: 1e9 })) };
  const alarms = Array.from({ length: trials }, () => {
    const { comparison, slices = [] } = judgeQuality(draw(random, 800), holdout, policy, BINARY, ['region']);
    return [comparison, ...slices.map((slice) => slice.comparison)].some((one) => one?.hasFallen);
  }).filter(Boolean).length;
  // More than 20 of 200 happen with probability 1e-3 at .05 (binomial). They are fewer, since an accuracy
  // that is low by chance has a larger standard error.
  expect(alarms).toBeLessThanOrEqual(20);
});
