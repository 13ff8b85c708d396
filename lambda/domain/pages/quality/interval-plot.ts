import { type Markup, markup } from '../markup';
import { roundTicks } from '../ticks';

const WIDTH = 920;
const LEFT = 250;
const RIGHT = 700;
const ROW = 24;
const TOP = 26;

export interface IntervalRow {
  readonly name: string;
  /** At the end of the row. */
  readonly note: string;
  readonly value: number;
  /** Left out where the rows do not allow one. */
  readonly interval?: readonly [low: number, high: number] | undefined;
  /** What the value is compared with. */
  readonly expected?: number | undefined;
  readonly hasFallen: boolean;
}

/** Values of a metric with their intervals, a row each, and a mark where each was expected. */
export function intervalPlot(rows: readonly IntervalRow[], description: string): Markup {
  const ends = rows.flatMap(({ interval = [], value, expected = value }) => [...interval, value, expected]);
  const ticks = roundTicks(Math.min(...ends), Math.max(...ends), 5);
  const [low = 0, high = 1] = [ticks[0], ticks.at(-1)];
  const bottom = TOP + rows.length * ROW;
  const x = (value: number) => Math.round(10 * (LEFT + ((value - low) * (RIGHT - LEFT)) / (high - low))) / 10;
  return markup`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${bottom + 24}" role="img" aria-label="${description}">
${ticks.map((tick) => markup`<line class="grid" x1="${x(tick)}" x2="${x(tick)}" y1="${TOP - 6}" y2="${bottom}"/><text class="middle" x="${x(tick)}" y="${bottom + 16}">${tick}</text>`)}
${rows.map(({ name, note, value, interval, expected, hasFallen }, index) => {
  const y = TOP + index * ROW + ROW / 2;
  const role = hasFallen ? 'fallen' : 'held';
  return markup`<text class="end" x="${LEFT - 16}" y="${y + 4}">${name}</text>
${interval && markup`<line class="whisker ${role}" x1="${x(interval[0])}" x2="${x(interval[1])}" y1="${y}" y2="${y}"/>`}<circle class="${role}" cx="${x(value)}" cy="${y}" r="4"/>
${expected !== undefined && markup`<line class="expected" x1="${x(expected)}" x2="${x(expected)}" y1="${y - 8}" y2="${y + 8}"/>`}
<text x="${RIGHT + 16}" y="${y + 4}">${note}</text>`;
})}</svg>`;
}
