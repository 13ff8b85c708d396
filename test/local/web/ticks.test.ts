import { timeLabel, timeTicks, valueTicks } from '../../../local/web/charts/ticks';

describe('ticks of values', () => {
  test.each([
    [0, 100, [0, 25, 50, 75, 100]],
    [0, 122, [0, 50, 100, 150]],
    [0, 0.3, [0, 0.1, 0.2, 0.3]],
    [-3, 3, [-4, -2, 0, 2, 4]],
    [0, 62_700, [0, 20_000, 40_000, 60_000, 80_000]],
    [5, 5, [4, 6]],
    [0, 0, [0, 0.25]],
  ])('from %d to %d are round and enclose it', (low, high, ticks) => {
    expect(valueTicks(low, high)).toEqual(ticks);
  });
});

describe('ticks of time', () => {
  const at = (text: string) => new Date(`2026-11-${text}Z`);

  test('stand at round moments within the span, at most as many as asked for', () => {
    const ticks = timeTicks(at('23T22:10:00'), at('24T04:10:00'), 7);
    expect(ticks.map(timeLabel)).toEqual(['23:00', 'Nov 24', '01:00', '02:00', '03:00', '04:00']);
  });

  test.each([
    ['an hour', at('24T10:00:30'), at('24T11:00:30'), ['10:10', '10:20', '10:30', '10:40', '10:50', '11:00']],
    [
      'a week',
      at('17T10:00:00'),
      at('24T10:00:00'),
      ['Nov 18', 'Nov 19', 'Nov 20', 'Nov 21', 'Nov 22', 'Nov 23', 'Nov 24'],
    ],
  ])('of %s', (_span, start, end, labels) => {
    expect(timeTicks(start, end, 7).map(timeLabel)).toEqual(labels);
  });

  test('of a span longer than any usual step are days apart', () => {
    const ticks = timeTicks(new Date('2026-01-01T00:00:00Z'), new Date('2026-12-31T00:00:00Z'), 7);
    expect(ticks.length).toBeGreaterThanOrEqual(4);
    expect(ticks.length).toBeLessThanOrEqual(8);
  });
});
