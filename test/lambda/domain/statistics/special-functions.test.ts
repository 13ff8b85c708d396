import {
  chiSquaredSurvival,
  kolmogorovSurvival,
  logGamma,
  normalSurvival,
  normalUpperQuantile,
} from '../../../../lambda/domain/statistics/special-functions';
import reference from '../../../reference/drift.json';
import { expectRelative } from './relative';

test.each(reference.normalSurvival as [number, number][])('normal P(Z > %p) is as in scipy', (z, p) => {
  expectRelative(normalSurvival(z), p, 1e-10);
});

test.each(reference.chiSquaredSurvival as [number, number, number][])(
  'chi-squared P(X > %p) with %p degrees of freedom is as in scipy',
  (x, df, p) => {
    expectRelative(chiSquaredSurvival(x, df), p, 1e-10);
  },
);

test.each(reference.kolmogorovSurvival as [number, number][])('P(K > %p) is as in scipy', (x, p) => {
  expectRelative(kolmogorovSurvival(x), p, 1e-10);
});

test.each(reference.logGamma as [number, number][])('log gamma(%p) is as in scipy', (a, expected) => {
  expect(Math.abs(logGamma(a) - expected)).toBeLessThanOrEqual(1e-12 * Math.max(1, Math.abs(expected)));
});

test('the upper quantile inverts the survival function', () => {
  expect(normalUpperQuantile(0.05)).toBeCloseTo(1.6448536269514722, 12);
  expect(normalUpperQuantile(0.5)).toBeCloseTo(0, 12);
});
