import { spentAlpha } from '../../../../lambda/domain/statistics/alpha-spending';
import { detectableLead, rowsNeeded } from '../../../../lambda/domain/statistics/power';

test('all evaluations on one holdout, however many, spend no more than alpha', () => {
  let spent = 0;
  for (let k = 1; k <= 10_000; k++) spent += spentAlpha(0.05, k);
  expect(spent).toBeGreaterThan(0.0499999);
  expect(spent).toBeLessThan(0.05);
});

test('a lead is found in 80 % of cases if it is 2.486 standard errors', () => {
  // qnorm(.95) + qnorm(.8) = 1.644854 + 0.841621.
  expect(detectableLead({ standardError: 0.01, alpha: 0.05 })).toBeCloseTo(0.02486475, 8);
  expect(rowsNeeded({ rows: 2000, standardError: 0.01, alpha: 0.05 }, 0.0124324)).toBe(8000);
});
