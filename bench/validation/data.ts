import { closeSync, openSync, writeSync } from 'node:fs';
import { Random } from '../random';

/** What cells may be, by column: as much as all rivals check. */
export type Checks = Readonly<
  Record<
    string,
    { readonly minimum?: number; readonly maximum?: number; readonly allowed?: readonly string[] }
  >
>;

const AIRPORTS = ['ATL', 'BOS', 'DEN', 'JFK', 'LAX', 'ORD', 'SEA', 'SFO'];

export const CHECKS: Checks = {
  label: { minimum: 0, maximum: 1 },
  hour: { minimum: 0, maximum: 23 },
  distance: { minimum: 0, maximum: 5000 },
  delay: { minimum: -100, maximum: 100 },
  temperature: { minimum: -40, maximum: 50 },
  wind: { minimum: 0, maximum: 200 },
  load: { minimum: 0, maximum: 1 },
  origin: { allowed: AIRPORTS },
  destination: { allowed: AIRPORTS },
};

/** Rows that are drawn; the file repeats them. */
const DRAWN = 50_000;
/** Of the rows that are drawn so many have a delay out of its range. */
const FAULTS = 5;

/** Writes a CSV file of about that size. @returns its rows, and how many are at fault */
export function writeData(path: string, bytes: number): { readonly rows: number; readonly faults: number } {
  const block = Buffer.from(drawRows());
  const file = openSync(path, 'w');
  let repeats = 0;
  try {
    writeSync(file, `${Object.keys(CHECKS).join(',')}\n`);
    for (let written = 0; written < bytes; written += block.length) {
      writeSync(file, block);
      repeats++;
    }
  } finally {
    closeSync(file);
  }
  return { rows: repeats * DRAWN, faults: repeats * FAULTS };
}

function drawRows(): string {
  const random = new Random(20261126);
  const below = (limit: number) => Math.floor(random.uniform() * limit);
  const airport = () => AIRPORTS[below(AIRPORTS.length)];
  return Array.from({ length: DRAWN }, (_, row) => {
    const delay = row % (DRAWN / FAULTS) === 0 ? 999 : Math.max(-99, Math.min(99, 20 * random.normal()));
    const cells = [
      below(2),
      below(24),
      (5000 * random.uniform()).toFixed(1),
      delay.toFixed(3),
      (20 + 4 * random.normal()).toFixed(2),
      (30 * random.uniform()).toFixed(2),
      random.uniform().toFixed(5),
      airport(),
      airport(),
    ];
    return `${cells.join(',')}\n`;
  }).join('');
}
