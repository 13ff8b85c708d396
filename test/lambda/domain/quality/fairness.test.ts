import { Random } from '../../../../bench/random';
import { fairnessOf } from '../../../../lambda/domain/quality/fairness';
import type { LabelledRows } from '../../../../lambda/domain/quality/labelled-rows';
import reference from '../../../reference/fairness.json';

const BINARY = { type: 'binary' } as const;

function rowsOf(
  rows: readonly { readonly group: string; readonly label: number; readonly score: number }[],
): LabelledRows {
  return {
    labels: Float64Array.from(rows, ({ label }) => label),
    predictions: Float64Array.from(rows, ({ score }) => score),
    values: rows.map(({ group }) => ['ignored', group]),
  };
}

test('gaps are those of fairlearn', () => {
  const { labels, scores, groups, threshold } = reference;
  const rows = rowsOf(
    groups.map((group, row) => ({
      group,
      label: labels[row] as number,
      score: scores[row] as number,
    })),
  );
  const gapsFor = (
    metric: { readonly name: 'accuracy'; readonly threshold: number } | { readonly name: 'auc' },
  ) => fairnessOf(rows, 'age', 1, { metric }, BINARY).gaps;
  const gaps = gapsFor({ name: 'accuracy', threshold });
  expect(gaps.map(({ measure }) => measure)).toEqual(['selectionRate', 'truePositiveRate', 'accuracy']);
  const [selection, truePositives, accuracy] = gaps;
  expect(selection?.gap).toBeCloseTo(reference.demographicParityDifference, 12);
  expect(truePositives?.gap).toBeCloseTo(reference.equalOpportunityDifference, 12);
  expect(accuracy?.gap).toBeCloseTo(reference.accuracyDifference, 12);
  expect(selection).toMatchObject({ high: 'age = old', low: 'age = young' });
  for (const { measure, groups: measured } of gaps) {
    const expected = reference.byGroup[measure as keyof typeof reference.byGroup];
    expect(Object.fromEntries(measured.map(({ name, value }) => [name, value]))).toEqual({
      'age = young': expect.closeTo(expected.young, 12),
      'age = middle': expect.closeTo(expected.middle, 12),
      'age = old': expect.closeTo(expected.old, 12),
    });
  }
  expect(gapsFor({ name: 'auc' }).at(-1)?.gap).toBeCloseTo(reference.aucDifference, 12);
});

test('groups with too few rows are not compared, and one group alone has no gap', () => {
  const group = (name: string, count: number) =>
    Array.from({ length: count }, (_, i) => ({ group: name, label: i % 2, score: (i % 5) / 5 }));
  const rows = rowsOf([...group('a', 100), ...group('b', 100), ...group('c', 29)]);
  const { gaps } = fairnessOf(rows, 'g', 1, { metric: { name: 'accuracy' } }, BINARY);
  expect(gaps[0]?.groups.map(({ name }) => name)).toEqual(['g = a', 'g = b']);
  expect(fairnessOf(rowsOf(group('a', 100)), 'g', 1, { metric: { name: 'accuracy' } }, BINARY)).toEqual({
    column: 'g',
    gaps: [],
  });
  const numbers = { metric: { name: 'mae' } } as const;
  expect(
    fairnessOf(rows, 'g', 1, numbers, { type: 'regression' }).gaps.map(({ measure }) => measure),
  ).toEqual(['mae']);
});

test('19 of 20 intervals hold the true gap of two groups', () => {
  const random = new Random(20261130);
  const draw = (group: string, rate: number) =>
    Array.from({ length: 200 }, () => {
      return { group, label: Number(random.uniform() < 0.5), score: Number(random.uniform() < rate) };
    });
  const trials = 200;
  const held = Array.from({ length: trials }, () => {
    const { gaps } = fairnessOf(
      rowsOf([...draw('a', 0.3), ...draw('b', 0.6)]),
      'g',
      1,
      { metric: { name: 'accuracy' } },
      BINARY,
    );
    const [low = 1, high = 0] = gaps[0]?.interval ?? [];
    return low <= 0.3 && 0.3 <= high;
  }).filter(Boolean).length;
  // Three standard deviations of a share of .95 of 200 are .046.
  expect(held / trials).toBeGreaterThan(0.95 - 0.05);
});
