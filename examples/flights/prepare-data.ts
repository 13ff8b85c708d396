import { mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { COLUMNS, dailyRates, trainingRow } from './features';
import { flightsChecksum, readFlights } from './read-flights';

export interface PrepareFlightsOptions {
  /** Directory of the monthly files; made if missing. */
  readonly out: string;
  /** Keep every n-th flight. @default 20, about 25,000 rows a month */
  readonly every?: number;
  readonly onProgress?: (line: string) => void;
}

/** One file a month, January first. */
export const MONTH_FILES = [1, 2, 3, 4, 5, 6].map((month) => `flights-2001-0${month}.csv`);

const DEFAULT_EVERY = 20;
const STAMP_FILE = 'flights.json';
const FORMAT_VERSION = 1;

/**
 * Writes the flights of January to June 2001 as one CSV a month: header, label first, sorted by departure.
 * Rates come from all flights, rows are a sample of them. Does nothing if the files are up to date.
 * @returns the paths of the files, January first
 * @throws if `every` is not a positive integer
 */
export async function prepareFlights(options: PrepareFlightsOptions): Promise<string[]> {
  const every = options.every ?? DEFAULT_EVERY;
  if (!Number.isInteger(every) || every < 1) {
    throw new Error(`'every' must be a positive integer, got ${every}: 1 keeps all flights, 20 a twentieth`);
  }
  const progress = options.onProgress ?? (() => undefined);
  const files = MONTH_FILES.map((name) => join(options.out, name));
  const stamp = JSON.stringify({
    format: FORMAT_VERSION,
    every,
    source: await flightsChecksum(),
    columns: COLUMNS,
  });
  if (await isUpToDate(options.out, files, stamp)) {
    progress(`flights are up to date in ${options.out}`);
    return files;
  }
  await mkdir(options.out, { recursive: true });
  await rm(join(options.out, STAMP_FILE), { force: true });

  progress('reading 3,000,000 flights');
  const flights = await readFlights();
  progress('counting late flights a day and airport');
  const rates = dailyRates(flights);
  const months: string[][] = MONTH_FILES.map(() => []);
  let known = 0;
  for (let row = 0; row < flights.departureMinutes.length; row++) {
    const month = monthOf(flights.departureMinutes[row] ?? 0);
    const lines = months[month];
    const values = lines && trainingRow(flights, rates, row);
    if (lines && values && known++ % every === 0) lines.push(values.join(','));
  }
  for (const [month, lines] of months.entries()) {
    const path = files[month] ?? '';
    await writeFile(`${path}.part`, `${COLUMNS.join(',')}\n${lines.join('\n')}\n`);
    await rename(`${path}.part`, path);
    progress(`wrote ${path}: ${lines.length} flights`);
  }
  await writeFile(join(options.out, STAMP_FILE), stamp);
  return files;
}

async function isUpToDate(directory: string, files: readonly string[], stamp: string): Promise<boolean> {
  const previous = await readFile(join(directory, STAMP_FILE), 'utf8').catch(() => undefined);
  if (previous !== stamp) return false;
  const sizes = await Promise.all(
    files.map((file) =>
      stat(file).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
  return sizes.every((size) => size > 0);
}

function monthOf(minutesSinceNewYear: number): number {
  const date = new Date(Date.UTC(2001, 0, 1) + minutesSinceNewYear * 60_000);
  return date.getUTCMonth();
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { out: { type: 'string' }, every: { type: 'string' } } });
  if (!values.out)
    throw new Error('--out is missing: give the directory of the monthly files, e.g. --out .cache/flights');
  await prepareFlights({
    out: values.out,
    every: values.every === undefined ? undefined : Number(values.every),
    onProgress: (line) => console.log(line),
  });
}

if (require.main === module) {
  main().catch((error: Error) => {
    console.error(`prepare-data: ${error.message}`);
    process.exitCode = 1;
  });
}
