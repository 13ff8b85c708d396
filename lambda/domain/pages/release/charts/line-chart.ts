import { type Markup, markup } from '../../markup';
import { spread } from '../../spread';
import { roundTicks } from '../../ticks';
import { type TimeFrame, type TimeSpan, timeChart } from './time-frame';

const HEIGHT = 118;
const LABEL_HEIGHT = 31;
/**
 * Intervals are shown up to this many times the highest value: the widest are of minutes with hardly a
 * request.
 */
const SHOWN_INTERVALS = 4;

/** A value at a time; without a value the line is broken. */
export interface ChartPoint {
  readonly time: number;
  readonly value: number | undefined;
  readonly interval?: readonly [low: number, high: number];
}

/** One version's line. */
export interface ChartLine {
  readonly role: 'champion' | 'challenger';
  /** Below the role at the end of the line. */
  readonly note: string;
  readonly points: readonly ChartPoint[];
}

export interface LineChartProps {
  readonly span: TimeSpan;
  readonly lines: readonly ChartLine[];
  readonly format: (value: number) => string;
  readonly description: string;
}

/** Lines over time with their intervals, each named at its end. The axis begins at 0. */
export function lineChart({ span, lines, format, description }: LineChartProps): Markup {
  const ticks = roundTicks(0, axisEnd(lines), 3);
  return timeChart({ span, height: HEIGHT, ticks, format, description }, (frame) => {
    const drawn = lines.filter(({ points }) => points.some(({ value }) => value !== undefined));
    if (drawn.length === 0) {
      return markup`<text class="middle" x="${(frame.left + frame.right) / 2}" y="${(frame.top + frame.bottom) / 2}">not known</text>`;
    }
    return markup`${drawn.map((line) => band(line, frame))}${drawn.map((line) => stroke(line, frame))}${names(drawn, frame)}`;
  });
}

function axisEnd(lines: readonly ChartLine[]): number {
  const points = lines.flatMap((line) => line.points).filter(({ value }) => value !== undefined);
  const highest = Math.max(0, ...points.map(({ value = 0 }) => value));
  const ends = points.flatMap(({ interval }) => interval?.[1] ?? []).sort((a, b) => a - b);
  const usual = ends[Math.floor(ends.length * 0.8)] ?? 0;
  const widest = Math.min(ends.at(-1) ?? 0, Math.max(usual, SHOWN_INTERVALS * highest));
  return Math.max(highest, widest) || 1;
}

function band({ role, points }: ChartLine, { x, y }: TimeFrame): Markup {
  const bands = runs(points.filter(({ interval, value }) => interval || value === undefined));
  return markup`${bands.map((run) => {
    const [first] = run;
    if (run.length === 1 && first?.interval) {
      const [low, high] = first.interval;
      return markup`<line class="whisker ${role}" x1="${x(first.time)}" x2="${x(first.time)}" y1="${y(low)}" y2="${y(high)}"/>`;
    }
    const side = (end: 0 | 1) => run.map(({ time, interval }) => `${x(time)},${y(interval?.[end] ?? 0)}`);
    return markup`<polygon class="${role}" points="${[...side(1), ...side(0).reverse()].join(' ')}"/>`;
  })}`;
}

function stroke({ role, points }: ChartLine, { x, y }: TimeFrame): Markup {
  return markup`${runs(points).map((run) => {
    const [first] = run;
    if (run.length === 1 && first) {
      return markup`<circle class="${role}" cx="${x(first.time)}" cy="${y(first.value ?? 0)}" r="2.5"/>`;
    }
    return markup`<polyline class="${role}" points="${run.map(({ time, value = 0 }) => `${x(time)},${y(value)}`).join(' ')}"/>`;
  })}`;
}

/** Points that follow each other without a break. */
function runs(points: readonly ChartPoint[]): ChartPoint[][] {
  const found: ChartPoint[][] = [[]];
  for (const point of points) {
    if (point.value === undefined) found.push([]);
    else found.at(-1)?.push(point);
  }
  return found.filter((run) => run.length > 0);
}

function names(lines: readonly ChartLine[], { right, top, bottom, y }: TimeFrame): Markup {
  const ends = lines.map(({ points }) => y(points.findLast(({ value }) => value !== undefined)?.value ?? 0));
  const places = spread(ends, LABEL_HEIGHT, { low: top + 6, high: bottom - 12 });
  return markup`${lines.map(
    ({ role, note }, index) =>
      markup`<text class="name ${role}" x="${right + 10}" y="${places[index]}">${role}</text><text x="${right + 10}" y="${(places[index] ?? 0) + 14}">${note}</text>`,
  )}`;
}
