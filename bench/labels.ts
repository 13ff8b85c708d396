import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { writeDay } from './labels/data';
import { Random } from './random';
import { line, type Measured, Rivals, run } from './rivals';

/** The one before the last needs the most memory: of more requests an hour, a sample is read. */
const RECORDS = [10_000, 100_000, 475_000, 1_000_000, 10_000_000];
/** More do not fit into the memory of rivals. */
const MOST_OF_RIVALS = 1_000_000;
const KILLS = 3;
const OURS = join(__dirname, 'labels', 'ours.js');

interface Joined extends Measured {
  readonly labels: number;
  readonly auc: number;
  /** Share of the requests that were read. */
  readonly sampled?: number;
  readonly report?: unknown;
}

/**
 * Processor time and memory that it takes to join a day of recorded requests with labels, of which some come
 * twice, some contradict each other and some are of nobody: ours by the monitor's own code, first with all
 * traffic to read, then as it runs every hour, and after kills, whose report must be the same.
 *
 * @param most records. @default 1,000,000
 */
export async function labels([most = String(MOST_OF_RIVALS)]: readonly string[]): Promise<void> {
  const rivals = await Rivals.install('labels');
  console.log(rivals.describe());
  for (const records of RECORDS.filter((count) => count <= Number(most))) {
    const folder = mkdtempSync(join(tmpdir(), 'labels-'));
    const forget = () =>
      ['answers', 'profiles'].map((name) => rmSync(join(folder, name), { recursive: true, force: true }));
    try {
      writeDay(folder, records);
      console.log(`\n${records} requests of a day`);
      line('', 'labels', 'AUC', 'of requests', 'CPU s', 'peak MB');
      const first = measure('this, all hours to read', () => run<Joined>(process.execPath, [OURS, folder]));
      const again = measure('this, every hour', () => run<Joined>(process.execPath, [OURS, folder]));
      if (records <= MOST_OF_RIVALS) {
        const pandas = measure('orjson and pandas merge', () => rivals.run<Joined>([folder]));
        if (
          first.sampled === 1 &&
          (first.labels !== pandas.labels || Math.abs(first.auc - pandas.auc) > 1e-12)
        ) {
          throw new Error('not the labels or the AUC of pandas');
        }
      }
      forget();
      await killTimes(folder, KILLS, first.seconds);
      const afterKills = measure(`this, after ${KILLS} kills`, () =>
        run<Joined>(process.execPath, [OURS, folder]),
      );
      for (const other of [again, afterKills]) {
        if (!isDeepStrictEqual(other.report, first.report))
          throw new Error('another report of the same labels');
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
}

function measure(title: string, of: () => Joined): Joined {
  const found = of();
  const { labels: count, auc, sampled = 1, seconds, peakBytes } = found;
  line(
    title,
    String(count),
    auc.toFixed(6),
    `1 in ${1 / sampled}`,
    seconds.toFixed(2),
    (peakBytes / 1e6).toFixed(0),
  );
  return found;
}

/** At seeded times of a run. */
async function killTimes(folder: string, times: number, seconds: number): Promise<void> {
  const random = new Random(20261130);
  for (let i = 0; i < times; i++) {
    const program = spawn(process.execPath, [OURS, folder], { stdio: 'ignore' });
    const ended = once(program, 'exit');
    const timer = setTimeout(() => program.kill('SIGKILL'), 1000 * seconds * random.uniform());
    await ended;
    clearTimeout(timer);
  }
}
