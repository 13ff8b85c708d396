import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DescribeEndpointCommand, SageMakerClient } from '@aws-sdk/client-sagemaker';
import { InvokeEndpointCommand, SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import { type App, Duration, Stack } from 'aws-cdk-lib';
import { InconclusiveAction, ModelPipeline, ReleaseStrategy } from '../../lib';
import { type CliRun, runCli } from '../bin/cli';
import { recordGrants } from '../grants/grant-records';
import { archive } from '../local/services/sagemaker-fixture';
import { CdkCli } from './cdk-cli';
import { CloudProcess } from './cloud-process';
import { csvOf, customers, customersCsv } from './customers';
import { createForeignEndpoint } from './foreign-endpoint';

jest.setTimeout(900_000);

const PIPELINE = 'churn';
const ENDPOINT = 'Churn-Production';
const THEIRS = 'churn-2024-11-30';
const SOURCE = join(__dirname, 'source');
const MINUTES_A_SECOND = 60;
/** A customer who complains a lot. */
const ROW = '3,0,0';

/** It answers rows with three features only. */
const PICKY = `
import os
exec(open(os.path.join(os.path.dirname(__file__), 'serve.py')).read())
answer = transform_fn

def transform_fn(model, body, content_type, accept):
    text = body.decode('utf-8') if isinstance(body, bytes) else body
    for line in text.splitlines():
        if line.count(',') != 2: raise ValueError('three features, not ' + line)
    return answer(model, body, content_type, accept)
`;

describe('a pipeline that trains, over an endpoint that exists already', () => {
  const cloud = new CloudProcess({ clockRate: MINUTES_A_SECOND });
  const folder = mkdtempSync(join(tmpdir(), 'adoptions-'));
  let cdk: CdkCli;
  let sageMaker: SageMakerClient;
  let runtime: SageMakerRuntimeClient;

  const cli = (...args: string[]): Promise<CliRun> => runCli(args, cloud.environment());
  const stack = (app: App) => {
    new ModelPipeline(
      new Stack(app, 'Churn', { env: { account: cloud.account, region: cloud.region } }),
      // As in other stories, so that its grants are theirs.
      'Pipeline',
      {
        pipelineName: PIPELINE,
        training: { source: SOURCE },
        data: { label: 'left', minimumRows: 500 },
        adopt: { endpointName: ENDPOINT },
        hosting: { instanceType: 'ml.c5.large', instanceCount: 2 },
        smokeTest: { requests: [{ body: ROW }] },
        releaseStrategy: ReleaseStrategy.canary({
          share: 0.5,
          stepDuration: Duration.minutes(3),
          bakeTime: Duration.minutes(2),
          maximumStepDuration: Duration.minutes(5),
          onInconclusive: InconclusiveAction.PROMOTE,
        }),
      },
    );
  };

  async function answer(): Promise<number> {
    const { Body } = await runtime.send(
      new InvokeEndpointCommand({
        EndpointName: ENDPOINT,
        ContentType: 'text/csv',
        Accept: 'text/csv',
        Body: ROW,
      }),
    );
    return Number(Buffer.from(Body ?? []).toString());
  }

  /** The upload of a file of labeled data, and a retraining with it. */
  function retrain(name: string, csv: string): Promise<CliRun> {
    const file = join(folder, name);
    writeFileSync(file, csv);
    return cli('retrain', '--data', file, '--force', '--wait');
  }

  beforeAll(async () => {
    await cloud.start();
    const { url: endpoint, region, credentials } = cloud;
    sageMaker = new SageMakerClient({ endpoint, region, credentials });
    runtime = new SageMakerRuntimeClient({ endpoint, region, credentials });
    cdk = new CdkCli(cloud);
    await cdk.bootstrap();
    await createForeignEndpoint(cloud, {
      endpointName: ENDPOINT,
      name: THEIRS,
      bucket: 'models-of-the-team',
      // It has learned that shoes make customers leave.
      archive: archive({
        'model.json': JSON.stringify({ bias: 0, weights: [0, 0, 1], answers: 'all' }),
        'code/inference.py': PICKY,
        'code/serve.py': readFileSync(join(SOURCE, 'inference.py'), 'utf8'),
      }),
      environment: { SAGEMAKER_PROGRAM: 'inference.py' },
    });
    expect(await cdk.deploy(stack)).toMatchObject({ code: 0 });
  });
  afterAll(async () => {
    const ofRetraining = (await cloud.grants()).filter(({ role }) =>
      role.includes('-PipelineRetrainingWorkflow'),
    );
    const assets = `cdk-hnb659fds-assets-${cloud.account}-${cloud.region}`;
    recordGrants(ofRetraining, { stack: 'Churn', pipeline: PIPELINE, assets });
    cdk.remove();
    await cloud.stop();
    cloud.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  test('refuses a challenger by name if the adopted model cannot score the holdout', async () => {
    const rows = customers({ count: 1000, seed: 4 }).map((row, i) => [i % 2, ...row, 1]);
    const run = await retrain(
      '2026-10.csv',
      csvOf(['left', 'complaints', 'price', 'shoe_size', 'size'], rows),
    );
    expect(run.code).not.toBe(0);
    const { stdout } = await cli('history', '--json');
    expect(stdout).toMatch(
      /ChampionCannotScore: version 1\.0\.0, which is in production, could not score the holdout, so that the challenger cannot be compared with it: /,
    );
    expect(await answer()).toBe(0.5);
  });

  test('releases a challenger that beats the adopted model on the same holdout', async () => {
    const run = await retrain('2026-10.csv', customersCsv({ count: 1500, seed: 1 }));
    expect(run).toMatchObject({ code: 0, stdout: expect.stringContaining('was promoted') });
    expect(run.stderr).toMatch(/ScoreChallenger.*ScoreChampion.*EvaluateChallenger/s);
    expect(await answer()).toBeGreaterThan(0.9);
    const { ProductionVariants } = await sageMaker.send(
      new DescribeEndpointCommand({ EndpointName: ENDPOINT }),
    );
    expect(ProductionVariants).toMatchObject([{ VariantName: 'blue', CurrentInstanceCount: 2 }]);
    expect((await cli('history')).stdout).toMatch(/release +2\.1\.0 +1\.0\.0/);
  });

  test('releases the adopted model again by a rollback', async () => {
    expect(await cli('rollback', '--wait')).toMatchObject({ code: 0 });
    expect(await answer()).toBe(0.5);
  });
});
