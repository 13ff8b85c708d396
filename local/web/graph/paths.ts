export interface Coordinates {
  readonly x: number;
  readonly y: number;
}

const CORNER_RADIUS = 7;

/** Path data of a line along corners, which are rounded. */
export function corneredPath(corners: readonly Coordinates[]): string {
  const parts = corners.map((corner, index) => {
    const [before, after] = [corners[index - 1], corners[index + 1]];
    if (!before) return `M${at(corner)}`;
    if (!after) return `L${at(corner)}`;
    const radius = Math.min(CORNER_RADIUS, length(before, corner) / 2, length(corner, after) / 2);
    return `L${at(toward(corner, before, radius))}Q${at(corner)} ${at(toward(corner, after, radius))}`;
  });
  return parts.join('');
}

/** One stretch of a line that leads down: straight to `bend`, then over to `end`. */
export interface Stretch {
  readonly bend: number;
  readonly end: Coordinates;
}

/** Path data of a line that leads down through stretches. */
export function flowingPath(start: Coordinates, stretches: readonly Stretch[]): string {
  let { x } = start;
  const parts = stretches.map(({ bend, end }) => {
    const half = (bend + end.y) / 2;
    const way =
      x === end.x
        ? `V${round(end.y)}`
        : `V${round(bend)}C${at({ x, y: half })} ${at({ x: end.x, y: half })} ${at(end)}`;
    x = end.x;
    return way;
  });
  return `M${at(start)}${parts.join('')}`;
}

function at({ x, y }: Coordinates): string {
  return `${round(x)},${round(y)}`;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function length(a: Coordinates, b: Coordinates): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

function toward(from: Coordinates, to: Coordinates, distance: number): Coordinates {
  const share = distance / (length(from, to) || 1);
  return { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share };
}
