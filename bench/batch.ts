import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { functionDollars } from '../bin/batch/estimate-run';
import { PriceTable } from '../lib/cost/price-table';
import { line, type Measured, Rivals, run } from './rivals';

const OURS = join(__dirname, 'batch', 'ours.js');
/** Of the names of files. */
const ENDINGS = ['csv', 'csv.gz', 'jsonl', 'parquet'];
/** This machine has two processors. */
const WORKERS = [1, 2];
/** Two processors, as a job of batch transform or a node of a Spark cluster may have. */
const INSTANCE = 'ml.m5.large';

interface Scored extends Measured {
  readonly rows: number;
  /** Of all predictions. */
  readonly sum: number;
}

/** By functions, which cost what they take. */
interface ScoredByFunctions extends Scored {
  readonly parts: number;
  readonly gigabyteSeconds: number;
}

/**
 * Rows a second from a file to a file of predictions, and what a million costs: ours by the functions of a
 * batch, with plan, profile of the input and manifest; and what one writes by hand with pandas, and with
 * PySpark. Reading, predicting and writing are measured; starting Python, Java and instances is not.
 *
 * @param rows of the file. @default 500,000
 * @param rounds of each. @default 3
 */
export async function batch([rows = '500000', rounds = '3']: readonly string[]): Promise<void> {
  const rivals = await Rivals.install('batch');
  console.log(rivals.describe());
  const folder = mkdtempSync(join(tmpdir(), 'batch-'));
  try {
    rivals.run(['train', folder, rows]);
    run(process.execPath, [OURS, 'register', folder]);
    for (const ending of ENDINGS) {
      console.log(`\n${rows} rows of 20 features, 100 trees, .${ending}`);
      line('', 'seconds', 'rows/s', 'ratio', 'peak MB', 'USD/million');
      const found = fastestOf(programs(rivals, folder, ending), Number(rounds));
      const [reference] = [...found.values()] as [Scored];
      for (const [title, one] of found) {
        checkSame(title, one, reference);
        line(
          title,
          one.seconds.toFixed(2),
          (one.rows / one.seconds).toFixed(0),
          (reference.seconds / one.seconds).toFixed(2),
          (one.peakBytes / 1e6).toFixed(0),
          ((dollarsOf(one) / one.rows) * 1e6).toFixed(3),
        );
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

type Programs = Readonly<Record<string, () => Scored>>;

function programs(rivals: Rivals, folder: string, ending: string): Programs {
  return {
    'scikit-learn and pandas': () => rivals.run<Scored>(['score', folder, ending, 'scikit-learn']),
    'onnxruntime and pandas': () => rivals.run<Scored>(['score', folder, ending, 'onnxruntime']),
    ...perWorkers('PySpark, pandas UDF', (workers) => rivals.run<Scored>(['spark', folder, ending, workers])),
    ...perWorkers('this', (workers) =>
      run<ScoredByFunctions>(process.execPath, [OURS, 'score', folder, ending, workers]),
    ),
  };
}

function perWorkers(title: string, program: (workers: string) => Scored): Programs {
  return Object.fromEntries(
    WORKERS.map((workers) => [`${title}, ${workers} of 2 cores`, () => program(String(workers))]),
  );
}

/** The fastest of some runs of each, with the programs one after the other in each round. */
function fastestOf(all: Programs, rounds: number): Map<string, Scored> {
  const fastest = new Map<string, Scored>();
  for (let round = 0; round < rounds; round++) {
    for (const [title, program] of Object.entries(all)) {
      const scored = program();
      const before = fastest.get(title);
      if (!before || scored.seconds < before.seconds) fastest.set(title, scored);
    }
  }
  return fastest;
}

/** @throws Error unless both have scored all rows, to the same predictions but for rounding */
function checkSame(title: string, { rows, sum }: Scored, reference: Scored): void {
  if (rows === reference.rows && Math.abs(sum - reference.sum) <= 1e-6 * rows) return;
  throw new Error(
    `${title}: ${rows} rows, whose predictions add up to ${sum}, not ${reference.rows} and ${reference.sum}`,
  );
}

/** By the price table: of functions, or of an instance as long as it scores. */
function dollarsOf(scored: Scored | ScoredByFunctions): number {
  if ('gigabyteSeconds' in scored) return functionDollars(scored.gigabyteSeconds, scored.parts);
  const prices = PriceTable.builtIn()._of('us-east-1');
  return ((prices?.instanceHours[INSTANCE] ?? Number.NaN) * scored.seconds) / 3600;
}
