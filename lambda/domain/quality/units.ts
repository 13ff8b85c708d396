import type { LabelledRows } from './labelled-rows';

/** The spread between fewer hours says too little. */
const FEWEST_HOURS = 10;

/**
 * The units of rows that may depend on each other, since errors come in bursts, such as a bad hour, or 200
 * rows of one customer: hours, or requests if there are fewer than 10 hours; undefined if even requests have
 * no spread, or are not known.
 *
 * @param perClass whether each of the classes 0 and 1 must be in several units, as AUC needs
 */
export function unitsOf(
  { requests, hours, labels }: LabelledRows,
  perClass: boolean,
): Uint32Array | undefined {
  const isSpread = (units: Uint32Array) =>
    (perClass ? [0, 1] : [undefined]).every(
      (one) => countOf(units.filter((_, row) => one === undefined || labels[row] === one)) > 1,
    );
  if (hours && countOf(hours) >= FEWEST_HOURS && isSpread(hours)) return hours;
  return requests && isSpread(requests) ? requests : undefined;
}

/** How many different units there are. */
export function countOf(units: Uint32Array): number {
  return new Set(units).size;
}
