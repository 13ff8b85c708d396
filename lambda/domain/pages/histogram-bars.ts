/** A bar of a histogram, in the unit of its values. */
export interface Bar {
  readonly from: number;
  readonly to: number;
}

/** Width of a bar between neighbouring edges: the median. */
export function usualWidth(edges: readonly number[]): number {
  const widths = edges.slice(1).map((edge, index) => edge - (edges[index] as number));
  return widths.sort((a, b) => a - b)[Math.floor(widths.length / 2)] || 1;
}

/** The outer bars have no end: they are drawn as wide as usual. */
export function barsOf(edges: readonly number[], width: number): Bar[] {
  const [first = 0, last = 0] = [edges[0], edges.at(-1)];
  const ends = [first - width, ...edges, last + width];
  return ends.slice(1).map((to, index) => ({ from: ends[index] as number, to }));
}

/** Shares of the counts for a usual bar's width, so that a wider bar is as much lower. */
export function heightsOf(counts: readonly number[], bars: readonly Bar[], width: number): number[] {
  const total = counts.reduce((sum, count) => sum + count, 0) || 1;
  return bars.map(({ from, to }, index) => ((counts[index] ?? 0) / total) * (width / (to - from || width)));
}

/** The path of an SVG around the tops of bars, from 0 to 0. */
export function outline(
  bars: readonly Bar[],
  heights: readonly number[],
  x: (value: number) => number,
  y: (share: number) => number,
): string {
  const tops = bars.map(
    ({ from, to }, index) => `L${x(from)},${y(heights[index] ?? 0)}L${x(to)},${y(heights[index] ?? 0)}`,
  );
  return `M${x(bars[0]?.from ?? 0)},${y(0)}${tops.join('')}L${x(bars.at(-1)?.to ?? 0)},${y(0)}`;
}
