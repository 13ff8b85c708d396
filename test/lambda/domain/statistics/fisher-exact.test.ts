import { fisherDifferent, fisherGreater, type Part } from '../../../../lambda/domain/statistics/fisher-exact';
import { expectRelative } from './relative';

// scipy 1.17.1: fisher_exact([[k, m - k], [j, n - j]], alternative='greater') of k of m after j of n.
test.each<[Part, Part, number]>([
  [{ count: 3, rows: 50 }, { count: 9, rows: 60 }, 0.1139052836078191],
  [{ count: 0, rows: 5000 }, { count: 5, rows: 100 }, 2.6236455696458137e-9],
  [{ count: 100, rows: 1000 }, { count: 80, rows: 1000 }, 0.9496937448340259],
  [{ count: 20, rows: 100_000 }, { count: 60, rows: 100_000 }, 4.273199908744451e-6],
  [{ count: 300, rows: 1000 }, { count: 300, rows: 1000 }, 0.5194572383449858],
  [{ count: 5000, rows: 1_000_000 }, { count: 400, rows: 50_000 }, 1.1523722007578412e-17],
  [{ count: 0, rows: 10 }, { count: 10, rows: 10 }, 5.412544112234515e-6],
  [{ count: 0, rows: 10 }, { count: 0, rows: 10 }, 1],
])('a larger share is as unlikely as scipy says: %p, then %p', (first, second, expected) => {
  expectRelative(fisherGreater(first, second), expected, 1e-7);
});

test('a difference is twice as likely as its direction', () => {
  const [few, many] = [
    { count: 3, rows: 50 },
    { count: 9, rows: 60 },
  ];
  expectRelative(fisherDifferent(few, many), 2 * 0.1139052836078191, 1e-7);
  expect(fisherDifferent(many, few)).toBe(fisherDifferent(few, many));
  expect(fisherDifferent(few, few)).toBe(1);
});

test('without rows nothing is unlikely', () => {
  expect(fisherGreater({ count: 1, rows: 10 }, { count: 0, rows: 0 })).toBe(1);
});
