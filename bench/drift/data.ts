import { closeSync, openSync, writeSync } from 'node:fs';
import { baselineProfile, type DatasetProfile } from '../../lambda/domain/data/profile';
import { Random } from '../random';

const NUMBERS = 17;
const CATEGORIES = 20;
/** By how many standard deviations the first feature moves. */
const MOVED = 0.1;
const SAMPLE = 20_000;
const AT_A_TIME = 2000;

export const FEATURES: readonly string[] = [
  ...Array.from({ length: NUMBERS }, (_, i) => `number${i}`),
  'hour',
  'plan',
  'city',
];

type Drawn = readonly (string | number)[];

/** Training data: a CSV file for rivals, and the profile that a pipeline makes of it at registration. */
export function writeTraining(csvPath: string): DatasetProfile {
  const random = new Random(20261129);
  const rows = Array.from({ length: SAMPLE }, () => [...drawRow(random, 0), random.uniform()]);
  const names = [...FEATURES, 'prediction'];
  write(
    csvPath,
    [names, ...rows].map((row) => `${row.join(',')}\n`),
  );
  const columnOf = (index: number) => rows.map((row) => row[index] as string | number);
  const columns = FEATURES.map((name, index) => {
    const cells = columnOf(index);
    return { name, kind: typeof cells[0] === 'number' ? 'numeric' : 'categorical', cells } as const;
  });
  return baselineProfile(columns, columnOf(FEATURES.length) as number[]);
}

/** A file of data capture as an endpoint writes it, one row a request, in which one feature has moved. */
export function writeCapture(path: string, records: number): void {
  const random = new Random(20261130);
  const file = openSync(path, 'w');
  try {
    for (let written = 0; written < records; written += AT_A_TIME) {
      const count = Math.min(AT_A_TIME, records - written);
      const lines = Array.from({ length: count }, (_, i) => {
        const seconds = Math.floor(((written + i) * 3600) / records);
        return captureLine(random, new Date(Date.UTC(2026, 10, 24, 9, 0, seconds)));
      });
      writeSync(file, lines.join(''));
    }
  } finally {
    closeSync(file);
  }
}

function captureLine(random: Random, time: Date): string {
  const payload = (mode: string, data: string) => ({
    observedContentType: 'text/csv',
    mode,
    data: `${data}\n`,
    encoding: 'CSV',
  });
  const record = {
    captureData: {
      endpointInput: payload('INPUT', drawRow(random, MOVED).join(',')),
      endpointOutput: payload('OUTPUT', random.uniform().toFixed(8)),
    },
    eventMetadata: { eventId: uuid(random), inferenceTime: `${time.toISOString().slice(0, 19)}Z` },
    eventVersion: '0',
  };
  return `${JSON.stringify(record)}\n`;
}

function drawRow(random: Random, moved: number): Drawn {
  const below = (limit: number) => Math.floor(random.uniform() * limit);
  const numbers = Array.from({ length: NUMBERS }, (_, i) => {
    return Math.round(1e6 * (random.normal() + (i === 0 ? moved : 0))) / 1e6;
  });
  return [...numbers, below(24), `plan ${below(4)}`, `city ${below(CATEGORIES)}`];
}

function uuid(random: Random): string {
  const digits = (count: number) =>
    Array.from({ length: count }, () => Math.floor(16 * random.uniform()).toString(16)).join('');
  return `${digits(8)}-${digits(4)}-4${digits(3)}-a${digits(3)}-${digits(12)}`;
}

function write(path: string, lines: readonly string[]): void {
  const file = openSync(path, 'w');
  try {
    for (let i = 0; i < lines.length; i += AT_A_TIME) writeSync(file, lines.slice(i, i + AT_A_TIME).join(''));
  } finally {
    closeSync(file);
  }
}
