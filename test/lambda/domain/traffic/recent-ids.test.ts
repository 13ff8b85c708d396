import { RecentIds } from '../../../../lambda/domain/traffic/recent-ids';

const ids = (count: number, from = 0) => Array.from({ length: count }, (_, i) => `request-${from + i}`);
const kept = (recent: RecentIds): string => JSON.parse(JSON.stringify(recent));

test('knows an id that comes again, also after it was written down', () => {
  let recent = new RecentIds(1000);
  const news = ids(5000).filter((id, index) => {
    if (index % 700 === 0) recent = new RecentIds(1000, kept(recent));
    return recent.add(id) && !recent.add(id);
  });
  expect(news).toHaveLength(5000);
  expect(ids(1000, 4000).filter((id) => recent.add(id))).toEqual([]);
});

test('forgets the oldest, and stays small', () => {
  const recent = new RecentIds(1000);
  for (const id of ids(100_000)) recent.add(id);
  expect(recent.add('request-0')).toBe(true);
  expect(kept(recent).length).toBeLessThanOrEqual((2 * 1000 * 8 * 4) / 3 + 4);
});

test('takes no new id for a known one', () => {
  const recent = new RecentIds(200_000);
  // 64 bits of 100,000 ids: one in 3.7 billion such lists has two that meet.
  expect(ids(100_000).filter((id) => !recent.add(id))).toEqual([]);
});
