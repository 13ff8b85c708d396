import { quantileEdges } from '../../../../../lambda/domain/data/bins';
import {
  profileCategories,
  profileFrequencies,
  profileNumbers,
} from '../../../../../lambda/domain/data/profile';
import { featureBars } from '../../../../../lambda/domain/pages/drift/feature-bars';

const numbers = (reference: readonly number[], window: readonly (number | string)[]) => {
  const edges = quantileEdges([...reference]);
  return featureBars(profileNumbers([...reference], edges), profileNumbers([...window], edges));
};
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);

test('few distinct numbers have a bar each, and what the reference does not have is counted apart', () => {
  expect(numbers([0, 0, 1, 2], [1, 1.5, 7, ''])).toEqual({
    kind: 'names',
    bars: [
      { name: '0', reference: 0.5, window: 0 },
      { name: '1', reference: 0.25, window: 0.25 },
      { name: '2', reference: 0.25, window: 0 },
      { name: 'other numbers', reference: 0, window: 0.5 },
      { name: 'missing', reference: 0, window: 0.25 },
    ],
  });
});

test('many numbers are in at most 26 ranges, which hold every row once', () => {
  for (const count of [11, 24, 40, 1000, 5000]) {
    const found = numbers(
      upTo(count),
      upTo(count).map((value) => value + count / 2),
    );
    if (found?.kind !== 'ranges') throw new Error(`${count} numbers are not in ranges`);
    expect(found.bars.length).toBeLessThanOrEqual(26);
    expect(found.bars).toHaveLength(found.edges.length + 1);
    expect(found.edges).toEqual([...found.edges].sort((a, b) => a - b));
    for (const side of ['reference', 'window'] as const) {
      expect(found.bars.reduce((sum, bar) => sum + bar[side], 0)).toBeCloseTo(1, 9);
    }
    expect(found.bars.at(-1)?.window).toBeGreaterThanOrEqual(0.49);
  }
});

test('ranges end at whole numbers if the feature has no others', () => {
  const found = numbers(upTo(24), upTo(24));
  if (found?.kind !== 'ranges') throw new Error('no ranges');
  expect(found.edges.every(Number.isInteger)).toBe(true);
  expect(found.bars.slice(0, -1).every(({ reference }) => reference > 0)).toBe(true);
});

test('the largest categories of either window have a bar each, and the rest one', () => {
  const reference = profileFrequencies(new Map(upTo(20).map((index) => [`c${index}`, 20 - index])), 0);
  const window = profileCategories(['c19', 'c19', 'new', ''], reference.categories);
  const found = featureBars(reference, window);
  if (found?.kind !== 'names') throw new Error('no bars by name');
  expect(found.bars.map(({ name }) => name)).toEqual([
    'c19',
    ...upTo(7).map((index) => `c${index}`),
    'all others',
    'missing',
  ]);
  expect(found.bars[0]).toMatchObject({ window: 0.5, reference: 1 / 210 });
  expect(found.bars.at(-2)?.window).toBe(0.25);
});

test.each([
  ['nothing was counted', numbers([1, 2], [])],
  ['the window does not have the feature', featureBars(profileNumbers([1], [1]), undefined)],
  ['the bins differ', featureBars(profileNumbers([1], [1]), profileNumbers([1], [1, 2]))],
  ['a number has become a category', featureBars(profileNumbers([1], []), profileCategories(['a'], ['a']))],
])('there are no bars if %s', (_, found) => {
  expect(found).toBeUndefined();
});

test('a feature of which every value was missing has bars', () => {
  expect(numbers([], [3, 4])).toBeUndefined();
  const edges: number[] = [];
  expect(featureBars(profileNumbers([''], edges), profileNumbers(['', 3], edges))).toEqual({
    kind: 'names',
    bars: [
      { name: 'other numbers', reference: 0, window: 0.5 },
      { name: 'missing', reference: 1, window: 0.5 },
    ],
  });
});
