import { type TimeSeriesChartProps, timeSeriesChart } from '../../../local/web/charts/time-series-chart';

const START = new Date('2026-11-24T10:00:00Z');
const minute = (count: number) => new Date(START.getTime() + count * 60_000);

function chart(values: readonly (number | undefined)[], more: Partial<TimeSeriesChartProps> = {}): string {
  const points = values.flatMap((value, index) =>
    value === undefined ? [] : [{ time: minute(index), value }],
  );
  const series = [{ label: 'requests', colour: 'var(--c0)', points }];
  return timeSeriesChart({ series, start: START, end: minute(10), period: 60, ...more }).text;
}

function heights(markup: string): number[] {
  const points = /polyline points="([^"]+)"/.exec(markup)?.[1] ?? '';
  return points.split(' ').map((point) => Number(point.split(',')[1]));
}

describe('a time series chart', () => {
  test('draws greater values higher, the axis from zero', () => {
    const [zero, half, full] = heights(chart([0, 50, 100])) as [number, number, number];
    expect(zero).toBe(168);
    expect(full).toBe(10);
    expect(half).toBeCloseTo((zero + full) / 2, 1);
  });

  test('breaks the line where points are missing, and shows a lone point', () => {
    const markup = chart([1, 2, undefined, undefined, 3, undefined, undefined, 4, 5]);
    expect(markup.match(/<polyline/g)).toHaveLength(2);
    expect(markup.match(/<circle/g)).toHaveLength(1);
  });

  test('makes room for lines above all values', () => {
    const markup = chart([1, 2], { lines: [{ value: 500_000, label: 'threshold' }] });
    expect(markup).toContain('>600,000</text>');
    expect(markup).toContain('>threshold</text>');
  });

  test('says that there is no data', () => {
    expect(chart([])).toContain('no data');
    expect(chart([0])).not.toContain('no data');
  });

  test('leaves out values that are no numbers, and what is outside of its span', () => {
    const markup = chart([1, Number.NaN, 2], { start: minute(0), end: minute(1) });
    expect(markup.match(/<circle/g)).toHaveLength(1);
    expect(markup).not.toContain('NaN');
  });

  test('escapes labels', () => {
    const series = [{ label: '<b>x</b>', colour: 'var(--c0)', points: [] }];
    expect(chart([], { series })).toContain('&lt;b&gt;x&lt;/b&gt;');
  });
});
