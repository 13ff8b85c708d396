import fc from 'fast-check';
import {
  compareAnswers,
  emptyTally,
  type RowPair,
  tallyAnswers,
} from '../../../../lambda/domain/release/shadow-answers';

const SLICES = [
  { feature: 'price', values: 'up to 3' },
  { feature: 'price', values: 'above 3' },
];
const ALPHA = 0.0025;
const pair = (champion: number, challenger: number, slice = 0): RowPair => ({
  champion,
  challenger,
  slices: [slice],
});
const compare = (requests: readonly (readonly RowPair[])[]) =>
  compareAnswers(tallyAnswers(emptyTally(2), requests, 0.1), SLICES, ALPHA);

test('nothing that both answered is nothing to compare', () => {
  expect(compare([])).toBeUndefined();
});

test('agreement is the share of rows within the tolerance, and each request counts the same', () => {
  const compared = compare([[pair(0.5, 0.55)], [pair(0, 1), pair(0, 0), pair(0, 0), pair(0, 0.1)]]);
  expect(compared).toMatchObject({ requests: 2, rows: 5, agreement: (1 + 3 / 4) / 2 });
  expect(compared?.meanDifference).toBeCloseTo((0.05 + 1 + 0.1) / 5, 12);
});

test('tells the slices in which the answers differ, the surest first, if they have rows enough', () => {
  const near = Array.from({ length: 40 }, (_, index) => [pair(0.5, 0.5 + (index % 2) * 0.02)]);
  const far = Array.from({ length: 40 }, (_, index) => [pair(0.5, 0.8 + (index % 2) * 0.02, 1)]);
  expect(compare([...near, ...far])?.slices).toMatchObject([
    { feature: 'price', values: 'above 3', rows: 40, agreement: 0 },
    { feature: 'price', values: 'up to 3', rows: 40, agreement: 1 },
  ]);
  expect(compare([...near, ...far.slice(0, 29)])?.slices).toMatchObject([{ values: 'up to 3' }]);
});

test('the interval of a mean difference is that of its standard error', () => {
  const compared = compare(Array.from({ length: 100 }, (_, index) => [pair(0, index % 2 === 0 ? 1 : 3)]));
  // Sample variance of 50 ones and 50 threes: 100 / 99.
  const half = 1.959963985 * Math.sqrt(100 / 99 / 100);
  expect(compared?.meanDifference).toBe(2);
  expect(compared?.meanDifferenceInterval[0]).toBeCloseTo(2 - half, 8);
  expect(compared?.meanDifferenceInterval[1]).toBeCloseTo(2 + half, 8);
});

test('it does not matter at which looks requests were counted, nor in which order', () => {
  const answer = fc.integer({ min: -64, max: 64 });
  const row = fc.record({
    champion: answer,
    challenger: answer,
    slices: fc.tuple(fc.integer({ min: 0, max: 1 })),
  });
  const requests = fc.array(fc.array(row, { minLength: 1, maxLength: 4 }));
  fc.assert(
    fc.property(requests, requests, (some, others) => {
      const together = tallyAnswers(emptyTally(2), [...others, ...some], 3);
      const apart = tallyAnswers(tallyAnswers(emptyTally(2), some, 3), others, 3);
      expect(apart).toEqual({ ...together, agreement: expect.closeTo(together.agreement, 9) });
    }),
  );
});
