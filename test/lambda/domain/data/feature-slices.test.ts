import fc from 'fast-check';
import { featureSlices, quantileOf } from '../../../../lambda/domain/data/feature-slices';
import { baselineProfile, profileNumbers } from '../../../../lambda/domain/data/profile';

const hundred = Array.from({ length: 100 }, (_, index) => index + 1);
const baseline = baselineProfile([
  { name: 'price', kind: 'numeric', cells: hundred },
  { name: 'plan', kind: 'categorical', cells: hundred.map((value) => (value % 3 === 0 ? 'basic' : 'pro')) },
]);

test('numbers are sliced by the quartiles of the training data, categories by their names', () => {
  const { slices, indicesOf } = featureSlices(baseline);
  const wordsOf = (row: (string | number)[]) =>
    indicesOf(row).map((index) => `${slices[index]?.feature} ${slices[index]?.values}`);
  expect(wordsOf([25, 'pro'])).toEqual(['price up to 25', 'plan pro']);
  expect(wordsOf(['25.5', 'basic'])).toEqual(['price above 25 up to 50', 'plan basic']);
  expect(wordsOf([1e9, 'gold'])).toEqual(['price above 75', 'plan any other']);
  expect(wordsOf(['', ''])).toEqual(['price missing', 'plan missing']);
});

test('a row of other columns belongs to no slice', () => {
  expect(featureSlices(baseline).indicesOf([1])).toEqual([]);
  expect(featureSlices({ features: {} }).indicesOf([1])).toEqual([]);
});

test('each row is in one slice of each feature, whatever the training data were', () => {
  const cell = fc.oneof(fc.double(), fc.constant(''), fc.string());
  fc.assert(
    fc.property(fc.array(cell), fc.array(cell), cell, cell, (numbers, words, first, second) => {
      const { slices, indicesOf } = featureSlices({
        features: {
          ...baselineProfile([{ name: 'a', kind: 'numeric', cells: numbers }]).features,
          ...baselineProfile([{ name: 'b', kind: 'categorical', cells: words }]).features,
        },
      });
      expect(indicesOf([first, second]).map((index) => slices[index]?.feature)).toEqual(['a', 'b']);
    }),
  );
});

test('a quantile is the edge up to which that share lies; beyond the last one it is not known', () => {
  const profile = profileNumbers([1, 2, 3, 9], [1, 2, 3]);
  expect([0.25, 0.5, 0.75, 1].map((share) => quantileOf(profile, share))).toEqual([
    1,
    2,
    3,
    Number.POSITIVE_INFINITY,
  ]);
  expect(quantileOf(profileNumbers([], [1]), 0.5)).toBe(Number.POSITIVE_INFINITY);
});
