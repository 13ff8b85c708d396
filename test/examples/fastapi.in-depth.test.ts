import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { InvokeEndpointCommand, SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { runCli } from '../bin/cli';
import { CdkCli } from '../lifecycle/cdk-cli';
import { CloudProcess } from '../lifecycle/cloud-process';
import { recordedRows } from '../lifecycle/recorded-traffic';
import { repositoryFile } from '../repository-file';

jest.setTimeout(1_800_000);

const FOLDER = repositoryFile('examples', 'fastapi');
const MINUTES_A_SECOND = 60;
const HOUR = 60 * 60 * 1000;
const REQUESTS = 30;
/** Answers to `12,79.5,3`, by the coefficients of both models: 1 / (1 + exp(-score)). */
const ANSWERS = { first: 1 / (1 + Math.exp(0.11)), next: 1 / (1 + Math.exp(-1.47)) };

describe('the example fastapi', () => {
  const cloud = new CloudProcess({ clockRate: MINUTES_A_SECOND });
  const folder = mkdtempSync(join(tmpdir(), 'fastapi-'));
  let cdk: CdkCli;

  const config = () => ({ endpoint: cloud.url, region: cloud.region, credentials: cloud.credentials });
  const cli = (...args: string[]) => runCli(args, cloud.environment());
  const register = (model: string, ...more: string[]) =>
    cli(
      ...['register', '--artifact', model, '--holdout', join(FOLDER, 'rows.csv'), '--label', 'churned'],
      ...['--release', '--wait', ...more],
    );
  const answer = async (Body = '12,79.5,3') => {
    const runtime = new SageMakerRuntimeClient(config());
    const request = { EndpointName: 'churn', ContentType: 'text/csv; charset=utf-8', Body };
    const answered = await runtime.send(new InvokeEndpointCommand(request));
    return Number(Buffer.from(answered.Body ?? []).toString());
  };

  async function bucket(): Promise<string> {
    const ssm = new SSMClient(config());
    const { Parameter } = await ssm.send(
      new GetParameterCommand({ Name: '/model-pipeline/churn/resources' }),
    );
    return (JSON.parse(Parameter?.Value as string) as { bucket: string }).bucket;
  }

  beforeAll(async () => {
    await cloud.start();
    cdk = new CdkCli(cloud);
    await cdk.bootstrap();
    const { code, output } = await cdk.runIn(FOLDER, ['deploy', '--require-approval', 'never']);
    expect({ code, output }).toMatchObject({ code: 0 });
  });

  afterAll(async () => {
    cdk?.remove();
    await cloud.stop();
    cloud.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  test('registers a model that beats the best constant answer, and serves it by the application', async () => {
    const run = await register(join(FOLDER, 'model'));
    expect(run).toMatchObject({ code: 0, stdout: 'version 1.0.0 is in production\n' });
    expect(await answer()).toBeCloseTo(ANSWERS.first, 9);
    await expect(answer('12')).rejects.toThrow(
      /each row has the cells months, monthly_charge, support_calls/,
    );
  });

  test('monitors its requests', async () => {
    await Promise.all(Array.from({ length: REQUESTS }, () => answer()));
    await cloud.clock.advance(2 * HOUR);
    expect(await recordedRows(new S3Client(config()), await bucket())).toBeGreaterThanOrEqual(REQUESTS);
  });

  test('releases a better model by a canary', async () => {
    const run = await register(join(FOLDER, 'next-model'));
    expect(run).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^version 1\.1\.0 is in production\n$/),
    });
    expect(run.stderr).toMatch(/ShiftTraffic/);
    expect(await answer()).toBeCloseTo(ANSWERS.next, 9);
  });

  test('rejects one that is worse on the holdout', async () => {
    const run = await register(join(FOLDER, 'model'));
    expect(run).toMatchObject({ code: 3, stderr: expect.stringMatching(/refused: .*AUC/) });
    expect(await answer()).toBeCloseTo(ANSWERS.next, 9);
  });

  test('does not release one with which the application does not start', async () => {
    const broken = join(folder, 'broken');
    mkdirSync(broken);
    writeFileSync(join(broken, 'weights.json'), '{}');
    const run = await cli(
      ...['register', '--artifact', broken, '--sample', join(FOLDER, 'rows.csv'), '--label', 'churned'],
      ...['--release', '--wait'],
    );
    expect(run).toMatchObject({ code: 3 });
    expect(await answer()).toBeCloseTo(ANSWERS.next, 9);
  });

  test('rolls back to the version before', async () => {
    expect(await cli('rollback', '--wait')).toMatchObject({ code: 0 });
    expect(await answer()).toBeCloseTo(ANSWERS.first, 9);
  });
});
