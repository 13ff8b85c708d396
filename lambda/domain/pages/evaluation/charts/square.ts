import type { CurvePoint } from '../../../gate/curves';
import { type Markup, markup } from '../../markup';

export const SIDE = 252;
const LEFT = 44;
const TOP = 28;
const BOTTOM = TOP + SIDE;
const TICKS = [0, 0.25, 0.5, 0.75, 1];

export type Role = 'champion' | 'challenger';

export interface SquareProps {
  readonly title: string;
  readonly x: string;
  readonly y: string;
  /** Of a model that knows nothing, or that is right. */
  readonly reference?: readonly [CurvePoint, CurvePoint];
  /** Whiskers at the points of a line. */
  readonly curves: readonly {
    readonly role: Role;
    readonly points: readonly CurvePoint[];
    readonly intervals?: readonly (readonly [number, number])[];
  }[];
}

/** Curves between 0 and 1 on both axes. */
export function square({ title, x, y, reference, curves }: SquareProps): Markup {
  const toX = (value: number) => tenth(LEFT + value * SIDE);
  const toY = (value: number) => tenth(BOTTOM - value * SIDE);
  const path = (points: readonly CurvePoint[]) => points.map(([a, b]) => `${toX(a)},${toY(b)}`).join(' ');
  return markup`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${LEFT + SIDE + 12} ${BOTTOM + 40}" role="img" aria-label="${title}">
<text class="on" x="${LEFT}" y="14">${title}</text>
${TICKS.map((tick) => markup`<line class="grid" x1="${toX(0)}" x2="${toX(1)}" y1="${toY(tick)}" y2="${toY(tick)}"/><text class="end" x="${LEFT - 6}" y="${toY(tick) + 4}">${tick}</text><text class="middle" x="${toX(tick)}" y="${BOTTOM + 16}">${tick}</text>`)}
<line class="axis" x1="${toX(0)}" x2="${toX(1)}" y1="${BOTTOM}" y2="${BOTTOM}"/>
<text class="middle" x="${toX(0.5)}" y="${BOTTOM + 34}">${x}</text><text class="middle" transform="rotate(-90)" x="${-(TOP + SIDE / 2)}" y="11">${y}</text>
${reference && markup`<line class="step" x1="${toX(reference[0][0])}" y1="${toY(reference[0][1])}" x2="${toX(reference[1][0])}" y2="${toY(reference[1][1])}"/>`}
${curves.map(
  ({ role, points, intervals }) => markup`<polyline class="${role}" points="${path(points)}"/>
${intervals?.map(([low, high], index) => markup`<line class="whisker thin ${role}" x1="${toX(points[index]?.[0] ?? 0)}" x2="${toX(points[index]?.[0] ?? 0)}" y1="${toY(low)}" y2="${toY(high)}"/>`)}`,
)}</svg>`;
}

/** Tenths of a pixel are enough. */
function tenth(value: number): number {
  return Math.round(value * 10) / 10;
}
