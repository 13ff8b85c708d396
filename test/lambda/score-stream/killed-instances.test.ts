import { logger } from '../../../lambda/aws/logger';
import { itemFailures } from '../../../lambda/score-stream/item-failures';
import { scoreRecords } from '../../../lambda/score-stream/score-records';
import { recordsOfEvent } from '../../../lambda/score-stream/sources/records-of-event';
import { kinesisEvent, queueEvent, StreamWorld } from './stream-world';

const SEEDS = 1000;
const RECORDS = 12;

/** mulberry32. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** Every fourth record or so cannot be scored. */
function bodies(random: () => number): string[] {
  return Array.from({ length: RECORDS }, () => (random() < 0.25 ? '{' : '[1,2,3]'));
}

class Killed extends Error {}

/** An instance that may be killed while it hands records on: some of them have gone then. */
function mortalInstance(world: StreamWorld, random: () => number) {
  const props = world.streamInstance();
  return {
    ...props,
    // Loading a model takes longer than all the rest.
    scorer: {
      atOnce: 1 + Math.floor(random() * 4),
      prepare: () => {},
      score: async (_: unknown, __: unknown, inferenceId: string) => ({ inferenceId, predictions: [0.5] }),
    },
    output: {
      send: async (records: Parameters<typeof props.output.send>[0]) => {
        world.refused.clear();
        for (const { id } of records) if (random() < 0.1) world.refused.add(id);
        if (random() >= 0.3) return props.output.send(records);
        await props.output.send(records.slice(0, Math.floor(random() * (records.length + 1))));
        throw new Killed();
      },
    },
  };
}

describe('1,000 seeded streams whose instances are killed', () => {
  beforeEach(() => {
    jest.spyOn(logger, 'warn').mockImplementation();
    jest.spyOn(logger, 'error').mockImplementation();
  });
  afterEach(() => jest.restoreAllMocks());

  /** That each record has come to the consumer or to the dead letters, by its id at least once. */
  function expectAll(world: StreamWorld, ids: readonly string[], sent: readonly string[]): void {
    const good = ids.filter((_, index) => sent[index] !== '{');
    const poison = ids.filter((_, index) => sent[index] === '{');
    expect([...new Set(world.output.map(({ id }) => id))].sort()).toEqual([...good].sort());
    expect([...new Set(world.deadLetters.map(({ id }) => id))].sort()).toEqual([...poison].sort());
  }

  test('of a shard: none is lost, doubles have the id of the first, and Lambda goes on', async () => {
    let doubles = 0;
    for (let seed = 0; seed < SEEDS; seed++) {
      const random = seeded(seed);
      const world = new StreamWorld();
      const sent = bodies(random);
      const records = recordsOfEvent(kinesisEvent(sent));
      let checkpoint = 0;
      let props = mortalInstance(world, random);
      for (let attempts = 0; checkpoint < RECORDS; attempts++) {
        expect(attempts).toBeLessThan(500);
        const batch = records.slice(checkpoint, checkpoint + 1 + Math.floor(random() * 6));
        try {
          const { batchItemFailures } = itemFailures(await scoreRecords(batch, props));
          const [first] = batchItemFailures;
          checkpoint = first ? Number(first.itemIdentifier) - 1 : checkpoint + batch.length;
        } catch (error) {
          if (!(error instanceof Killed)) throw error;
          props = mortalInstance(world, random);
        }
      }
      expectAll(
        world,
        records.map(({ id }) => id),
        sent,
      );
      doubles += world.output.length - new Set(world.output.map(({ id }) => id)).size;
    }
    expect(doubles).toBeGreaterThan(0);
  });

  test('of a queue: none is lost, doubles have the id of the first, and the queue becomes empty', async () => {
    for (let seed = 0; seed < SEEDS; seed++) {
      const random = seeded(seed);
      const world = new StreamWorld();
      const sent = bodies(random);
      const records = recordsOfEvent(queueEvent(sent));
      let left = records;
      let props = mortalInstance(world, random);
      for (let attempts = 0; left.length > 0; attempts++) {
        expect(attempts).toBeLessThan(500);
        const batch = left.slice(0, 1 + Math.floor(random() * 6));
        const others = left.slice(batch.length);
        try {
          const again = await scoreRecords(batch, props);
          left = [...others, ...again];
        } catch (error) {
          if (!(error instanceof Killed)) throw error;
          props = mortalInstance(world, random);
          left = [...others, ...batch];
        }
      }
      expectAll(
        world,
        records.map(({ id }) => id),
        sent,
      );
    }
  });
});
