import fc from 'fast-check';
import type { SplitSettings } from '../../../../contracts/data-split';
import { splitName, splitterOf } from '../../../../lambda/domain/data/splits/split-settings';
import type { SplitRow } from '../../../../lambda/domain/data/splits/splitter';

const split = (rows: readonly SplitRow[], settings: SplitSettings, fraction = 0.25): boolean[] => {
  const splitter = splitterOf(settings, fraction);
  for (const row of rows) splitter.look(row);
  const decide = splitter.start();
  const held = rows.map(decide);
  const again = splitter.start();
  expect(rows.map(again)).toEqual(held);
  return held;
};
const rowsOf = (
  count: number,
  key: (i: number) => string | number,
  label = (i: number) => i % 2,
): SplitRow[] => Array.from({ length: count }, (_, i) => ({ label: String(label(i)), key: key(i) }));
const heldOut = (rows: readonly SplitRow[], held: readonly boolean[]) => rows.filter((_, i) => held[i]);

test('by arrival, the last rows are held out, at least one on either side', () => {
  const rows = rowsOf(8, () => '');
  expect(split(rows, { by: 'arrival' })).toEqual([...Array(6).fill(false), true, true]);
  expect(
    split(
      rowsOf(2, () => ''),
      { by: 'arrival' },
      0.99,
    ),
  ).toEqual([false, true]);
  expect(() =>
    split(
      rowsOf(1, () => ''),
      { by: 'arrival' },
    ),
  ).toThrow('1 rows cannot be split');
});

test.each([0, 1, Number.NaN, -0.1])('a fraction of %p is no fraction', (fraction) => {
  expect(() =>
    split(
      rowsOf(9, () => ''),
      { by: 'arrival' },
      fraction,
    ),
  ).toThrow('holdout fraction');
});

describe('by time', () => {
  const byTime = (keys: readonly (string | number)[], fraction?: number) => {
    const rows = keys.map((key, i) => ({ label: i % 2, key }));
    return heldOut(rows, split(rows, { by: 'time', column: 'day' }, fraction)).map(({ key }) => key);
  };

  test('the newest rows are held out wherever they stand, and no older one is', () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat(50), { minLength: 2, maxLength: 60 }).filter((times) => new Set(times).size > 1),
        fc.double({ min: 0.05, max: 0.95, noNaN: true }),
        (times, fraction) => {
          const held = byTime(times, fraction) as number[];
          expect(held.length).toBeGreaterThan(0);
          expect(held.length).toBeLessThan(times.length);
          const first = Math.min(...held);
          expect(held.length).toBe(times.filter((time) => time >= first).length);
        },
      ),
      { seed: 11, numRuns: 200 },
    );
  });

  test('dates are read as dates', () => {
    expect(byTime(['2026-03-01', '2025-12-31T23:00:00Z', '2026-01-01', '2025-01-01'])).toEqual([
      '2026-03-01',
    ]);
  });

  test('what is no time, or all the same, cannot be split', () => {
    expect(() => byTime(['2026-03-01', 'soon'])).toThrow(
      "'day' is 'soon' in a row, which is neither ISO 8601",
    );
    expect(() => byTime([0, 0, 0])).toThrow("all rows have the same 'day', 1970-01-01T00:00:00.000Z");
  });
});

describe('by group', () => {
  const byGroup = (rows: readonly SplitRow[]) => split(rows, { by: 'group', column: 'customer' });

  test('no group is on both sides, and about the fraction is held out', () => {
    const rows = rowsOf(20_000, (i) => `customer ${(i * 7919) % 4000}`);
    const held = byGroup(rows);
    const sides = (side: boolean) => new Set(rows.filter((_, i) => held[i] === side).map(({ key }) => key));
    expect([...sides(true)].filter((group) => sides(false).has(group))).toEqual([]);
    // Five standard deviations of 4,000 draws.
    expect(Math.abs(sides(true).size / 4000 - 0.25)).toBeLessThan(5 * Math.sqrt((0.25 * 0.75) / 4000));
  });

  test('a group stays on its side when data come', () => {
    const rows = rowsOf(200, (i) => `customer ${i % 50}`);
    const more = [...rowsOf(30, (i) => `new ${i}`), ...rows];
    expect(byGroup(more).slice(30)).toEqual(byGroup(rows));
  });

  test('a single group cannot be split', () => {
    expect(() => byGroup(rowsOf(9, () => 'all'))).toThrow(/groups of 'customer' all fall on one side/);
  });
});

describe('stratified', () => {
  const rows = rowsOf(
    1000,
    () => '',
    (i) => Number(i % 20 === 0),
  );

  test('each class has its fraction in the holdout, to the row', () => {
    const held = heldOut(rows, split(rows, { by: 'class', seed: 1 }));
    const positives = held.filter(({ label }) => label === '1').length;
    // A quarter of 50 and of 950, rounded.
    expect([positives, held.length - positives]).toEqual([13, 238]);
  });

  test('the seed decides which rows', () => {
    const [one, same, other] = [1, 1, 2].map((seed) => split(rows, { by: 'class', seed }));
    expect(same).toEqual(one);
    expect(other).not.toEqual(one);
  });

  test('each row is held out as often as every other', () => {
    const counts = new Array<number>(40).fill(0);
    const few = rowsOf(40, () => '');
    for (let seed = 0; seed < 400; seed++) {
      split(few, { by: 'class', seed: seed * 7919 }).forEach((held, i) => {
        counts[i] = (counts[i] as number) + Number(held);
      });
    }
    // Five standard deviations of 400 draws.
    const margin = 5 * Math.sqrt(400 * 0.25 * 0.75);
    expect(counts.filter((count) => Math.abs(count - 100) > margin)).toEqual([]);
  });
});

test('what a split makes is named by all that decides it', () => {
  const name = splitName({ by: 'time', column: 'day' }, 0.2, { ignored: [] });
  expect(name).toMatch(/^by-time-0\.2-[0-9a-f]{8}$/);
  expect(splitName({ by: 'time', column: 'date' }, 0.2, { ignored: [] })).not.toBe(name);
  expect(splitName({ by: 'time', column: 'day' }, 0.2, { ignored: ['id'] })).not.toBe(name);
});
