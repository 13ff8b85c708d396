import type { Point } from '../data/metric-data';
import { quantity } from '../format';
import { type Html, html } from '../html';
import { timeLabel, timeTicks, valueTicks } from './ticks';

export interface ChartSeries {
  readonly label: string;
  /** A CSS colour. */
  readonly colour: string;
  readonly points: readonly Point[];
}

export interface ChartLine {
  readonly value: number;
  readonly label?: string;
  readonly colour?: string;
}

export interface TimeSeriesChartProps {
  readonly series: readonly ChartSeries[];
  readonly start: Date;
  readonly end: Date;
  /** Seconds between points: a line breaks where some are missing. */
  readonly period: number;
  /** Horizontal lines, such as an alarm's threshold. */
  readonly lines?: readonly ChartLine[];
  /** Least value of the axis. @default 0, or what the smallest value needs */
  readonly minimum?: number;
  /** Greatest value of the axis. @default what the greatest value needs */
  readonly maximum?: number;
  /** Text of a value on the axis. @default four significant digits */
  readonly format?: (value: number) => string;
  /** Pixels. @default 420 */
  readonly width?: number;
  /** Pixels, without the legend. @default 190 */
  readonly height?: number;
}

const MARGIN = { top: 10, right: 14, bottom: 22 };
const LETTER_WIDTH = 6.2;

/** Lines over time with axes and a legend. */
export function timeSeriesChart(props: TimeSeriesChartProps): Html {
  const { series, start, end, lines = [], format = quantity, width = 420, height = 190 } = props;
  const shown = series.map((one) => ({ ...one, points: within(one.points, start, end) }));
  const ticks = axisTicks(props, shown);
  const labels = ticks.map(format);
  const left = Math.max(...labels.map((label) => label.length)) * LETTER_WIDTH + 10;
  const [low, high] = [ticks[0] as number, ticks.at(-1) as number];
  const plot = { left, right: width - MARGIN.right, top: MARGIN.top, bottom: height - MARGIN.bottom };
  const scale: Scale = {
    x: (time) => plot.left + share(time.getTime(), start.getTime(), end.getTime()) * (plot.right - plot.left),
    y: (value) => plot.bottom - share(value, low, high) * (plot.bottom - plot.top),
  };
  const isEmpty = shown.every(({ points }) => points.length === 0);
  return html`<svg class="chart" viewBox="0 0 ${width} ${height}" role="img">
${ticks.map((tick, index) => html`<line class="grid" x1="${plot.left}" x2="${plot.right}" y1="${fixed(scale.y(tick))}" y2="${fixed(scale.y(tick))}"/><text x="${plot.left - 6}" y="${fixed(scale.y(tick) + 4)}" text-anchor="end">${labels[index]}</text>`)}
${timeTicks(start, end, (plot.right - plot.left) / 55).map((tick) => html`<line class="axis" x1="${fixed(scale.x(tick))}" x2="${fixed(scale.x(tick))}" y1="${plot.bottom}" y2="${plot.bottom + 4}"/><text x="${fixed(scale.x(tick))}" y="${plot.bottom + 16}" text-anchor="middle">${timeLabel(tick)}</text>`)}
<line class="axis" x1="${plot.left}" x2="${plot.right}" y1="${plot.bottom}" y2="${plot.bottom}"/>
${lines.map((line) => drawLine(line, scale, plot.left, plot.right))}${shown.map((one) => drawSeries(one, scale, props.period))}
${isEmpty && html`<text x="${(plot.left + plot.right) / 2}" y="${(plot.top + plot.bottom) / 2}" text-anchor="middle">no data</text>`}</svg>
<div class="legend">${series.map(({ label, colour }) => html`<span><span class="dot" style="background:${colour}"></span>${label}</span>`)}</div>`;
}

interface Scale {
  readonly x: (time: Date) => number;
  readonly y: (value: number) => number;
}

function axisTicks(
  { lines = [], minimum, maximum }: TimeSeriesChartProps,
  series: readonly ChartSeries[],
): number[] {
  const values = [
    ...series.flatMap(({ points }) => points.map(({ value }) => value)),
    ...lines.map(({ value }) => value),
  ].filter(Number.isFinite);
  const low = minimum ?? Math.min(0, ...values);
  // Where everything is at the bottom, an axis up to 1 shows that it is.
  return valueTicks(low, maximum ?? (Math.max(low, ...values) || 1));
}

function drawLine({ value, label, colour }: ChartLine, { y }: Scale, left: number, right: number): Html {
  const height = fixed(y(value));
  return html`<line class="mark" style="stroke:${colour ?? 'var(--bad)'}" x1="${left}" x2="${right}" y1="${height}" y2="${height}"/>
${label && html`<text x="${right}" y="${fixed(y(value) - 4)}" text-anchor="end">${label}</text>`}`;
}

/** A line where points follow each other, a dot where one stands alone. */
function drawSeries({ label, colour, points }: ChartSeries, { x, y }: Scale, period: number): Html {
  const runs: Point[][] = [];
  for (const point of points) {
    const previous = runs.at(-1)?.at(-1);
    const follows = previous && point.time.getTime() - previous.time.getTime() <= period * 1500;
    if (follows) runs.at(-1)?.push(point);
    else runs.push([point]);
  }
  return html`<g style="color:${colour}"><title>${label}</title>${runs.map((run) => {
    const [first] = run;
    if (run.length === 1 && first)
      return html`<circle cx="${fixed(x(first.time))}" cy="${fixed(y(first.value))}" r="2.2"/>`;
    return html`<polyline points="${run.map(({ time, value }) => `${fixed(x(time))},${fixed(y(value))}`).join(' ')}"/>`;
  })}</g>`;
}

function within(points: readonly Point[], start: Date, end: Date): Point[] {
  return points.filter(({ time, value }) => time >= start && time <= end && Number.isFinite(value));
}

function share(value: number, low: number, high: number): number {
  return Math.max(0, Math.min(1, (value - low) / (high - low)));
}

function fixed(value: number): string {
  return value.toFixed(1);
}
