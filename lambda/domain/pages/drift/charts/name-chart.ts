import { type Markup, markup } from '../../markup';
import { inPercent } from '../../units';
import type { NamedBar } from '../feature-bars';

const WIDTH = 440;
const LEFT = 130;
const RIGHT = WIDTH - 96;
const ROW = 24;
const LONGEST_NAME = 18;

/** Shares of categories in a window as bars, each above that of the reference. */
export function nameChart(bars: readonly NamedBar[], description: string): Markup {
  const largest = Math.max(...bars.flatMap(({ reference, window }) => [reference, window])) || 1;
  const length = (share: number) => Math.round(10 * (share / largest) * (RIGHT - LEFT)) / 10;
  return markup`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${bars.length * ROW + 4}" role="img" aria-label="${description}">
${bars.map(({ name, reference, window }, index) => {
  const top = index * ROW + 2;
  return markup`<text class="end" x="${LEFT - 8}" y="${top + 14}">${shortened(name)}</text>
<rect class="bar window" x="${LEFT}" y="${top + 2}" width="${length(window)}" height="10"/><rect class="bar reference" x="${LEFT}" y="${top + 13}" width="${length(reference)}" height="5"/>
<text class="end" x="${WIDTH - 2}" y="${top + 14}">${inPercent(reference)} → ${inPercent(window)}</text>`;
})}
<line class="axis" x1="${LEFT}" x2="${LEFT}" y1="0" y2="${bars.length * ROW + 4}"/></svg>`;
}

function shortened(name: string): string {
  return name.length <= LONGEST_NAME ? name : `${name.slice(0, LONGEST_NAME - 1)}…`;
}
