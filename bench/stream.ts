import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { line, Rivals } from './rivals';
import { afterKills } from './stream/kills';
import { recordsASecond } from './stream/throughput';

/** Records of an event. */
const EVENTS = [1, 10, 100, 1_000];
/** Milliseconds in which the output answers a call: at once, and as a service of the same region may. */
const ANSWERS = [0, 5];
const SEEDS = 1_000;

/**
 * Records a second that an instance scores of one shard, whose events come one after the other: batched, and
 * one by one. Reading, scoring with 100 trees, routing, metrics, recordings and the call of the output are
 * part of it; Lambda's own time for an event is not. Then what comes to consumers of seeded streams whose
 * instances are killed.
 *
 * @param rounds of which the fastest counts, which the rest of the machine disturbs least. @default 5
 */
export async function stream([rounds = '5']: readonly string[]): Promise<void> {
  const rivals = await Rivals.install('serving');
  console.log(rivals.describe());
  const folder = mkdtempSync(join(tmpdir(), 'stream-'));
  try {
    rivals.run(['train', folder]);
    for (const answerMillis of ANSWERS) {
      console.log(`\nrecords of one shard a second, 20 features, output answers in ${answerMillis} ms`);
      line('records of an event', 'records/s', 'ratio');
      const fastest = new Map<number, number>();
      for (let round = 0; round < Number(rounds); round++) {
        for (const records of EVENTS) {
          const rate = await recordsASecond({ folder, records, answerMillis });
          fastest.set(records, Math.max(rate, fastest.get(records) ?? 0));
        }
      }
      const [oneByOne = 1] = fastest.values();
      for (const [records, rate] of fastest)
        line(String(records), rate.toFixed(0), (rate / oneByOne).toFixed(1));
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const { records, cameAgain, lost, doubled, scoredAndBuried } = await afterKills(SEEDS);
  console.log(`\n${SEEDS} seeded shards whose instances are killed while they hand records on`);
  line('records', String(records));
  line('scores that came again', String(cameAgain));
  line('lost', String(lost));
  line('doubled by id', String(doubled));
  line('scored and buried', String(scoredAndBuried));
}
