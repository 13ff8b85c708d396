import { type Coordinates, corneredPath } from './paths';

export interface Row {
  readonly top: number;
  readonly bottom: number;
}

interface Box extends Coordinates {
  readonly width: number;
  readonly row: number;
}

/**
 * Lines leave a state a little below its middle and reach it a little above, so that both may be on one side.
 */
const LEAVE_BELOW_TOP = 20;
const REACH_BELOW_TOP = 10;
/** Distance from a row of a line that runs between rows. */
const BESIDE_ROW = 9;
const CORNER_INSET = 12;

/**
 * Path data of a way that runs along a vertical lane: out at the side of a state where nothing is between it
 * and the lane, between two rows otherwise; and in the same way in.
 *
 * @param boxes all states, none of which the line may run through
 */
export function lanePath(
  from: Box & { readonly height: number },
  to: Box,
  lane: number,
  rows: readonly Row[],
  boxes: readonly Box[],
): string {
  const leave = from.y + LEAVE_BELOW_TOP;
  const out = isFree(from, lane, boxes)
    ? [
        { x: sideToward(from, lane), y: leave },
        { x: lane, y: leave },
      ]
    : around(from, lane, from.y + from.height, (rows[from.row]?.bottom ?? 0) + BESIDE_ROW);
  const reach = to.y + REACH_BELOW_TOP;
  const into = isFree(to, lane, boxes)
    ? [
        { x: sideToward(to, lane), y: reach },
        { x: lane, y: reach },
      ]
    : around(to, lane, to.y, (rows[to.row]?.top ?? 0) - BESIDE_ROW);
  return corneredPath([...out, ...into.reverse()]);
}

/** From the upper or lower side of a state along its row to the lane. */
function around(box: Box, lane: number, start: number, beside: number): Coordinates[] {
  const x = lane > box.x ? box.x + box.width - CORNER_INSET : box.x + CORNER_INSET;
  return [
    { x, y: start },
    { x, y: beside },
    { x: lane, y: beside },
  ];
}

function sideToward({ x, width }: Box, lane: number): number {
  return lane > x ? x + width : x;
}

function isFree(box: Box, lane: number, boxes: readonly Box[]): boolean {
  const [low, high] = lane > box.x ? [box.x + box.width, lane] : [lane, box.x];
  return !boxes.some(
    (other) => other !== box && other.row === box.row && other.x < high && other.x + other.width > low,
  );
}
