import { wilsonInterval } from '../../../../lambda/domain/statistics/wilson-interval';

describe('wilsonInterval', () => {
  // scipy 1.17.1: binomtest(k, n).proportion_ci(method='wilson'); the first four are in table I of R. G.
  // Newcombe, Statistics in Medicine 17 (1998), p. 857, with four digits.
  test.each([
    [81, 263, 0.2552885198782742, 0.36620957698280004],
    [15, 148, 0.06238639953073629, 0.16048724172330803],
    [0, 20, 0, 0.16112515805281935],
    [1, 29, 0.006113214292762667, 0.17175521879320282],
    [29, 29, 0.8830302015002592, 1],
  ])('of %d in %d is as others compute it', (events, trials, low, high) => {
    const interval = wilsonInterval(events, trials);
    expect(interval[0]).toBeCloseTo(low, 12);
    expect(interval[1]).toBeCloseTo(high, 12);
  });

  test('is everything without trials', () => {
    expect(wilsonInterval(0, 0)).toEqual([0, 1]);
  });

  test('stays within 0 and 1 if more failed than were asked, as two metrics may say for a moment', () => {
    expect(wilsonInterval(12, 10)).toEqual(wilsonInterval(10, 10));
  });
});
