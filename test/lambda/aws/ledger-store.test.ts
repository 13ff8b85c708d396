import { createHash } from 'node:crypto';
import { DeleteObjectCommand, PutBucketVersioningCommand } from '@aws-sdk/client-s3';
import { LedgerStore, type NewLedgerEntry } from '../../../lambda/aws/ledger-store';
import type { LedgerEntry } from '../../../lambda/domain/records/ledger';
import { emptyRouting } from '../../../lambda/domain/release/routing';
import { versionBefore } from '../../../lambda/roll-back/version-before';
import { BUCKET } from '../../local/services/sagemaker-fixture';
import { ledgerEntries } from '../ledger-entries';
import { LongLedger } from '../long-ledger';
import { PIPELINE, PipelineFixture, productionRoute } from '../pipeline-fixture';

describe('LedgerStore', () => {
  let fixture: PipelineFixture;
  let ledger: LedgerStore;

  beforeEach(async () => {
    fixture = new PipelineFixture();
    await fixture.start();
    // As the pipeline's bucket is.
    await fixture.s3.send(
      new PutBucketVersioningCommand({ Bucket: BUCKET, VersioningConfiguration: { Status: 'Enabled' } }),
    );
    ledger = new LedgerStore(fixture.store);
  });
  afterEach(() => fixture.cloud.stop());

  const entry = (changes: Partial<LedgerEntry> = {}): NewLedgerEntry => ({
    time: '2026-11-24T10:00:00Z',
    kind: 'failure',
    pipeline: 'churn',
    reasons: ['no data'],
    ...changes,
  });

  test('numbers entries from 1, each in an object of its own', async () => {
    const first = await ledger.append(entry());
    const second = await ledger.append(entry({ reasons: [] }));
    expect([first.sequence, second.sequence]).toEqual([1, 2]);
    expect(await fixture.keys('ledger/')).toEqual(['ledger/00000001.json', 'ledger/00000002.json']);
    expect(await ledgerEntries(ledger)).toEqual([first, second]);
  });

  test('gives each of many who append at the same time a number of its own', async () => {
    const appended = await Promise.all(
      Array.from({ length: 12 }, (_, i) => ledger.append(entry({ execution: `execution-${i}` }))),
    );
    expect(appended.map(({ sequence }) => sequence).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 12 }, (_, i) => i + 1),
    );
    expect(new Set((await ledgerEntries(ledger)).map(({ execution }) => execution)).size).toBe(12);
  });

  test('appends an entry of one execution once, however often it is tried', async () => {
    const first = await ledger.append(entry({ execution: 'a' }));
    await ledger.append(entry({ execution: 'b' }));
    const again = await ledger.append(entry({ execution: 'a', time: '2026-11-24T10:05:00Z' }));
    expect(again).toEqual(first);
    expect(await ledgerEntries(ledger)).toHaveLength(2);
  });

  test('gives the first entry of an execution however many others came since', async () => {
    const first = await ledger.append(entry({ execution: 'a' }));
    for (let other = 0; other < 8; other++) await ledger.append(entry({ execution: `other-${other}` }));
    expect(await ledger.append(entry({ execution: 'a' }))).toEqual(first);
    expect(await ledgerEntries(ledger)).toHaveLength(9);
  });

  test('gives the rollback of a release one entry, whichever workflows record it', async () => {
    const rollback = { kind: 'rollback' as const, modelVersion: '1.1.0', release: 'arn:release' };
    const attempts = await Promise.all(
      ['restore-1', 'restore-2'].map((execution) => ledger.append(entry({ ...rollback, execution }))),
    );
    expect(attempts[0]).toEqual(attempts[1]);
    expect(await ledgerEntries(ledger)).toHaveLength(1);
  });

  test('goes on where an attempt ended between choosing its number and writing the entry', async () => {
    await ledger.append(entry({ execution: 'a' }));
    await fixture.store.writeJson('recorded/b/failure.json', { sequence: 1 });
    expect(await ledger.append(entry({ execution: 'b' }))).toMatchObject({ sequence: 2 });
    await fixture.store.writeJson('recorded/c/failure.json', { sequence: 3 });
    expect(await ledger.append(entry({ execution: 'c' }))).toMatchObject({ sequence: 3 });
    expect(await ledger.append(entry({ execution: 'b' }))).toMatchObject({ sequence: 2 });
  });

  test('finds its own entry if another attempt of it wrote at the same time', async () => {
    const attempts = [1, 2, 3].map(() => ledger.append(entry({ execution: 'a' })));
    expect((await Promise.all(attempts)).map(({ sequence }) => sequence)).toEqual([1, 1, 1]);
  });

  test('keeps entries of different kinds of one execution', async () => {
    await ledger.append(entry({ execution: 'a' }));
    await ledger.append(entry({ execution: 'a', kind: 'rejection' }));
    expect((await ledgerEntries(ledger)).map(({ kind }) => kind)).toEqual(['failure', 'rejection']);
  });

  test('writes nothing that is not valid', async () => {
    await expect(ledger.append(entry({ kind: 'release' }))).rejects.toThrow(
      'a release must name the version',
    );
    expect(await fixture.keys('ledger/')).toEqual([]);
    expect(await fixture.keys('recorded/')).toEqual([]);
  });

  /** What is wrong with the records, by number. */
  const problems = async () =>
    (await ledger.newest(100)).flatMap(({ sequence, problem }) =>
      problem === undefined ? [] : [[sequence, problem]],
    );
  const appendAll = async (...executions: string[]) => {
    for (const execution of executions) await ledger.append(entry({ execution }));
  };
  const remove = (Key: string, VersionId?: string) =>
    fixture.s3.send(new DeleteObjectCommand({ Bucket: BUCKET, Key, VersionId }));

  test('links each entry to the content of the one before it', async () => {
    await appendAll('a', 'b');
    const first = await fixture.store.readText('ledger/00000001.json');
    const sha256 = createHash('sha256').update(first).digest('hex');
    const [, second] = await ledgerEntries(ledger);
    expect(second?.previous).toEqual({ sequence: 1, sha256 });
    expect(await problems()).toEqual([]);
  });

  test('reads entries of earlier versions of the package, which have no link', async () => {
    for (const sequence of [1, 2, 3])
      await fixture.store.write(`ledger/0000000${sequence}.json`, JSON.stringify({ ...entry(), sequence }));
    await appendAll('a');
    expect((await ledgerEntries(ledger)).map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4]);
    expect(await problems()).toEqual([]);
  });

  test('names an entry that was deleted, and does not use its number again', async () => {
    await appendAll('a', 'b', 'c');
    await remove('ledger/00000003.json');
    await remove('ledger/00000002.json');
    expect((await ledger.append(entry({ execution: 'd' }))).sequence).toBe(4);
    expect(await problems()).toEqual([
      [2, 'ledger/00000002.json is missing: somebody deleted it'],
      [3, 'ledger/00000003.json is missing: somebody deleted it'],
    ]);
  });

  test('names the entry of the version in production if all that was of it is deleted, and keeps its number', async () => {
    await appendAll('a', 'b', 'c');
    for await (const { key, versionId } of fixture.store.listLatestVersions('ledger/')) {
      if (key.endsWith('3.json')) await remove(key, versionId);
    }
    await fixture.routing.create({
      ...emptyRouting(PIPELINE),
      production: productionRoute({ ledgerSequence: 3 }),
    });
    ledger = new LedgerStore(fixture.store, fixture.routing);
    expect(await problems()).toEqual([[3, 'ledger/00000003.json is missing: somebody deleted it']]);
    expect((await ledger.append(entry({ execution: 'd' }))).sequence).toBe(4);
  });

  test('names an entry that was changed, the newest one too, until its content is as it was', async () => {
    await appendAll('a', 'b', 'c');
    const key = (sequence: number) => `ledger/0000000${sequence}.json`;
    const texts = await Promise.all([1, 3].map((sequence) => fixture.store.readText(key(sequence))));
    for (const sequence of [1, 3])
      await fixture.store.write(key(sequence), JSON.stringify({ ...entry(), sequence, reasons: ['none'] }));
    expect(await problems()).toEqual([
      [1, 'ledger/00000001.json was changed after it was written: number 2 names another content'],
      [3, 'ledger/00000003.json was overwritten'],
    ]);
    await fixture.store.write(key(1), texts[0] as string);
    await fixture.store.write(key(3), texts[1] as string);
    expect(await problems()).toEqual([]);
  });

  test.each([
    ['no JSON', 'spilt coffee', /is not JSON/],
    [
      'of a kind of a newer version',
      JSON.stringify({ ...entry(), sequence: 2, kind: 'merge' }),
      /got "merge"/,
    ],
    ['of another number', JSON.stringify({ ...entry(), sequence: 7 }), /holds the entry of number 7/],
  ])('goes on after an entry that is %s, and names it', async (_title, text, problem) => {
    await appendAll('a');
    await fixture.store.write('ledger/00000002.json', text);
    expect((await ledger.append(entry({ execution: 'b' }))).sequence).toBe(3);
    expect((await ledger.append(entry({ execution: 'b' }))).sequence).toBe(3);
    expect(await problems()).toEqual([[2, expect.stringMatching(problem)]]);
  });

  test('does not follow an object far ahead, and names it', async () => {
    await fixture.store.write('ledger/99999999.json', JSON.stringify({ ...entry(), sequence: 99_999_999 }));
    await appendAll('a', 'b');
    expect((await ledgerEntries(ledger)).map(({ sequence }) => sequence)).toEqual([1, 2]);
    expect(await problems()).toEqual([
      [99_999_999, expect.stringContaining('does not belong to the ledger, which ends at number 2')],
    ]);
  });

  test('goes on at the end though thousands of entries are deleted for good', async () => {
    const previous = { sequence: 4999, sha256: '0'.repeat(64) };
    await fixture.store.write(
      'ledger/00005000.json',
      JSON.stringify({ ...entry(), sequence: 5000, previous }),
    );
    expect((await ledger.append(entry({ execution: 'a' }))).sequence).toBe(5001);
  });
});

describe('LedgerStore with 10,000 entries', () => {
  const released = (sequence: number): Partial<LedgerEntry> =>
    sequence === 9_900 ? { kind: 'release', modelVersion: '1.0.0', champion: '0.9.0' } : {};

  test.each([
    ['an append', (ledger: LedgerStore) => ledger.append(failureOf('e')), 6],
    ['the newest 20', (ledger: LedgerStore) => ledger.newest(20), 1 + 21],
    ['the version before', (ledger: LedgerStore) => versionBefore(productionOf(9_900), ledger), 2],
  ])('takes a handful of calls for %s', async (_title, use, most) => {
    const ledger = new LongLedger(10_000, released, 9_900);
    await use(ledger.store);
    expect(ledger.callsInAll).toBeLessThanOrEqual(most);
  });

  test.each([
    ['without a version in production', undefined],
    ['with a wrong number in the routing document', 20_000],
  ])('lists 1,000 entries a call %s', async (_title, inProduction) => {
    const ledger = new LongLedger(10_000, released, inProduction);
    expect((await ledger.store.append(failureOf('e'))).sequence).toBe(10_001);
    expect(ledger.calls.ListObjectVersions).toBeLessThanOrEqual(11);
    expect(ledger.calls.GetObject).toBeLessThanOrEqual(4);
  });

  const failureOf = (execution: string): NewLedgerEntry => ({
    time: '2026-11-24T10:00:00Z',
    kind: 'failure',
    pipeline: PIPELINE,
    reasons: [],
    execution,
  });
  const productionOf = (ledgerSequence: number) => productionRoute({ ledgerSequence });
});
