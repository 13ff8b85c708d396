import { type Markup, markup } from '../../markup';
import { inPercent } from '../../units';
import type { Stage } from '../stages';
import { type TimeSpan, timeChart } from './time-frame';

const HEIGHT = 84;
/** Of a letter, roughly. */
const LETTER_WIDTH = 6.4;

export interface ShareChartProps {
  readonly span: TimeSpan;
  readonly stages: readonly Stage[];
  /** The challenger's share at the end. */
  readonly finalShare: 0 | 1;
}

/** The challenger's share of the traffic, step by step; the champion has the rest. */
export function shareChart({ span, stages, finalShare }: ShareChartProps): Markup {
  const description = `The challenger's share of the traffic: ${stages.map(({ trafficShare }) => inPercent(trafficShare)).join(', ')}, in the end ${inPercent(finalShare)}`;
  return timeChart(
    { span, height: HEIGHT, ticks: [0, 0.5, 1], format: inPercent, description },
    ({ x, y, left, right, top, bottom }) => {
      const steps = stages.map(({ since, until, trafficShare, baking }) => ({
        from: x(since.getTime()),
        to: x(until.getTime()),
        trafficShare,
        label: baking && trafficShare === 1 ? '100 %, baking' : inPercent(trafficShare),
      }));
      const end = span.rolledBackAt === undefined ? (steps.at(-1)?.to ?? left) : x(span.rolledBackAt);
      const path = [
        `M${left},${bottom}`,
        ...steps.map(({ from, to, trafficShare }) => `L${from},${y(trafficShare)}L${to},${y(trafficShare)}`),
        `H${end}V${y(finalShare)}L${right},${y(finalShare)}L${right},${bottom}Z`,
      ].join('');
      return markup`<rect class="champion share" x="${left}" y="${top}" width="${right - left}" height="${bottom - top}"/><path class="challenger share" d="${path}"/>
${steps
  .filter(({ from, to, label }) => to - from > label.length * LETTER_WIDTH + 8)
  .map(({ from, trafficShare, label }) => {
    const height = y(trafficShare);
    const isInside = height - top < 18;
    return markup`<text class="on${isInside && ' inside'}" x="${from + 6}" y="${isInside ? height + 15 : height - 5}">${label}</text>`;
  })}
${span.rolledBackAt !== undefined && markup`<text class="undone end" x="${x(span.rolledBackAt) - 6}" y="${top + 14}">rolled back</text>`}
<text class="name champion" x="${right + 10}" y="${top + 10}">champion</text><text class="name challenger" x="${right + 10}" y="${bottom - 2}">challenger</text>`;
    },
  );
}
