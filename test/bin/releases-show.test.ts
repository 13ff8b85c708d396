import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { LedgerStore } from '../../lambda/aws/ledger-store';
import { ArtifactStore } from '../../lambda/aws/store';
import { reportPage } from '../../lambda/domain/pages/release/report-page';
import { reportKey } from '../../lambda/domain/records/bucket-layout';
import type { LedgerEntry } from '../../lambda/domain/records/ledger';
import type { ReleaseReport } from '../../lambda/domain/release/release-report';
import {
  firstRelease,
  inShadow,
  released,
  rolledBack,
  trafficOf,
} from '../lambda/domain/pages/release/report-fixture';
import { StatesFixture } from '../local/services/stepfunctions-fixture';
import { type CliRun, runCli } from './cli';
import { publishedResources } from './published-resources';

const BUCKET = 'churn-artifacts';

describe('model-pipeline releases show', () => {
  const fixture = new StatesFixture();
  const folder = mkdtempSync(join(tmpdir(), 'report-'));
  let store: ArtifactStore;
  let ledger: LedgerStore;

  const show = (...args: string[]): Promise<CliRun> =>
    runCli(['releases', 'show', ...args], fixture.cloud.environment());

  const resources = publishedResources({ bucket: BUCKET });

  beforeAll(async () => {
    await fixture.start();
    const s3 = new S3Client({ ...fixture.config(), forcePathStyle: true });
    await s3.send(new CreateBucketCommand({ Bucket: BUCKET }));
    store = new ArtifactStore(s3, BUCKET);
    ledger = new LedgerStore(store);
    await publish(resources);
  });
  afterAll(async () => {
    rmSync(folder, { recursive: true });
    await fixture.stop();
  });

  const publish = (parts: object) =>
    new SSMClient(fixture.config()).send(
      new PutParameterCommand({
        Name: '/model-pipeline/churn/resources',
        Type: 'String',
        Value: JSON.stringify(parts),
        Overwrite: true,
      }),
    );

  const record = (entry: Partial<LedgerEntry>) =>
    ledger.append({
      time: '2026-11-24T10:00:00Z',
      kind: 'release',
      pipeline: 'churn',
      modelVersion: '1.0.0',
      reasons: [],
      ...entry,
    });

  const keepReport = async (report: ReleaseReport) => {
    await store.writeJson(reportKey(report.releaseId, 'json'), report);
    await store.write(reportKey(report.releaseId, 'html'), reportPage(report));
  };

  const pageOf = (releaseId: string) => store.uriOf(reportKey(releaseId, 'html'));

  const FIRST = firstRelease({ releaseId: 'one' });
  const SECOND = rolledBack({
    releaseId: 'two',
    reason: 'new \u001b[31mdata',
    missing: ['1 of the evaluations could not be read'],
  });
  const THIRD = released({
    releaseId: 'three',
    traffic: trafficOf(2_000, 10),
    binMinutes: 10,
    shadow: inShadow(),
  });

  test('a stack that another version of the library deployed is told, with the way out', async () => {
    await publish({ ...resources, restoreStateMachine: undefined });
    expect(await show()).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(
        /^model-pipeline: the parameter \/model-pipeline\/churn\/resources is not valid: restoreStateMachine: .*deploy it with this one/,
      ),
    });
    await publish(resources);
  });

  test('before the first release there is nothing to show', async () => {
    expect(await show()).toMatchObject({
      code: 1,
      stderr: 'model-pipeline: nothing has been released yet\n',
    });
  });

  describe('with four decisions', () => {
    beforeAll(async () => {
      for (const report of [FIRST, SECOND, THIRD]) await keepReport(report);
      await record({ modelVersion: '1.0.0', report: pageOf('one') });
      await record({ kind: 'rejection', modelVersion: '1.0.1' });
      await record({ kind: 'rollback', modelVersion: '1.1.0', report: pageOf('two') });
      await record({ modelVersion: '1.1.0', report: pageOf('three') });
    });

    test('draws what came of it, the steps, and both versions side by side', async () => {
      const { code, stdout } = await show('3');
      expect(code).toBe(0);
      expect(stdout.split('\n')).toEqual([
        '✗ Version 1.1.0 was rolled back at 10 % of the traffic, after 10 minutes',
        '  because challenger failed 30 of 1000 (3 %) requests',
        '',
        'traffic  lasted      evaluations  verdict',
        '10 %     10 minutes  10           rollback',
        '',
        'error rate up to 3 %',
        '  challenger  ██████████  3 % in all',
        '  champion    ▁▁▁▁▁▁▁▁▁▁  0 % in all',
        'latency, p95 up to 70 ms',
        '  challenger  ██████████',
        '  champion    ▇▇▇▇▇▇▇▇▇▇',
        '',
        'the last evaluation',
        '  errors: it failed 30 of 1000',
        '',
        'reason: new  [31mdata',
        'not in this report: 1 of the evaluations could not be read',
        'page: s3://b/report.html (--html <file> saves it)',
        '',
      ]);
    });

    test('a version means its latest release, and a release of 2,000 minutes fits in a line', async () => {
      const { stdout } = await show('1.1.0');
      expect(stdout).toContain('✓ Version 1.1.0 is in production, replacing 1.0.0');
      expect(stdout).toMatch(/100 %, baking +5 minutes +2 +promote/);
      const [, bars = ''] = /challenger {2}(\S+)/.exec(stdout) ?? [];
      expect(bars).toMatch(/^█{50}$/);
      expect((await show()).stdout).toBe(stdout);
    });

    test('of one that was a shadow first it tells what that showed', async () => {
      expect((await show('1.1.0')).stdout).toContain(
        [
          'in the shadow for 60 minutes: promote',
          '  errors: challenger failed 8 of 4000',
          '  agreement: 97 % agree',
        ].join('\n'),
      );
    });

    test('a first release is told without charts', async () => {
      const { stdout } = await show('1.0.0');
      expect(stdout).toMatch(/^✓ Version 1\.1\.0 is in production as the first\n {2}because all 8 samples/);
      expect(stdout).not.toContain('error rate');
    });

    test('--json prints the document', async () => {
      const { stdout, stderr } = await show('3', '--json');
      expect(JSON.parse(stdout)).toEqual(SECOND);
      expect(stderr).toBe('');
    });

    test('--html saves the page', async () => {
      const file = join(folder, 'report.html');
      const { stdout, stderr } = await show('3', '--html', file);
      expect(stdout).toContain('✗ Version 1.1.0');
      expect(stderr).toBe(`wrote ${file}\n`);
      expect(readFileSync(file, 'utf8')).toBe(reportPage(SECOND));
    });

    test.each([
      ['2', 'number 2 of the ledger is a rejection, not a release'],
      ['9', 'release 9 does not exist: specify a ledger number or a version'],
      ['7.0.0', 'release 7.0.0 does not exist'],
    ])('release %s is none, and it says so', async (release, message) => {
      expect(await show(release)).toMatchObject({ code: 1, stderr: expect.stringContaining(message) });
    });

    test('a release without a report says so', async () => {
      await record({ modelVersion: '1.2.0' });
      expect(await show('1.2.0')).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('number 5 of the ledger has no report'),
      });
      await record({ modelVersion: '1.3.0', report: pageOf('lost') });
      expect(await show('1.3.0')).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('no report exists at s3://churn-artifacts/releases/lost/report.json'),
      });
    });
  });
});
