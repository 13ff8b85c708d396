import { SeededRandom } from '../../../../lambda/domain/statistics/seeded-random';
import { unseenMassBound } from '../../../../lambda/domain/statistics/unseen-mass';

/** Rows of 60 that the second sample of 20 has of categories of its own, in all shuffles. */
function shuffledUnseen(totals: readonly number[], second: number, random: SeededRandom): number {
  const rows = totals.flatMap((total, category) => Array<number>(total).fill(category));
  for (let i = rows.length - 1; i > 0; i--) {
    const j = random.below(i + 1);
    [rows[i], rows[j]] = [rows[j] as number, rows[i] as number];
  }
  const known = new Set(rows.slice(second));
  return rows.slice(0, second).filter((category) => !known.has(category)).length;
}

test.each<[string, readonly number[]]>([
  ['singles', Array(60).fill(1)],
  ['pairs and threes', [...Array(15).fill(2), ...Array(10).fill(3)]],
  ['one frequent category, and rare ones', [40, 5, 3, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1]],
])('is no smaller than the probability, and at most 20 times as large where it matters: %s', (_, totals) => {
  const random = new SeededRandom(20261130);
  const runs = 4000;
  const found = Array.from({ length: runs }, () => shuffledUnseen(totals, 20, random));
  for (let unseen = 1; unseen <= 20; unseen++) {
    const share = found.filter((count) => count >= unseen).length / runs;
    const bound = unseenMassBound(unseen, totals, [40, 20]);
    // Six standard errors of the simulated share.
    expect(bound).toBeGreaterThanOrEqual(share - 6 * Math.sqrt(share / runs) - 1e-12);
    if (share > 0.01) expect(bound).toBeLessThanOrEqual(Math.min(1, 20 * share));
  }
});

test('is exact for one category, however many rows it has', () => {
  // C(20, 3) / C(60, 3)
  expect(unseenMassBound(3, [3, 57], [40, 20])).toBeCloseTo((20 * 19 * 18) / (60 * 59 * 58), 9);
  // 2,000 rows of 10,000 are beyond a double: 0, and no error.
  expect(unseenMassBound(2000, [100_000, 2000], [92_000, 10_000])).toBe(0);
});

test('without unseen rows nothing is unlikely', () => {
  expect(unseenMassBound(0, [5, 5], [5, 5])).toBe(1);
});
