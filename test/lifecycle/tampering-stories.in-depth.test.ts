import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { CopyObjectCommand, DeleteBucketPolicyCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { pinnedIn } from '../../lambda/domain/release/pinned-artifacts';
import { BETTER } from './customers-stack';
import { DeployedPipeline } from './deployed-pipeline';

jest.setTimeout(480_000);

const ARCHIVE = 'models/1.0.0/model.tar.gz';

describe('somebody tampers with a pipeline', () => {
  const pipeline = new DeployedPipeline();
  let source: string;

  beforeAll(async () => {
    source = mkdtempSync(join(tmpdir(), 'tampering-'));
    cpSync(join(__dirname, 'source'), source, { recursive: true });
    cpSync(join(__dirname, 'attack.py'), join(source, 'attack.py'));
    const honest = readFileSync(join(source, 'train.py'), 'utf8');
    writeFileSync(
      join(source, 'train.py'),
      honest.replace('\nimport argparse', '\nimport attack\nimport argparse'),
    );
    await pipeline.startWithVersion({ training: { source } });
  });

  afterAll(async () => {
    await pipeline.stop();
    rmSync(source, { recursive: true, force: true });
  });

  const put = (Key: string) =>
    pipeline.s3.send(new PutObjectCommand({ Bucket: pipeline.resources.bucket, Key, Body: 'attack' }));

  test('a training script reads and writes nothing but its own', async () => {
    const before = await pipeline.keys('models/1.0.0/');
    expect(await pipeline.retrain(BETTER)).toMatchObject({ output: { outcome: 'promoted' } });
    const { events = [] } = await new CloudWatchLogsClient(pipeline.config()).send(
      new FilterLogEventsCommand({
        logGroupName: '/aws/sagemaker/TrainingJobs',
        filterPattern: '"attempt "',
        limit: 10_000,
      }),
    );
    const attempts = events.map(
      ({ message = '' }) =>
        JSON.parse(message.slice(message.indexOf('{'))) as { what: string; denied: boolean },
    );
    const made = attempts.map(({ what }) => what).join('\n');
    for (const what of [
      `overwrite ${ARCHIVE}`,
      'overwrite models/1.0.0/evaluation.json',
      'overwrite ledger/',
      'publish metrics',
      'list assets',
    ]) {
      expect(made).toContain(what);
    }
    expect(made).toMatch(/read datasets\/\w+\/holdout\/labels\.csv/);
    expect(attempts.filter(({ denied }) => !denied)).toEqual([]);
    expect(await pipeline.keys('models/1.0.0/')).toEqual(before);
    await pipeline.expectServing('2.0.0');
  });

  test('the account itself cannot write a version', async () => {
    await expect(put(ARCHIVE)).rejects.toMatchObject({ name: 'AccessDenied' });
    await expect(put('models/2.0.0/baseline.json')).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  test('without the policy of the bucket, what was replaced is neither released nor compared with', async () => {
    const { bucket } = pipeline.resources;
    await pipeline.s3.send(new DeleteBucketPolicyCommand({ Bucket: bucket }));
    await put(ARCHIVE);
    await pipeline.newAlerts();
    const refused = /models\/1\.0\.0\/model\.tar\.gz is not what version 1\.0\.0 was registered with/;
    expect(await pipeline.release('1.0.0')).toMatchObject({
      error: 'ArtifactReplaced',
      cause: expect.stringMatching(refused),
    });
    const [alert, ...others] = await pipeline.newAlerts();
    expect(alert?.text).toMatch(refused);
    expect(others).toEqual([]);
    await pipeline.expectServing('2.0.0');

    await put('models/2.0.0/model.tar.gz');
    expect(await pipeline.retrain(BETTER)).toMatchObject({ status: 'FAILED', error: 'ArtifactReplaced' });
    expect((await pipeline.ledger()).at(-1)).toMatchObject({
      kind: 'failure',
      reasons: [expect.stringContaining('models/2.0.0/model.tar.gz is not what version 2.0.0')],
    });
    await pipeline.newAlerts();
  });

  test('put back as the refusal says, both are released again', async () => {
    for (const modelVersion of ['1.0.0', '2.0.0']) {
      const { CustomerMetadataProperties = {} } = await pipeline.modelPackage(modelVersion);
      const key = `models/${modelVersion}/model.tar.gz`;
      const { bucket: Bucket } = pipeline.resources;
      const CopySource = `${Bucket}/${key}?versionId=${pinnedIn(CustomerMetadataProperties)?.model.versionId}`;
      await pipeline.s3.send(
        new CopyObjectCommand({ Bucket, Key: key, CopySource, ChecksumAlgorithm: 'SHA256' }),
      );
    }
    expect(await pipeline.release('1.0.0')).toMatchObject({ output: { outcome: 'released' } });
    await pipeline.expectServing('1.0.0');
  });
});
