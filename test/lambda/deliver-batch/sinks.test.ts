import type { BatchManifest } from '../../../contracts/batch';
import { deliverPart } from '../../../lambda/deliver-batch/deliver-part';
import { SeededRandom } from '../../../lambda/domain/statistics/seeded-random';
import { finishDelivery } from '../../../lambda/finish-delivery/finish-delivery';
import { MemoryBucket } from '../batch/memory-bucket';
import { REFUSED_CUSTOMER, type SinkWorld, SinkWorlds } from './sink-worlds';

/** The function was ended where it was. */
class Killed extends Error {}

/** A run that has ended, with files of the output. */
class DeliveredRun {
  readonly store = new MemoryBucket('pipeline');
  readonly published: Readonly<Record<string, number>>[] = [];

  constructor(
    private readonly world: SinkWorld,
    /** Customers of each part. */
    readonly parts: readonly (readonly string[])[],
    readonly run = 'night',
    plannedAt = '2026-11-30T02:00:00.000Z',
  ) {
    const manifest: BatchManifest = {
      version: 1,
      batch: 'nightly',
      run,
      plannedAt,
      finishedAt: plannedAt,
      modelVersion: '1.0.0',
      engine: 'lambda',
      input: [],
      format: 'csv',
      rows: parts.flat().length,
      failedRows: 0,
      parts: parts.map((customers, part) => {
        const key = `batch/nightly/${run}/output/part-0000${part}.csv`;
        const lines = customers.map(
          (customer, row) => `in/${part}.csv:${row + 2},${customer},0.${part}${row + 1},1.0.0`,
        );
        const written = this.store.put(key, `rowId,customer,prediction,modelVersion\n${lines.join('\n')}\n`);
        const { versionId, sha256 } = written;
        return { key, versionId, sha256, rows: customers.length, failedRows: 0 };
      }),
    };
    this.store.put(`batch/nightly/${run}/manifest.json`, JSON.stringify(manifest));
  }

  deliver(part: number) {
    return deliverPart(
      { run: this.run, sink: 'sink', part },
      { batchName: 'nightly', store: this.store, sinks: new Map([['sink', async () => this.world.sink]]) },
    );
  }

  async deliverAll() {
    for (const part of this.parts.keys()) await this.deliver(part);
    return this.finish();
  }

  finish() {
    return finishDelivery(this.run, {
      batchName: 'nightly',
      sinks: ['sink'],
      store: this.store,
      metrics: {
        publish: async (values) => {
          this.published.push(values);
        },
      },
      now: () => new Date('2026-11-30T04:00:00Z'),
    });
  }
}

const names = (count: number, prefix = 'c') =>
  Array.from({ length: count }, (_, index) => `${prefix}${index}`);

const worlds = new SinkWorlds();
beforeAll(() => worlds.start());
afterAll(() => worlds.stop());

describe.each([
  ['DynamoDB', () => worlds.dynamoDb()],
  ['SQS', () => worlds.sqs()],
  ['webhook', () => worlds.webhook()],
  ['Aurora Data API', () => worlds.dataApi()],
])('the sink %s', (_name, open) => {
  let world: SinkWorld;
  beforeAll(async () => {
    world = await open();
  });
  afterEach(async () => {
    world.isDown = false;
    world.interrupt = () => {};
    await world.clear();
  });

  test('takes every row, with its fields, and says how many', async () => {
    const run = new DeliveredRun(world, [names(40), names(3, 'd')]);
    expect(await run.deliverAll()).toMatchObject({ sinks: { sink: { rows: 43, refusedRows: 0 } } });
    const taken = await world.taken();
    expect(taken.map(({ customer }) => customer).sort()).toEqual([...names(40), ...names(3, 'd')].sort());
    expect(taken.find(({ customer }) => customer === 'd1')).toMatchObject({
      rowId: 'in/1.csv:3',
      run: 'night',
      prediction: 0.12,
    });
    expect(run.published).toEqual([
      { BatchDeliveredRows: 43, BatchRefusedRows: 0, BatchUndeliveredSinks: 0 },
    ]);
  });

  test('keeps rows aside that it refuses, with the reason, and takes the others', async () => {
    const run = new DeliveredRun(world, [['a', REFUSED_CUSTOMER, 'b', 'c']]);
    expect(await run.deliverAll()).toMatchObject({ sinks: { sink: { rows: 3, refusedRows: 1 } } });
    expect((await world.taken()).map(({ customer }) => customer).sort()).toEqual(['a', 'b', 'c']);
    const lines = run.store.text('batch/nightly/night/refused/sink/part-00000.jsonl').trimEnd().split('\n');
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      expect.objectContaining({
        rowId: 'in/0.csv:3',
        customer: REFUSED_CUSTOMER,
        modelVersion: '1.0.0',
        reason: expect.stringMatching(/\w/),
      }),
    ]);
  });

  test('that is down lets no part count as delivered, and takes it when it is back', async () => {
    const run = new DeliveredRun(world, [names(5)]);
    world.isDown = true;
    await expect(run.deliver(0)).rejects.toMatchObject({
      name: 'SinkUnavailable',
      message: expect.stringContaining('nobody is there'),
    });
    await expect(run.finish()).rejects.toMatchObject({
      name: 'UndeliveredParts',
      message: expect.stringContaining('sink lacks 1 of 1 parts'),
    });
    world.isDown = false;
    await run.deliverAll();
    expect(await world.taken()).toHaveLength(5);
  });

  test('loses no row of functions that are killed anywhere, and doubles none that it promises once', async () => {
    let kills = 0;
    for (let seed = 1; seed <= 20; seed++) {
      const random = new SeededRandom(seed);
      const parts = [names(9, `${seed}a`), names(4, `${seed}b`)];
      const run = new DeliveredRun(world, parts, `run-${seed}`);
      let left = 6;
      const interrupt = () => {
        if (left === 0 || random.below(5) > 0) return;
        left--;
        kills++;
        throw new Killed();
      };
      world.interrupt = interrupt;
      run.store.interrupt = interrupt;
      for (;;) {
        try {
          await run.deliverAll();
          break;
        } catch (error) {
          // A sink takes what ends a call for something that is not there.
          if (!(error instanceof Killed) && (error as Error).name !== 'SinkUnavailable') throw error;
        }
      }
      world.interrupt = () => {};
      const taken = (await world.taken()).filter(({ run: of }) => of === `run-${seed}`);
      const ids = taken.map(({ customer }) => customer);
      expect([...new Set(ids)].sort()).toEqual(parts.flat().sort());
      if (world.promise === 'once by key') expect(ids).toHaveLength(13);
    }
    expect(kills).toBeGreaterThan(40);
  });

  test('delivers a part once that was delivered', async () => {
    const run = new DeliveredRun(world, [names(3)]);
    await run.deliverAll();
    await run.deliverAll();
    expect(await world.taken()).toHaveLength(3);
  });

  test('keeps the last row of the last run by key, in whatever order they come', async () => {
    if (world.promise !== 'once by key') return;
    const before = new DeliveredRun(world, [['a', 'b']], 'before', '2026-11-29T02:00:00.000Z');
    const run = new DeliveredRun(world, [['a'], ['a']]);
    await run.deliver(1);
    await run.deliver(0);
    await before.deliver(0);
    const taken = (await world.taken()).map(({ customer, run: of, rowId }) => [customer, of, rowId]);
    expect(taken.sort()).toEqual([
      ['a', 'night', 'in/1.csv:2'],
      ['b', 'before', 'in/0.csv:3'],
    ]);
  });

  test('gets nothing of a file that is not what the manifest says', async () => {
    const run = new DeliveredRun(world, [names(2)]);
    const manifest = run.store.text('batch/nightly/night/manifest.json');
    run.store.put('batch/nightly/night/manifest.json', manifest.replace(/"sha256":"[^"]+"/, '"sha256":"x"'));
    await expect(run.deliver(0)).rejects.toThrow(
      'is not what the run has written; nothing of it was delivered',
    );
    expect(await world.taken()).toEqual([]);
  });
});
