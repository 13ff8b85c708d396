import { featuresOfInputs, summaryOf } from '../../../../lambda/domain/data/tensor-summary';
import { tensors } from '../../../reference/tensor-summaries.json';

test.each(Object.entries(tensors))(
  '%s has the measures that NumPy computes',
  (_, { rank, tensor, summary }) => {
    const found = summaryOf(tensor, rank);
    expect(found).toHaveLength(featuresOfInputs([{ name: 'x', rank }]).length);
    for (const [place, value] of summary.entries())
      expect(Math.abs((found[place] as number) - value)).toBeLessThanOrEqual(
        1e-7 * Math.max(1, Math.abs(value)),
      );
  },
);

test('the features of inputs are named after them: of a vector, its size is the number of elements', () => {
  const inputs = [
    { name: 'age', rank: 0 },
    { name: 'pixels', rank: 2 },
    { name: 'words', rank: 1 },
  ];
  const names = featuresOfInputs(inputs).join(' ');
  expect(names).toBe(
    'age pixels.elements pixels.mean pixels.deviation pixels.norm pixels.zeros pixels.nonFinite pixels.size[0] ' +
      'pixels.size[1] words.elements words.mean words.deviation words.norm words.zeros words.nonFinite',
  );
});

test.each<[string, unknown, number]>([
  ['of other dimensions', [[1, 2]], 1],
  ['that is a number', 3, 1],
  ['that is missing', undefined, 2],
])('a tensor %s has no measures', (_, tensor, rank) => {
  expect(summaryOf(tensor, rank).every(Number.isNaN)).toBe(true);
});

test('equal deviations are equal, whatever the mean', () => {
  const deviations = [0, 0.1, 0.3, 7.7].map(
    (mean) =>
      summaryOf(
        [0, 1, 2, 3].map((value) => value + mean),
        1,
      )[2],
  );
  expect(new Set(deviations)).toEqual(new Set([Math.fround(Math.sqrt(1.25))]));
});

test('an empty tensor has no elements, and no other measures of them', () => {
  expect(summaryOf([], 1)).toEqual([0, Number.NaN, Number.NaN, 0, Number.NaN, Number.NaN]);
});

test('a list among numbers counts as no finite number', () => {
  expect(summaryOf([1, [2], 3], 1)).toEqual([3, 2, 1, ...[Math.sqrt(10), 0, 1 / 3].map(Math.fround)]);
});
