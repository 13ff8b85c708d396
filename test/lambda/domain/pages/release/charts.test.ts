import fc from 'fast-check';
import { histogramPair } from '../../../../../lambda/domain/pages/release/charts/histogram-pair';
import { spread } from '../../../../../lambda/domain/pages/spread';
import { roundTicks, timeLabel, timeTicks } from '../../../../../lambda/domain/pages/ticks';

describe('ticks', () => {
  test.each([
    [0, 0.017, 3, [0, 0.01, 0.02]],
    [0, 0.065, 3, [0, 0.025, 0.05, 0.075]],
    [0, 1264, 3, [0, 500, 1000, 1500]],
    [0, 0, 3, [0, 1]],
    [-3.2, 4.1, 5, [-4, -2, 0, 2, 4, 6]],
  ])('from %d to %d, about %d of them, are round', (low, high, steps, ticks) => {
    expect(roundTicks(low, high, steps)).toEqual(ticks);
  });

  test('are few, ascending, and hold all values', () => {
    fc.assert(
      fc.property(fc.double({ min: 1e-9, max: 1e9, noNaN: true }), (high) => {
        const ticks = roundTicks(0, high, 3);
        expect(ticks.length).toBeLessThanOrEqual(5);
        expect(ticks).toEqual([...ticks].sort((a, b) => a - b));
        expect(ticks.at(-1)).toBeGreaterThanOrEqual(high * (1 - 1e-6));
      }),
    );
  });

  test('times are round, and days have names', () => {
    const start = Date.parse('2026-11-24T22:12:40Z');
    const labels = timeTicks(start, start + 4 * 3_600_000, 9).map(timeLabel);
    expect(labels).toEqual(['22:30', '23:00', '23:30', 'Nov 25', '00:30', '01:00', '01:30', '02:00']);
  });
});

describe('spread', () => {
  test('leaves what is apart where it is', () => {
    expect(spread([10, 80], 30, { low: 0, high: 100 })).toEqual([10, 80]);
  });

  test.each([
    [
      [50, 51],
      [50, 80],
    ],
    [
      [51, 50],
      [80, 50],
    ],
    [
      [99, 98],
      [100, 70],
    ],
    [
      [-5, 200],
      [0, 100],
    ],
  ])('%j become %j', (places, expected) => {
    expect(spread(places, 30, { low: 0, high: 100 })).toEqual(expected);
  });
});

describe('histogramPair', () => {
  const bars = (svg: string, role: string) =>
    [...svg.matchAll(new RegExp(`<rect class="bar ${role}"[^>]* height="([\\d.]+)"`, 'g'))].map(
      ([, height]) => Number(height),
    );

  test('draws a bar for each count, as high as its share of its own version', () => {
    const svg = histogramPair({
      edges: [1, 2, 3],
      champion: [100, 200, 200, 500],
      challenger: [1, 2, 2, 5],
    }).text;
    const heights = bars(svg, 'champion');
    expect(heights).toHaveLength(4);
    expect(bars(svg, 'challenger')).toEqual(heights);
    const [first, second, , last] = heights as [number, number, number, number];
    expect(second / first).toBeCloseTo(2, 1);
    expect(last / first).toBeCloseTo(5, 1);
    expect(svg).toContain('1,000 answers');
  });

  test('makes wide bars lower, so that areas are shares', () => {
    const svg = histogramPair({
      edges: [0, 1, 2, 4],
      champion: [0, 10, 10, 10, 0],
      challenger: [0, 10, 10, 10, 0],
    }).text;
    const [, narrow, , wide] = bars(svg, 'champion') as [number, number, number, number];
    expect(wide / narrow).toBeCloseTo(0.5, 2);
  });
});
