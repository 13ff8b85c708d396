import {
  binomialAtLeast,
  studentSurvival,
  studentUpperQuantile,
} from '../../../../lambda/domain/statistics/beta-functions';
import reference from '../../../reference/gate.json';
import { expectRelative } from './relative';

test.each(reference.studentSurvival as [number, number, number][])(
  'P(T > %p) with %p degrees of freedom is as in scipy',
  (t, df, p) => {
    expectRelative(studentSurvival(t, df), p, 1e-10);
  },
);

test.each(reference.studentSurvival as [number, number, number][])(
  'the upper quantile inverts P(T > %p) with %p degrees of freedom',
  (t, df, p) => {
    expect(studentUpperQuantile(p, df)).toBeCloseTo(t, 8);
  },
);

test.each(reference.binomialAtLeast as [number, number, number, number][])(
  'P(X >= %p) of %p trials with p = %p is as in scipy',
  (k, n, p, expected) => {
    expectRelative(binomialAtLeast(k, n, p), expected, 1e-10);
  },
);
