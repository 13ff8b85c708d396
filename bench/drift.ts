import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { buildSync } from 'esbuild';
import { writeCapture, writeTraining } from './drift/data';
import { repositoryRoot } from './repository-root';
import { line, type Measured, Rivals, run } from './rivals';

/** The smaller ones tell whether time and memory grow with the file. */
const RECORDS = [10_000, 100_000, 1_000_000, 10_000_000];
/** More do not fit into the memory of rivals. */
const MOST_OF_RIVALS = 1_000_000;
/** What is compared takes turns, and the best of each counts: others use the machine, too. */
const TURNS = 3;
const RIVALS = { 'orjson, pandas and scipy': 'pandas', 'Evidently, with orjson and pandas': 'evidently' };

interface Compared extends Measured {
  /** The statistic D of Kolmogorov-Smirnov by feature, if the rival reports it. */
  readonly distances: Readonly<Record<string, number>>;
}

/**
 * Processor time and memory that it takes to compare an hour of recorded requests of 20 features with
 * training data: ours, by the monitor's own code, and those of named rivals.
 *
 * @param most records. @default 1,000,000
 */
export async function drift([most = String(MOST_OF_RIVALS)]: readonly string[]): Promise<void> {
  const rivals = await Rivals.install('drift');
  const folder = mkdtempSync(join(tmpdir(), 'drift-'));
  const inFolder = (name: string) => join(folder, name);
  const files = {
    ours: inFolder('ours.js'),
    objects: inFolder('objects.js'),
    training: inFolder('training.csv'),
    baseline: inFolder('baseline.json'),
    capture: inFolder('capture.jsonl'),
  };
  try {
    writeFileSync(files.baseline, JSON.stringify(writeTraining(files.training)));
    bundle(files.ours);
    bundle(files.objects);
    console.log(rivals.describe());
    writeCapture(files.capture, 1);
    const objects = Array.from({ length: TURNS }, () =>
      run<Measured>(process.execPath, [files.objects, files.baseline, files.capture]),
    );
    const least = Math.min(...objects.map(({ seconds }) => seconds));
    console.log(
      `\nan object of one record, read from S3 and counted: ${(1000 * least).toFixed(2)} ms of CPU`,
    );
    for (const records of RECORDS.filter((count) => count <= Number(most))) {
      writeCapture(files.capture, records);
      const megabytes = (statSync(files.capture).size / 1e6).toFixed(0);
      console.log(`\n${records} records of 20 features, ${megabytes} MB`);
      line('', 'CPU s', 'times ours', 'peak MB', 'largest difference of D');
      const others = records <= MOST_OF_RIVALS ? Object.entries(RIVALS) : [];
      compare([
        ['this', () => run(process.execPath, [files.ours, files.baseline, files.capture])],
        ...others.map(([title, name]): Program => {
          return [title, () => rivals.run([name, files.training, files.capture])];
        }),
      ]);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Of the program of that name, as functions are bundled: fewer modules take less memory. */
function bundle(outfile: string): void {
  const source = join(repositoryRoot(), 'bench', 'drift', basename(outfile, '.js'));
  buildSync({ entryPoints: [`${source}.ts`], outfile, bundle: true, platform: 'node', logLevel: 'error' });
}

type Program = readonly [title: string, measure: () => Compared];

function compare(programs: readonly Program[]): void {
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
