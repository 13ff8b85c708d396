import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetObjectCommand, paginateListObjectsV2, S3Client } from '@aws-sdk/client-s3';
import { InvokeEndpointCommand, SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { type App, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib';
import {
  DriftComparison,
  InconclusiveAction,
  ModelPipeline,
  ProblemType,
  ReleaseStrategy,
  ServingContainer,
} from '../../lib';
import { runCli } from '../bin/cli';
import { prepared } from '../local/containers/package-answers';
import models from '../reference/onnx-models.json';
import { CdkCli } from './cdk-cli';
import { CloudProcess } from './cloud-process';
import { recordedTraffic } from './recorded-traffic';

jest.setTimeout(1_800_000);

const PIPELINE = 'prices';
const VERSION = '26.05';
const IMAGE = `763104351884.dkr.ecr.us-east-1.amazonaws.com/sagemaker-tritonserver:${VERSION}-py3-cpu`;
const MINUTES_A_SECOND = 60;
const HOUR = 60 * 60 * 1000;
const REQUESTS = 40;
const CONFIG = `
platform: "onnxruntime_onnx"
max_batch_size: 8
input [ { name: "X" data_type: TYPE_FP32 dims: [ 3 ] } ]
output [ { name: "variable" data_type: TYPE_FP32 dims: [ 1 ] } ]
`;

/** A request of some rows, all of them moved. */
function request(first: number, moved = 0): string {
  const rows = Array.from(
    { length: 4 },
    (_, row) => models.rows[(first + row) % models.rows.length] as number[],
  );
  const data = rows.flat().map((value) => value + moved);
  return JSON.stringify({ inputs: [{ name: 'X', datatype: 'FP32', shape: [rows.length, 3], data }] });
}

describe('a pipeline of Triton', () => {
  const cloud = new CloudProcess({ clockRate: MINUTES_A_SECOND });
  const folder = mkdtempSync(join(tmpdir(), 'triton-'));
  const requests = join(folder, 'requests.jsonl');
  let cdk: CdkCli;

  const stack = (app: App) => {
    new ModelPipeline(
      new Stack(app, 'Prices', { env: { account: cloud.account, region: cloud.region } }),
      'Pipeline',
      {
        pipelineName: PIPELINE,
        problem: ProblemType.regression(),
        container: ServingContainer.triton({ modelName: 'price', version: VERSION }),
        monitoring: { driftComparisons: [DriftComparison.withTrainingData({ window: Duration.hours(1) })] },
        releaseStrategy: ReleaseStrategy.canary({
          share: 0.5,
          stepDuration: Duration.minutes(3),
          bakeTime: Duration.minutes(2),
          maximumStepDuration: Duration.minutes(5),
          onInconclusive: InconclusiveAction.PROMOTE,
        }),
        removalPolicy: RemovalPolicy.DESTROY,
      },
    );
  };
  const config = () => ({ endpoint: cloud.url, region: cloud.region, credentials: cloud.credentials });
  const cli = (...args: string[]) => runCli(args, cloud.environment());

  /** Registers and releases a repository whose model has a number of Triton's own. */
  function register(number: number) {
    const repository = join(folder, `repository-${number}`);
    mkdirSync(join(repository, 'price', `${number}`), { recursive: true });
    writeFileSync(join(repository, 'price', 'config.pbtxt'), CONFIG);
    const onnx = Buffer.from(models.regressor.onnx, 'base64');
    writeFileSync(join(repository, 'price', `${number}`, 'model.onnx'), onnx);
    return cli('register', '--artifact', repository, '--requests', requests, '--release', '--wait');
  }

  async function answer(body: string) {
    const { Body } = await new SageMakerRuntimeClient(config()).send(
      new InvokeEndpointCommand({
        EndpointName: PIPELINE,
        ContentType: 'application/json',
        Accept: 'application/json',
        Body: body,
      }),
    );
    return JSON.parse(Buffer.from(Body ?? []).toString());
  }

  async function bucket(): Promise<string> {
    const { Parameter } = await new SSMClient(config()).send(
      new GetParameterCommand({ Name: `/model-pipeline/${PIPELINE}/resources` }),
    );
    return (JSON.parse(Parameter?.Value as string) as { bucket: string }).bucket;
  }

  /** The features that were found to drift, of all hours. */
  async function drifted(): Promise<string[]> {
    const [client, Bucket] = [new S3Client(config()), await bucket()];
    const found: string[] = [];
    for await (const { Contents = [] } of paginateListObjectsV2(
      { client },
      { Bucket, Prefix: 'profiles/' },
    )) {
      for (const { Key = '' } of Contents.filter((each) => each.Key?.endsWith('/drift.json'))) {
        const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
        found.push(...JSON.parse((await Body?.transformToString()) as string).drifted);
      }
    }
    return found;
  }

  beforeAll(async () => {
    await prepared(IMAGE);
    writeFileSync(requests, Array.from({ length: 100 }, (_, first) => `${request(first)}\n`).join(''));
    await cloud.start();
    cdk = new CdkCli(cloud);
    await cdk.bootstrap();
    expect(await cdk.deploy(stack)).toMatchObject({ code: 0 });
  });
  afterAll(async () => {
    cdk?.remove();
    await cloud.stop();
    cloud.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  test('is registered with requests, which are its smoke test, and released', async () => {
    const run = await register(1);
    expect(run).toMatchObject({ code: 0, stdout: 'version 1.0.0 is in production\n' });
    const { outputs, model_version } = await answer(request(0));
    expect(model_version).toBe('1');
    for (const [row, value] of models.regressor.predictions.slice(0, 4).entries())
      expect(outputs[0].data[row]).toBeCloseTo(value, 4);
  });

  test('is monitored by summaries of its tensors, and drift names them', async () => {
    for (let first = 0; first < REQUESTS; first++) await answer(request(first, 5));
    await cloud.clock.advance(2 * HOUR);
    const traffic = await recordedTraffic(new S3Client(config()), await bucket());
    expect(traffic.reduce((sum, { rows }) => sum + rows, 0)).toBeGreaterThanOrEqual(4 * REQUESTS);
    expect(Object.keys(traffic[0]?.features ?? {})).toContain('X.deviation');
    expect(await drifted()).toEqual(expect.arrayContaining(['X.mean', 'X.norm']));
  });

  test('gives its place to the next version by a canary, and gets it back at a rollback', async () => {
    const run = await register(2);
    expect(run).toMatchObject({ code: 0, stdout: expect.stringContaining('is in production') });
    expect(run.stderr).toMatch(/ShiftTraffic/);
    expect(await answer(request(0))).toMatchObject({ model_version: '2' });
    expect(await cli('rollback', '--wait')).toMatchObject({ code: 0 });
    expect(await answer(request(0))).toMatchObject({ model_version: '1' });
  });
});
