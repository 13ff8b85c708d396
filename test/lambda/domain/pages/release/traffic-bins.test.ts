import { binWidth, joinCounts, totalOf } from '../../../../../lambda/domain/pages/release/traffic-bins';
import { atMinute, trafficOf } from './report-fixture';

describe('binWidth', () => {
  test.each([
    [0, 1],
    [299, 1],
    [300, 2],
    [2_000, 10],
    [7 * 1440, 60],
  ])('of %d minutes is %d', (minutes, width) => {
    expect(binWidth(minutes)).toBe(width);
  });

  test('keeps every release of up to half a year below 300 points, wherever in a bin it begins', () => {
    for (let minutes = 1; minutes < 180 * 1440; minutes += 997) {
      expect(Math.ceil(minutes / binWidth(minutes)) + 1).toBeLessThanOrEqual(300);
    }
  });
});

describe('joinCounts', () => {
  test('loses no request, and leaves what is short enough as it is', () => {
    const traffic = trafficOf(25);
    expect(joinCounts(traffic, 25)).toEqual(traffic);
    const joined = joinCounts(traffic, 10);
    expect(joined.map(({ time, minutes }) => [time, minutes])).toEqual([
      ...[0, 3, 6, 9, 12, 15, 18, 21].map((minute) => [atMinute(minute), 3]),
      [atMinute(24), 1],
    ]);
    for (const role of ['champion', 'challenger'] as const) {
      expect(totalOf(joined, role)).toEqual(totalOf(traffic, role));
      expect(joined[0]?.[role]).not.toHaveProperty('p95');
    }
  });
});
