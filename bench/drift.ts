import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeCapture, writeTraining } from './drift/data';
import { line, type Measured, Rivals, run } from './rivals';

/** The smaller ones tell whether time and memory grow with the file. */
const RECORDS = [10_000, 100_000, 1_000_000];
/** What is compared takes turns, and the best of each counts: others use the machine, too. */
const TURNS = 3;
const RIVALS = { 'orjson, pandas and scipy': 'pandas', 'Evidently, with orjson and pandas': 'evidently' };

interface Compared extends Measured {
  /** The statistic D of Kolmogorov-Smirnov by feature, if the rival reports it. */
  readonly distances: Readonly<Record<string, number>>;
}

/**
 * Processor time and memory that it takes to compare an hour of recorded requests of 20 features with training data:
 * ours, by the monitor's own code, and those of named rivals.
 *
 * @param most records. @default 1,000,000
 */
export async function drift([most = String(Math.max(...RECORDS))]: readonly string[]): Promise<void> {
  const rivals = await Rivals.install('drift');
  const folder = mkdtempSync(join(tmpdir(), 'drift-'));
  const inFolder = (name: string) => join(folder, name);
  try {
    const [training, baseline, capture] = ['training.csv', 'baseline.json', 'capture.jsonl'].map(inFolder);
    writeFileSync(baseline as string, JSON.stringify(writeTraining(training as string)));
    console.log(rivals.describe());
    for (const records of RECORDS.filter((count) => count <= Number(most))) {
      writeCapture(capture as string, records);
      const megabytes = (statSync(capture as string).size / 1e6).toFixed(0);
      console.log(`\n${records} records of 20 features, ${megabytes} MB`);
      line('', 'CPU s', 'times ours', 'peak MB', 'largest difference of D');
      compare(rivals, training as string, baseline as string, capture as string);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function compare(rivals: Rivals, training: string, baseline: string, capture: string): void {
  const programs: [string, () => Compared][] = [
    ['this', () => run(process.execPath, [join(__dirname, 'drift', 'ours.js'), baseline, capture])],
    ...Object.entries(RIVALS).map(([title, name]): [string, () => Compared] => {
      return [title, () => rivals.run([name, training, capture])];
    }),
  ];
  const best = new Map<string, Compared>();
  for (let turn = 0; turn < TURNS; turn++) {
    for (const [title, measure] of programs) {
      const now = measure();
      const before = best.get(title);
      if (!before || now.seconds < before.seconds) best.set(title, now);
    }
  }
  const ours = best.get('this') as Compared;
  for (const [title, measured] of best) tell(title, measured, ours);
}

function tell(title: string, { distances, seconds, peakBytes }: Compared, ours: Compared): void {
  const differences = Object.entries(distances).map(([name, value]) =>
    Math.abs(value - (ours.distances[name] ?? Number.NaN)),
  );
  line(
    title,
    seconds.toFixed(2),
    (seconds / ours.seconds).toFixed(1),
    String(Math.round(peakBytes / 1e6)),
    differences.length > 0 ? Math.max(...differences).toFixed(6) : '',
  );
}
