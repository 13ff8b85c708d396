import { comparePairedProportions } from '../../../../lambda/domain/statistics/paired-proportions';
import reference from '../../../reference/gate.json';
import { expectRelative } from './relative';

test.each(reference.paired)(
  'agrees with statsmodels, the likelihood and Newcombe: $counts',
  ({ counts, scores, newcombe, ...expected }) => {
    const comparison = comparePairedProportions(counts);
    const isFew = counts.firstOnly + counts.secondOnly < 25;
    const greater = isFew ? expected.exactTwoSided / 2 : expected.pValueTwoSided / 2;
    if (comparison.lead > 0) expectRelative(comparison.pValue(0), greater, 1e-10);
    else if (!isFew) expectRelative(comparison.pValue(0), 1 - greater, 1e-10);
    for (const { margin, pValue } of scores) {
      // Scipy's optimum is good to about 1e-8.
      if (counts.firstOnly > 0) expectRelative(comparison.pValue(margin), pValue, 1e-5);
    }
    for (const { alpha, interval } of newcombe) {
      comparison.interval(alpha).forEach((end, i) => {
        expect(end).toBeCloseTo(interval[i] as number, 10);
      });
    }
  },
);

test("Agresti's approval ratings have a chi-squared of 17.36 without correction", () => {
  const { pValue, lead } = comparePairedProportions({
    both: 794,
    firstOnly: 86,
    secondOnly: 150,
    neither: 570,
  });
  expect(lead).toBeCloseTo(0.04, 12);
  // P(Z > sqrt(17.36)), chi-squared with one degree of freedom on both sides.
  expectRelative(pValue(0), 3.1e-5 / 2, 0.02);
  expect((150 - 86) ** 2 / (150 + 86)).toBeCloseTo(17.36, 2);
});

test("Newcombe's own example has his interval", () => {
  // Statistics in Medicine 17 (1998), p. 2635, table II, method 10: 36, 12, 2 and 0.
  const [low, high] = comparePairedProportions({
    both: 36,
    firstOnly: 2,
    secondOnly: 12,
    neither: 0,
  }).interval(0.025);
  expect(low).toBeCloseTo(0.0569, 4);
  expect(high).toBeCloseTo(0.3404, 4);
});

test('models that are right on the same rows do not differ', () => {
  const same = comparePairedProportions({ both: 50, firstOnly: 0, secondOnly: 0, neither: 10 });
  expect(same.pValue(0)).toBe(1);
  expect(same.pValue(-0.05)).toBeLessThan(0.05);
  const [low, high] = same.interval(0.05);
  expect(low).toBeLessThan(0);
  expect(high).toBeGreaterThan(0);
});
