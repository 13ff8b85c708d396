import { type Markup, markup } from '../../markup';
import { timeLabel, timeTicks } from '../../ticks';

/** All charts over time have the same width and margins, so that their minutes stand below each other. */
export const WIDTH = 920;
const LEFT = 58;
const RIGHT = WIDTH - 126;
const TOP = 10;
const BELOW = 24;
const TIME_TICKS = 9;

/** The time that a release's charts show, and what happened in it, as milliseconds since 1970. */
export interface TimeSpan {
  readonly start: number;
  readonly end: number;
  /** When each step but the first began. */
  readonly stepsAt: readonly number[];
  readonly rolledBackAt?: number;
}

/** Where things are in a chart over time. */
export interface TimeFrame {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
  x(time: number): number;
  y(value: number): number;
}

export interface TimeFrameProps {
  readonly span: TimeSpan;
  /** Of the plot. */
  readonly height: number;
  /** Ascending, the first and the last are the ends of the axis. */
  readonly ticks: readonly number[];
  readonly format: (value: number) => string;
  /** What the chart shows, for those who cannot see it. */
  readonly description: string;
}

/** A chart over time: its axes, and what `draw` puts into them. */
export function timeChart(
  { span, height, ticks, format, description }: TimeFrameProps,
  draw: (frame: TimeFrame) => Markup,
): Markup {
  const [low, high] = [ticks[0] ?? 0, ticks.at(-1) ?? 1];
  const bottom = TOP + height;
  const share = (value: number, from: number, to: number) =>
    Math.min(1, Math.max(0, (value - from) / (to - from)));
  const frame: TimeFrame = {
    left: LEFT,
    right: RIGHT,
    top: TOP,
    bottom,
    x: (time) => fixed(LEFT + share(time, span.start, span.end) * (RIGHT - LEFT)),
    y: (value) => fixed(bottom - share(value, low, high) * height),
  };
  return markup`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${bottom + BELOW}" role="img" aria-label="${description}">
${ticks.map((tick) => markup`<line class="grid" x1="${LEFT}" x2="${RIGHT}" y1="${frame.y(tick)}" y2="${frame.y(tick)}"/><text class="end" x="${LEFT - 8}" y="${frame.y(tick) + 4}">${tick === 0 ? '0' : format(tick)}</text>`)}
${span.stepsAt.map((time) => markup`<line class="step" x1="${frame.x(time)}" x2="${frame.x(time)}" y1="${TOP}" y2="${bottom}"/>`)}
${span.rolledBackAt !== undefined && markup`<line class="undone" x1="${frame.x(span.rolledBackAt)}" x2="${frame.x(span.rolledBackAt)}" y1="${TOP}" y2="${bottom}"/>`}
${timeTicks(span.start, span.end, TIME_TICKS).map((tick) => markup`<line class="axis" x1="${frame.x(tick.getTime())}" x2="${frame.x(tick.getTime())}" y1="${bottom}" y2="${bottom + 4}"/><text class="middle" x="${frame.x(tick.getTime())}" y="${bottom + 17}">${timeLabel(tick)}</text>`)}
<line class="axis" x1="${LEFT}" x2="${RIGHT}" y1="${bottom}" y2="${bottom}"/>
${draw(frame)}</svg>`;
}

/** Tenths of a pixel are enough. */
export function fixed(value: number): number {
  return Math.round(value * 10) / 10;
}
