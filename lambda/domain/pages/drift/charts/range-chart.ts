import { barsOf, heightsOf, outline, usualWidth } from '../../histogram-bars';
import { type Markup, markup } from '../../markup';
import { roundTicks } from '../../ticks';
import { inPercent } from '../../units';
import type { Shares } from '../feature-bars';

const WIDTH = 440;
const LEFT = 46;
const RIGHT = WIDTH - 8;
const TOP = 8;
const BOTTOM = 128;

export interface RangeChartProps {
  /** Ascending, at least one; the outer bars hold all beyond. */
  readonly edges: readonly number[];
  readonly bars: readonly Shares[];
  /** What the chart shows, for those who cannot see it. */
  readonly description: string;
}

/** Numbers of a window as bars, with the outline of those of the reference on the same axes. */
export function rangeChart({ edges, bars: shares, description }: RangeChartProps): Markup {
  const width = usualWidth(edges);
  const bars = barsOf(edges, width);
  const heights = (of: keyof Shares) =>
    heightsOf(
      shares.map((share) => share[of]),
      bars,
      width,
    );
  const [reference, window] = [heights('reference'), heights('window')];
  const ticks = roundTicks(0, Math.max(...reference, ...window) || 1, 3);
  const [low, high] = [bars[0]?.from ?? 0, bars.at(-1)?.to ?? 1];
  const y = (share: number) => tenth(BOTTOM - (share / (ticks.at(-1) as number)) * (BOTTOM - TOP));
  const x = (value: number) => tenth(LEFT + ((value - low) / (high - low)) * (RIGHT - LEFT));
  const values = roundTicks(low, high, 4).filter((tick) => tick >= low && tick <= high);
  return markup`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${BOTTOM + 22}" role="img" aria-label="${description}">
${ticks.map((tick) => markup`<line class="grid" x1="${LEFT}" x2="${RIGHT}" y1="${y(tick)}" y2="${y(tick)}"/><text class="end" x="${LEFT - 6}" y="${y(tick) + 4}">${tick === 0 ? '0' : inPercent(tick)}</text>`)}
${bars.map(({ from, to }, index) => {
  const top = y(window[index] ?? 0);
  const barWidth = Math.max(0.5, x(to) - x(from) - 1);
  return markup`<rect class="bar window" x="${tenth(x(from) + 0.5)}" y="${top}" width="${tenth(barWidth)}" height="${tenth(BOTTOM - top)}"/>`;
})}
<path class="outline reference" d="${outline(bars, reference, x, y)}"/>
${values.map((tick) => markup`<line class="axis" x1="${x(tick)}" x2="${x(tick)}" y1="${BOTTOM}" y2="${BOTTOM + 4}"/><text class="middle" x="${x(tick)}" y="${BOTTOM + 17}">${Number(tick.toPrecision(6))}</text>`)}
<line class="axis" x1="${LEFT}" x2="${RIGHT}" y1="${BOTTOM}" y2="${BOTTOM}"/></svg>`;
}

function tenth(value: number): number {
  return Math.round(value * 10) / 10;
}
