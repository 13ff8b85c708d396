import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parse } from 'csv-parse/sync';
import type { Airport, Flights } from './features';

const EPOCH_MICROS = BigInt(Date.UTC(2001, 0, 1)) * 1000n;
const MICROS_A_MINUTE = 60_000_000n;

/** Files of the `vega-datasets` package, which holds the flights. */
export function flightsFile(): string {
  return join(dataDirectory(), 'flights-3m.parquet');
}

/** SHA-256 of the flights file, in hex. */
export async function flightsChecksum(): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(flightsFile())) hash.update(chunk);
  return hash.digest('hex');
}

/** Reads all three million flights into columns (about 40 MB). */
export async function readFlights(): Promise<Flights> {
  const { asyncBufferFromFile, parquetMetadataAsync, parquetRead } = await import('hyparquet');
  const { compressors } = await import('hyparquet-compressors');
  const file = await asyncBufferFromFile(flightsFile());
  const rows = Number((await parquetMetadataAsync(file)).num_rows);
  const index = await airportIndex();
  const flights = {
    departureMinutes: new Int32Array(rows),
    delayMinutes: new Int16Array(rows),
    distanceMiles: new Int16Array(rows),
    origin: new Uint16Array(rows),
    destination: new Uint16Array(rows),
  };
  const writers: Record<string, (row: number, value: unknown) => void> = {
    date: (row, value) => {
      flights.departureMinutes[row] = Number(((value as bigint) - EPOCH_MICROS) / MICROS_A_MINUTE);
    },
    delay: (row, value) => {
      flights.delayMinutes[row] = Number(value);
    },
    distance: (row, value) => {
      flights.distanceMiles[row] = Number(value);
    },
    origin: (row, value) => {
      flights.origin[row] = index.position(String(value));
    },
    destination: (row, value) => {
      flights.destination[row] = index.position(String(value));
    },
  };
  await parquetRead({
    file,
    compressors,
    parsers: { timestampFromMicroseconds: (micros: bigint) => micros },
    onChunk: ({ columnName, columnData, rowStart }) => {
      const write = writers[columnName];
      if (!write) return;
      for (let i = 0; i < columnData.length; i++) write(rowStart + i, columnData[i]);
    },
  });
  return { ...flights, airports: index.airports };
}

async function airportIndex() {
  const records: { iata: string; latitude: string; longitude: string }[] = parse(
    await readFile(join(dataDirectory(), 'airports.csv')),
    { columns: true, bom: true },
  );
  const airports: Airport[] = records.map(({ iata, latitude, longitude }) => ({
    code: iata,
    latitude: Number(latitude),
    longitude: Number(longitude),
  }));
  const positions = new Map(airports.map(({ code }, position) => [code, position]));
  return {
    airports,
    position(code: string): number {
      const position = positions.get(code);
      if (position === undefined)
        throw new Error(`airport '${code}' of ${flightsFile()} is not in airports.csv beside it`);
      return position;
    },
  };
}

function dataDirectory(): string {
  // The package exports its entry point only, so its data is found from there.
  return join(dirname(require.resolve('vega-datasets')), '..', 'data');
}
