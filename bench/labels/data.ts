import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { captureKey, groundTruthPrefix, hourPath } from '../../lambda/domain/records/bucket-layout';
import { Random } from '../random';

const HOURS = 24;
const HOUR = 3_600_000;
export const START = Date.parse('2026-11-24T00:00:00Z');
/**
 * Share of the requests whose label arrives at all, twice, another time with another value, and of nobody.
 */
const SHARES = { labelled: 0.6, twice: 0.05, changed: 0.01, unknown: 0.01 };
const REGIONS = ['north', 'south', 'east', 'west'];

/**
 * A day of recorded requests and their labels, which are up to some hours late, as files below a folder: the
 * keys are those of a pipeline's bucket.
 */
export function writeDay(folder: string, records: number): void {
  const random = new Random(20261130);
  const files = new Files(folder);
  try {
    for (let i = 0; i < records; i++) {
      const time = new Date(START + Math.floor((i * HOURS * HOUR) / records));
      const label = Number(random.uniform() < 0.3);
      const score = 1 / (1 + Math.exp(-(random.normal() + 2 * label - 1.4)));
      const id = idOf(random);
      files.append(captureFile(time), captureLine(random, id, time, score));
      if (random.uniform() < SHARES.labelled) writeLabels(random, files, { id, time, label });
    }
  } finally {
    files.close();
  }
}

function captureFile(time: Date): string {
  const hour = new Date(Math.floor(time.getTime() / HOUR) * HOUR);
  return captureKey('bench', 'blue', hour, 'all');
}

function captureLine(random: Random, id: string, time: Date, score: number): string {
  const payload = (mode: string, data: string) => ({
    observedContentType: 'text/csv',
    mode,
    data,
    encoding: 'CSV',
  });
  const region = REGIONS[Math.floor(random.uniform() * REGIONS.length)];
  const record = {
    captureData: {
      endpointInput: payload(
        'INPUT',
        `${random.normal().toFixed(6)},${region},${random.uniform().toFixed(6)}\n`,
      ),
      endpointOutput: payload('OUTPUT', `${score.toFixed(8)}\n`),
    },
    eventMetadata: { eventId: id, inferenceTime: `${time.toISOString().slice(0, 19)}Z` },
    eventVersion: '0',
  };
  return `${JSON.stringify(record)}\n`;
}

function writeLabels(
  random: Random,
  files: Files,
  { id, time, label }: { readonly id: string; readonly time: Date; readonly label: number },
): void {
  /** Half of them within two hours. */
  const late = () => (2 * HOUR * -Math.log(random.uniform())) / Math.LN2;
  const send = (of: string, value: number, after: number) => {
    const hour = hourPath(new Date(time.getTime() + after));
    const groundTruthData = { data: String(value), encoding: 'CSV' };
    const record = { groundTruthData, eventMetadata: { eventId: of }, eventVersion: '0' };
    files.append(`${groundTruthPrefix(hour)}labels.jsonl`, `${JSON.stringify(record)}\n`);
  };
  const after = late();
  send(id, label, after);
  if (random.uniform() < SHARES.twice) send(id, label, after + late());
  if (random.uniform() < SHARES.changed) send(id, 1 - label, after + HOUR + late());
  if (random.uniform() < SHARES.unknown) send(idOf(random), label, after);
}

function idOf(random: Random): string {
  const digits = (count: number) =>
    Math.floor(16 ** count * random.uniform())
      .toString(16)
      .padStart(count, '0');
  return `${digits(8)}-${digits(4)}-4${digits(3)}-a${digits(3)}-${digits(12)}`;
}

/** Files that are written to in turns. */
class Files {
  private readonly open = new Map<string, { readonly file: number; lines: string[] }>();

  constructor(private readonly folder: string) {}

  append(key: string, line: string): void {
    let known = this.open.get(key);
    if (!known) {
      const path = join(this.folder, key);
      mkdirSync(dirname(path), { recursive: true });
      known = { file: openSync(path, 'w'), lines: [] };
      this.open.set(key, known);
    }
    known.lines.push(line);
    if (known.lines.length === AT_A_TIME) this.flush(known);
  }

  close(): void {
    for (const known of this.open.values()) {
      this.flush(known);
      closeSync(known.file);
    }
  }

  private flush(known: { readonly file: number; lines: string[] }): void {
    writeSync(known.file, known.lines.join(''));
    known.lines = [];
  }
}

const AT_A_TIME = 1000;
