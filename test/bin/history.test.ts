import {
  CreateBucketCommand,
  DeleteObjectCommand,
  PutBucketVersioningCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { LedgerStore } from '../../lambda/aws/ledger-store';
import { ArtifactStore } from '../../lambda/aws/store';
import type { LedgerEntry } from '../../lambda/domain/records/ledger';
import { emptyRouting, formatRouting } from '../../lambda/domain/release/routing';
import { productionRoute } from '../lambda/pipeline-fixture';
import { StatesFixture } from '../local/services/stepfunctions-fixture';
import { runCli } from './cli';
import { publishedResources } from './published-resources';

const BUCKET = 'churn-artifacts';
const PARAMETER = '/model-pipeline/churn/routing';

jest.setTimeout(60_000);

describe('the ledger of a pipeline', () => {
  const fixture = new StatesFixture();
  let s3: S3Client;
  let ledger: LedgerStore;

  const cli = (...args: string[]) => runCli(args, fixture.cloud.environment());
  const json = async (...args: string[]) => JSON.parse((await cli(...args, '--json')).stdout);

  const put = (Name: string, Value: string) =>
    new SSMClient(fixture.config()).send(
      new PutParameterCommand({ Name, Type: 'String', Value, Overwrite: true }),
    );

  const release = (modelVersion: string, champion: string | undefined, day: number) =>
    ledger.append({
      time: `2026-11-0${day}T10:00:00Z`,
      kind: 'release',
      pipeline: 'churn',
      modelVersion,
      ...(champion && { champion }),
      ...(day > 2 && { signed: true }),
      reasons: ['better'],
      execution: `release-${modelVersion}`,
    } satisfies Omit<LedgerEntry, 'sequence'>);

  beforeAll(async () => {
    await fixture.start();
    s3 = new S3Client({ ...fixture.config(), forcePathStyle: true });
    await s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
    await s3.send(
      new PutBucketVersioningCommand({ Bucket: BUCKET, VersioningConfiguration: { Status: 'Enabled' } }),
    );
    ledger = new LedgerStore(new ArtifactStore(s3, BUCKET));
    const resources = publishedResources({ bucket: BUCKET, routingParameter: PARAMETER });
    await put('/model-pipeline/churn/resources', JSON.stringify(resources));
    const production = productionRoute({ modelVersion: '4.0.0', ledgerSequence: 4 });
    await put(PARAMETER, formatRouting({ ...emptyRouting('churn'), production }));
    await release('1.0.0', undefined, 1);
    await release('2.0.0', '1.0.0', 2);
    await release('3.0.0', '2.0.0', 3);
    await release('4.0.0', '3.0.0', 4);
  });
  afterAll(() => fixture.stop());

  const doctor = async (wanted: string) =>
    (await json('doctor')).find(({ check }: { check: string }) => check === wanted);
  const ledgerOf = () => doctor('ledger of churn');

  test('doctor says that it has not checked quotas where it cannot', async () => {
    expect(await doctor('instance quotas')).toEqual({
      check: 'instance quotas',
      ok: true,
      message: expect.stringMatching(/^not checked: the local cloud does not implement ServiceQuotas/),
    });
  });

  test('history shows the newest entries, as many as are asked for', async () => {
    const entries = await json('history');
    expect(entries.map(({ sequence }: LedgerEntry) => sequence)).toEqual([1, 2, 3, 4]);
    expect((await json('history', '--limit', '2')).map(({ sequence }: LedgerEntry) => sequence)).toEqual([
      3, 4,
    ]);
    const text = (await cli('history')).stdout;
    expect(text).toMatch(/release +\| 2\.0\.0|release +2\.0\.0/);
    expect(text).toMatch(/release, signed +\|? *3\.0\.0/);
    expect(await cli('history', '--limit', 'all')).toMatchObject({ code: 2 });
    expect(await ledgerOf()).toMatchObject({ ok: true });
  });

  test('doctor names a routing document that is lost, and what rebuilds it', async () => {
    expect(await doctor('routing of churn')).toMatchObject({ ok: true });
    const text = formatRouting({
      ...emptyRouting('churn'),
      production: productionRoute({ modelVersion: '4.0.0', ledgerSequence: 4 }),
    });
    const rebuild = 'rebuild it with model-pipeline repair --pipeline churn';
    for (const [value, problem] of [
      [formatRouting(emptyRouting('churn')), 'is empty, although a version serves'],
      ['{', 'cannot be read (routing document is not JSON'],
    ] as const) {
      await put(PARAMETER, value);
      const found = await doctor('routing of churn');
      expect(found).toMatchObject({ ok: false, message: expect.stringContaining(problem) });
      expect(found.message).toContain(rebuild);
    }
    await put(PARAMETER, text);
  });

  test('history and doctor name what was deleted, changed, or is of a newer version', async () => {
    await s3.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: 'ledger/00000002.json' }));
    const store = new ArtifactStore(s3, BUCKET);
    const first = JSON.parse(await store.readText('ledger/00000001.json'));
    await store.writeJson('ledger/00000001.json', { ...first, kind: 'merge' });
    const problems = [
      [1, expect.stringMatching(/^ledger\/00000001\.json cannot be read: .*got "merge"/)],
      [2, 'ledger/00000002.json is missing: somebody deleted it'],
      [3, undefined],
      [4, undefined],
    ];
    expect(
      (await json('history')).map((each: Record<string, unknown>) => [each.sequence, each.problem]),
    ).toEqual(problems);
    const { code, stdout } = await cli('history');
    expect(code).toBe(0);
    expect(stdout).toMatch(/^2 +\? +ledger\/00000002\.json is missing: somebody deleted it$/m);
    expect(await ledgerOf()).toMatchObject({
      ok: false,
      message: expect.stringContaining('00000002.json is missing'),
    });
  });

  test('history --at says what was in production then, and that it is uncertain where entries are lost', async () => {
    expect(await cli('history', '--at', '2026-11-03T12:00:00Z')).toMatchObject({
      code: 0,
      stdout: 'version 3.0.0 since 2026-11-03 10:00 UTC, it beat 2.0.0\nbetter\n',
    });
    const { stdout } = await cli('history', '--at', '2026-11-02T12:00:00Z');
    expect(stdout).toMatch(
      /^nothing was in production at .*\nuncertain, since ledger\/00000002\.json is missing/,
    );
    expect(await json('history', '--at', '2026-11-02T12:00:00Z')).toMatchObject({
      problems: [expect.stringContaining('00000002'), expect.stringContaining('00000001')],
    });
  });
});
