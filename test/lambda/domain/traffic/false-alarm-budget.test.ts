import { comparisonShare } from '../../../../lambda/domain/traffic/false-alarm-budget';

test('the budget of a year is spent evenly over comparisons and hours', () => {
  const { falseAlarmsPerYear, alpha } = comparisonShare(2, 4);
  expect(falseAlarmsPerYear).toBe(0.5);
  expect(4 * alpha * 8766).toBeCloseTo(2, 12);
});

test('the level of an hour is a probability, however large the budget', () => {
  expect(comparisonShare(1e6, 1).alpha).toBe(1);
});
