import { answersOf, scoresPerRow } from '../../../../lambda/domain/traffic/answers';

test('a row has one score, those of two classes which add up to one, or those of several', () => {
  expect(scoresPerRow([0.5, 0.6], 2)).toBe(1);
  // As float32 and as JSON with four digits.
  expect(scoresPerRow([0.1, 0.9, Math.fround(1 / 3), Math.fround(2 / 3)], 2)).toBe(2);
  expect(scoresPerRow([0.3333, 0.6667], 1)).toBe(2);
  expect(scoresPerRow([Number.NaN, Number.NaN], 1)).toBe(2);
  expect(scoresPerRow([5, 3, 1], 1)).toBe(3);
});

test('two numbers that are no probabilities of two classes answer no row', () => {
  expect(scoresPerRow([0.5, 0.6], 1)).toBeUndefined();
  expect(scoresPerRow([-1, 2], 1)).toBeUndefined();
  expect(scoresPerRow([0.5], 2)).toBeUndefined();
  expect(scoresPerRow([], 1)).toBeUndefined();
});

test('the answer is the score, the probability of the second class, or the number of the most likely one', () => {
  expect(answersOf([0.5, 0.6], 1)).toEqual([0.5, 0.6]);
  expect(answersOf([0.1, 0.9, 0.75, 0.25], 2)).toEqual([0.9, 0.25]);
  expect(answersOf([0.2, 0.7, 0.1, Number.NaN, 0.5, 0.5], 3)).toEqual([1, Number.NaN]);
});
