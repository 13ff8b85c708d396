import { Random } from '../../../../bench/random';
import { proportionInterval } from '../../../../lambda/domain/statistics/proportion-interval';
import reference from '../../../reference/proportion-interval.json';

test.each(reference.cases)(
  "is that of scipy's beta function: $sum of $count at $alpha",
  ({ sum, count, alpha, interval }) => {
    const [low, high] = proportionInterval(sum, count, alpha);
    expect(low).toBeCloseTo(interval[0] as number, 9);
    expect(high).toBeCloseTo(interval[1] as number, 9);
  },
);

test('of nothing anything is possible', () => {
  expect(proportionInterval(0, 0, 0.05)).toEqual([0, 1]);
});

test.each([
  ['0 or 1', (random: Random) => (random.uniform() < 0.9 ? 1 : 0)],
  ['shares of a few rows', (random: Random) => random.binomial(4, 0.9) / 4],
])('holds at each of ten looks with probability 1 - alpha at least: %s', (_title, draw) => {
  const random = new Random(20261125);
  const [alpha, trials] = [0.05, 200];
  let misses = 0;
  for (let trial = 0; trial < trials; trial++) {
    let sum = 0;
    for (let count = 1; count <= 1000; count++) {
      sum += draw(random);
      if (count % 100 > 0) continue;
      const [low, high] = proportionInterval(sum, count, alpha);
      if (low > 0.9 || high < 0.9) {
        misses++;
        break;
      }
    }
  }
  expect(misses).toBeLessThan(trials * alpha + 3.72 * Math.sqrt(trials * alpha * (1 - alpha)));
});
