import type { ScoredRecord } from '../../contracts/scored-record';
import { logger } from '../../lambda/aws/logger';
import { itemFailures } from '../../lambda/score-stream/item-failures';
import { type ScoreRecordsProps, scoreRecords } from '../../lambda/score-stream/score-records';
import { recordsOfEvent } from '../../lambda/score-stream/sources/records-of-event';
import { Random } from '../random';
import { shardEvent, streamProps } from './stream-props';

/** Of a shard; every fourth or so cannot be scored. */
const RECORDS = 12;

export interface AfterKills {
  readonly records: number;
  /** Scores that came again, with an id that the consumer knows. */
  readonly cameAgain: number;
  /** Records that came neither to the consumer nor to the dead letters. */
  readonly lost: number;
  /** Records that a consumer takes twice, since they came with two ids. */
  readonly doubled: number;
  /** Records of which the consumer has a score, and the dead letters a letter. */
  readonly scoredAndBuried: number;
}

class Killed extends Error {}

/** Reads seeded shards as Lambda does, from the first record that failed on, and again after each kill. */
export async function afterKills(seeds: number): Promise<AfterKills> {
  logger.setLogLevel('SILENT');
  let [cameAgain, lost, doubled, scoredAndBuried] = [0, 0, 0, 0];
  for (let seed = 0; seed < seeds; seed++) {
    const random = new Random(seed);
    const delivered: string[] = [];
    const buried: string[] = [];
    const data = Array.from({ length: RECORDS }, () => (random.uniform() < 0.25 ? '{' : '[1,2,3]'));
    const records = recordsOfEvent(shardEvent(data));
    const props = mortal(random, delivered, buried);
    for (let checkpoint = 0; checkpoint < RECORDS; ) {
      const batch = records.slice(checkpoint, checkpoint + 1 + Math.floor(random.uniform() * 6));
      try {
        const [first] = itemFailures(await scoreRecords(batch, props)).batchItemFailures;
        checkpoint = first ? Number(first.itemIdentifier) - 1 : checkpoint + batch.length;
      } catch (error) {
        if (!(error instanceof Killed)) throw error;
      }
    }
    const [scores, letters] = [new Set(delivered), new Set(buried)];
    cameAgain += delivered.length - scores.size;
    lost += records.filter(({ id }) => !scores.has(id) && !letters.has(id)).length;
    doubled += Math.max(0, scores.size - data.filter((text) => text !== '{').length);
    scoredAndBuried += [...letters].filter((id) => scores.has(id)).length;
  }
  return { records: seeds * RECORDS, cameAgain, lost, doubled, scoredAndBuried };
}

/**
 * An instance whose output refuses some records, and that may be killed while or after it hands records on.
 */
function mortal(random: Random, delivered: string[], buried: string[]): ScoreRecordsProps {
  const take = (records: readonly ScoredRecord[]) => delivered.push(...records.map(({ id }) => id));
  return streamProps(
    {
      scorer: {
        atOnce: 1,
        prepare: () => {},
        score: async (_, __, inferenceId) => ({ inferenceId, predictions: [0.5] }),
      },
      output: {
        send: async (records) => {
          const refused = new Set(records.filter(() => random.uniform() < 0.1).map(({ id }) => id));
          const taken = records.filter(({ id }) => !refused.has(id));
          if (random.uniform() < 0.3) {
            take(taken.slice(0, Math.floor(random.uniform() * (taken.length + 1))));
            throw new Killed();
          }
          take(taken);
          return { refused, unfit: new Map() };
        },
      },
    },
    (messages) => {
      buried.push(...messages.map(({ id }) => id));
      if (random.uniform() < 0.1) throw new Killed();
    },
  );
}
