import { certaintiesOf } from '../../../../lambda/domain/data/certainty';

test('the confidence is the largest probability, and the entropy that of scipy', () => {
  // scipy 1.17.1: scipy.stats.entropy([.7, .2, .1]) / math.log(3)
  const [first, alike, certain] = certaintiesOf([0.7, 0.2, 0.1, 1 / 3, 1 / 3, 1 / 3, 0, 1, 0], 3);
  expect(first?.confidence).toBe(0.7);
  expect(first?.entropy).toBeCloseTo(0.7298466991620975, 12);
  expect(alike?.entropy).toBeCloseTo(1, 12);
  expect(certain).toEqual({ confidence: 1, entropy: 0 });
});

test.each([
  ['logits', [2, -1, 0.3]],
  ['a sum that is not 1', [0.5, 0.3, 0.1]],
  ['one that is no number', [0.5, Number.NaN, 0.5]],
])('scores that are no probabilities have neither: %s', (_, scores) => {
  expect(certaintiesOf(scores, 3)).toEqual([{ confidence: Number.NaN, entropy: Number.NaN }]);
});
