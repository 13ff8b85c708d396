import { LedgerStore } from '../../../lambda/aws/ledger-store';
import type { LedgerEntry } from '../../../lambda/domain/ledger';
import { PipelineFixture } from '../pipeline-fixture';

describe('LedgerStore', () => {
  let fixture: PipelineFixture;
  let ledger: LedgerStore;

  beforeEach(async () => {
    fixture = new PipelineFixture();
    await fixture.start();
    ledger = new LedgerStore(fixture.store);
  });
  afterEach(() => fixture.cloud.stop());

  const entry = (changes: Partial<LedgerEntry> = {}): Omit<LedgerEntry, 'sequence'> => ({
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
    expect(await ledger.readAll()).toEqual([first, second]);
  });

  test('gives each of many who append at the same time a number of its own', async () => {
    const appended = await Promise.all(
      Array.from({ length: 12 }, (_, i) => ledger.append(entry({ execution: `execution-${i}` }))),
    );
    expect(appended.map(({ sequence }) => sequence).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 12 }, (_, i) => i + 1),
    );
    expect(new Set((await ledger.readAll()).map(({ execution }) => execution)).size).toBe(12);
  });

  test('appends an entry of one execution once, however often it is tried', async () => {
    const first = await ledger.append(entry({ execution: 'a' }));
    await ledger.append(entry({ execution: 'b' }));
    const again = await ledger.append(entry({ execution: 'a', time: '2026-11-24T10:05:00Z' }));
    expect(again).toEqual(first);
    expect(await ledger.readAll()).toHaveLength(2);
  });

  test('gives the first entry of an execution however many others came since', async () => {
    const first = await ledger.append(entry({ execution: 'a' }));
    for (let other = 0; other < 8; other++) await ledger.append(entry({ execution: `other-${other}` }));
    expect(await ledger.append(entry({ execution: 'a' }))).toEqual(first);
    expect(await ledger.readAll()).toHaveLength(9);
  });

  test('gives the rollback of a release one entry, whichever workflows record it', async () => {
    const rollback = { kind: 'rollback' as const, modelVersion: '1.1.0', release: 'arn:release' };
    const attempts = await Promise.all(
      ['restore-1', 'restore-2'].map((execution) => ledger.append(entry({ ...rollback, execution }))),
    );
    expect(attempts[0]).toEqual(attempts[1]);
    expect(await ledger.readAll()).toHaveLength(1);
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
    expect((await ledger.readAll()).map(({ kind }) => kind)).toEqual(['failure', 'rejection']);
  });

  test('writes nothing that is not valid', async () => {
    await expect(ledger.append(entry({ kind: 'release' }))).rejects.toThrow(
      'a release must name the version',
    );
    expect(await fixture.keys('ledger/')).toEqual([]);
    expect(await fixture.keys('recorded/')).toEqual([]);
  });
});
