import { barsOf, heightsOf, outline, usualWidth } from '../../histogram-bars';
import { type Markup, markup } from '../../markup';
import { roundTicks } from '../../ticks';
import { inPercent, inThousands } from '../../units';
import { fixed, WIDTH } from './time-frame';

const LEFT = 58;
const GAP = 44;
const TOP = 30;
const HEIGHT = 150;
const BOTTOM = TOP + HEIGHT;
const PLOT_WIDTH = (WIDTH - LEFT - GAP - 6) / 2;

/** Counts between the edges, one more than those. */
export interface HistogramPair {
  readonly edges: readonly number[];
  readonly champion: readonly number[];
  readonly challenger: readonly number[];
}

/**
 * What both versions answered, side by side on the same axes, the champion's outline behind the challenger's
 * bars. Heights are shares of the answers for a usual bar's width, so that a wider bar is as much lower.
 */
export function histogramPair(predictions: HistogramPair): Markup {
  const { edges } = predictions;
  const width = usualWidth(edges);
  const bars = barsOf(edges, width);
  const heights = {
    champion: heightsOf(predictions.champion, bars, width),
    challenger: heightsOf(predictions.challenger, bars, width),
  };
  const shares = roundTicks(0, Math.max(...heights.champion, ...heights.challenger) || 1, 3);
  const [low, high] = [bars[0]?.from ?? 0, bars.at(-1)?.to ?? 1];
  const y = (share: number) => fixed(BOTTOM - (share / (shares.at(-1) as number)) * HEIGHT);
  const plot = (role: 'champion' | 'challenger', left: number): Markup => {
    const x = (value: number) => fixed(left + ((value - low) / (high - low)) * PLOT_WIDTH);
    const values = roundTicks(low, high, 5).filter((tick) => tick >= low && tick <= high);
    const answers = predictions[role].reduce((sum, count) => sum + count, 0);
    return markup`${shares.map((tick) => markup`<line class="grid" x1="${left}" x2="${left + PLOT_WIDTH}" y1="${y(tick)}" y2="${y(tick)}"/>`)}
<text class="name ${role}" x="${left}" y="14">${role}</text><text class="end" x="${left + PLOT_WIDTH}" y="14">${inThousands(answers)} answers</text>
${bars.map(({ from, to }, index) => {
  const top = y(heights[role][index] ?? 0);
  const barWidth = Math.max(0.5, x(to) - x(from) - 1);
  return markup`<rect class="bar ${role}" x="${fixed(x(from) + 0.5)}" y="${top}" width="${fixed(barWidth)}" height="${fixed(BOTTOM - top)}"/>`;
})}
${role === 'challenger' && markup`<path class="outline champion" d="${outline(bars, heights.champion, x, y)}"/>`}
${values.map((tick) => markup`<line class="axis" x1="${x(tick)}" x2="${x(tick)}" y1="${BOTTOM}" y2="${BOTTOM + 4}"/><text class="middle" x="${x(tick)}" y="${BOTTOM + 17}">${Number(tick.toPrecision(6))}</text>`)}
<line class="axis" x1="${left}" x2="${left + PLOT_WIDTH}" y1="${BOTTOM}" y2="${BOTTOM}"/>`;
  };
  return markup`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${BOTTOM + 24}" role="img" aria-label="Distribution of the answers of champion and challenger">
${shares.map((tick) => markup`<text class="end" x="${LEFT - 8}" y="${y(tick) + 4}">${tick === 0 ? '0' : inPercent(tick)}</text>`)}
${plot('champion', LEFT)}
${plot('challenger', LEFT + PLOT_WIDTH + GAP)}</svg>`;
}
