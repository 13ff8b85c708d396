import { type Markup, markup } from '../../markup';
import { roundTicks } from '../../ticks';

const WIDTH = 920;
const LEFT = 250;
const RIGHT = 700;
const ROW = 24;
const TOP = 26;

export interface ForestRow {
  readonly name: string;
  /** At the end of the row. */
  readonly note: string;
  readonly lead: number;
  readonly interval: readonly [low: number, high: number];
}

/**
 * Leads with their intervals around 0, a row each: what lies right of the line is significantly better, what
 * lies left significantly worse.
 */
export function forestPlot(rows: readonly ForestRow[], description: string): Markup {
  const ends = rows.flatMap(({ interval, lead }) => [...interval, lead]).filter(Number.isFinite);
  const ticks = roundTicks(Math.min(0, ...ends), Math.max(0, ...ends), 5);
  const [low = 0, high = 1] = [ticks[0], ticks.at(-1)];
  const bottom = TOP + rows.length * ROW;
  const x = (value: number) =>
    Math.round(10 * (LEFT + (Math.min(high, Math.max(low, value)) - low) * ((RIGHT - LEFT) / (high - low)))) /
    10;
  return markup`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${bottom + 40}" role="img" aria-label="${description}">
${ticks.map((tick) => markup`<line class="grid" x1="${x(tick)}" x2="${x(tick)}" y1="${TOP}" y2="${bottom}"/><text class="middle" x="${x(tick)}" y="${bottom + 16}">${tick}</text>`)}
<line class="axis" x1="${x(0)}" x2="${x(0)}" y1="${TOP - 6}" y2="${bottom}"/>
<text class="end" x="${x(0) - 8}" y="${TOP - 10}">worse</text><text x="${x(0) + 8}" y="${TOP - 10}">better than the champion</text>
${rows.map(({ name, note, lead, interval }, index) => {
  const y = TOP + index * ROW + ROW / 2;
  return markup`<text class="end" x="${LEFT - 16}" y="${y + 4}">${name}</text>
<line class="whisker challenger" x1="${x(interval[0])}" x2="${x(interval[1])}" y1="${y}" y2="${y}"/><circle class="challenger" cx="${x(lead)}" cy="${y}" r="4"/>
<text x="${RIGHT + 16}" y="${y + 4}">${note}</text>`;
})}</svg>`;
}
