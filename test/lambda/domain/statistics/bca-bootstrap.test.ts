import { bcaInterval, resample } from '../../../../lambda/domain/statistics/bca-bootstrap';
import reference from '../../../reference/gate.json';
import { expectRelative } from './relative';

test.each(reference.regression)("of scipy's resamples the interval is scipy's: $name", ({ bca }) => {
  const { estimate, distribution, leftOut } = bca.resampled;
  const interval = bcaInterval(
    { estimate, distribution: Float64Array.from(distribution), leftOut: Float64Array.from(leftOut) },
    reference.alpha,
  );
  interval.forEach((end, i) => {
    expectRelative(end, bca.interval[i] as number, 1e-9);
  });
});

test('resamples are drawn with replacement, the same each time', () => {
  const column = Float64Array.from({ length: 50 }, (_, i) => i);
  const mean = ([sum = 0]: readonly number[]) => sum / 50;
  const one = resample([column], mean, 500);
  expect(one.estimate).toBe(24.5);
  expect(new Set(one.distribution).size).toBeGreaterThan(100);
  // The standard error of a mean of 50 numbers of variance (50^2 - 1) / 12, within four of its own.
  const spread = Math.sqrt(one.distribution.reduce((sum, v) => sum + (v - 24.5) ** 2, 0) / 500);
  expect(Math.abs(spread / Math.sqrt((50 ** 2 - 1) / 12 / 50) - 1)).toBeLessThan(0.13);
  expect(resample([column], mean, 500)).toEqual(one);
});

test('a statistic that never changes has an interval without width', () => {
  const resampled = resample([new Float64Array(20).fill(3)], ([sum = 0]) => sum / 20, 100);
  expect(bcaInterval(resampled, 0.05)).toEqual([3, 3]);
});
