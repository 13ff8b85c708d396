import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { InvokeEndpointAsyncCommand, SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import { Duration } from 'aws-cdk-lib';
import { ReleaseStrategy, ServedBy } from '../../lib';
import { customersCsv } from './customers';
import { BETTER, FEW_ANSWERS, PIPELINE } from './customers-stack';
import { DeployedPipeline, REQUESTS_A_MINUTE } from './deployed-pipeline';
import { Traffic } from './traffic';

jest.setTimeout(600_000);

const MINUTE = 60_000;
const ASYNCHRONOUS = {
  // What the usual pipeline has, and an asynchronous endpoint cannot.
  monitoring: {},
  serverlessInference: undefined,
  servedBy: ServedBy.asynchronousEndpoint({
    maxConcurrencyPerInstance: 4,
    scaling: { maxCapacity: 2, targetBacklogPerInstance: 5 },
  }),
  releaseStrategy: ReleaseStrategy.deploymentGuardrails({
    stepPercentage: 50,
    waitInterval: Duration.minutes(5),
    terminationWait: Duration.minutes(5),
  }),
};
/** Real time until an answer, under load. */
const MOST_LOOKS = 1_200;

/** Requests by way of S3. */
class AsynchronousTraffic extends Traffic {
  constructor(
    private readonly client: SageMakerRuntimeClient,
    private readonly s3: S3Client,
    private readonly bucket: string,
  ) {
    super(client, PIPELINE);
  }

  override async predict(rows: readonly (readonly number[])[]) {
    const Key = `asynchronous/requests/${randomUUID()}.csv`;
    const Body = rows.map((row) => row.join(',')).join('\n');
    await this.s3.send(new PutObjectCommand({ Bucket: this.bucket, Key, Body }));
    const { OutputLocation = '', FailureLocation = '' } = await this.client.send(
      new InvokeEndpointAsyncCommand({
        EndpointName: PIPELINE,
        ContentType: 'text/csv',
        Accept: 'text/csv',
        InputLocation: `s3://${this.bucket}/${Key}`,
      }),
    );
    for (let look = 0; look < MOST_LOOKS; look++) {
      const answer = await this.read(OutputLocation);
      if (answer !== undefined)
        return { variant: 'blue', predictions: answer.trim().split('\n').map(Number) };
      const failure = await this.read(FailureLocation);
      if (failure !== undefined) throw new Error(failure);
      await sleep(25);
    }
    throw new Error(`${OutputLocation} was not written`);
  }

  private read(uri: string): Promise<string | undefined> {
    const Key = uri.slice(`s3://${this.bucket}/`.length);
    return this.s3.send(new GetObjectCommand({ Bucket: this.bucket, Key })).then(
      ({ Body }) => Body?.transformToString(),
      () => undefined,
    );
  }
}

describe('versions served by an asynchronous endpoint', () => {
  const pipeline = new DeployedPipeline();
  let better: string;

  beforeAll(async () => {
    await pipeline.start(ASYNCHRONOUS);
    const runtime = new SageMakerRuntimeClient({ ...pipeline.config(), maxAttempts: 1 });
    pipeline.traffic = new AsynchronousTraffic(runtime, pipeline.s3, pipeline.resources.bucket);
    await pipeline.upload('2026-10.csv', customersCsv({ count: 1500, seed: 1 }));
    expect(await pipeline.retrain()).toMatchObject({ output: { outcome: 'promoted' } });
  });

  afterAll(() => pipeline.stop());

  test('the first one is trained, judged and released, and answers in the bucket of the pipeline', async () => {
    await pipeline.pass(MINUTE, REQUESTS_A_MINUTE);
    await pipeline.expectServing('1.0.0');
    const { AsyncInferenceConfig, DataCaptureConfig } = await pipeline.endpoint();
    expect(AsyncInferenceConfig).toMatchObject({
      ClientConfig: { MaxConcurrentInvocationsPerInstance: 4 },
      OutputConfig: { S3OutputPath: `s3://${pipeline.resources.bucket}/asynchronous/answers` },
    });
    expect(DataCaptureConfig).toBeUndefined();
    expect((await pipeline.keys('asynchronous/answers/')).length).toBeGreaterThanOrEqual(REQUESTS_A_MINUTE);
  });

  test('one that fails makes an alarm go off, and SageMaker puts the champion back', async () => {
    const before = await pipeline.routing();
    const { output } = await pipeline.retrain({ ...BETTER, ...FEW_ANSWERS });
    expect(output).toMatchObject({ outcome: 'rolled-back' });
    expect(output.reasons?.[0]).toMatch(/ErrorAlarm/);
    expect(pipeline.traffic.failures.length).toBeGreaterThan(0);
    pipeline.traffic.failures.length = 0;
    await pipeline.expectServing('1.0.0');
    expect((await pipeline.routing()).production).toEqual(before.production);
    const report = await pipeline.report((await pipeline.ledger()).at(-1));
    const sum = (what: 'errors' | 'requests') =>
      report.traffic.reduce((total, { challenger }) => total + challenger[what], 0);
    expect(sum('errors')).toBeGreaterThan(0);
    expect(sum('requests')).toBeGreaterThanOrEqual(sum('errors'));
    // With the alarm still in ALARM, the next update would end as it begins.
    for (let minute = 0; minute < 6; minute++) await pipeline.pass(MINUTE, REQUESTS_A_MINUTE);
  });

  test('a better one takes its place, and no request fails', async () => {
    const { output } = await pipeline.retrain(BETTER);
    expect(output).toMatchObject({ outcome: 'promoted' });
    better = output.modelVersion as string;
    await pipeline.expectServing(better);
    expect((await pipeline.ledger()).at(-1)).toMatchObject({
      kind: 'release',
      modelVersion: better,
      champion: '1.0.0',
    });
  });

  test('a person has the version before released again', async () => {
    const { executionArn } = (await pipeline.invoke(pipeline.resources.rollbackFunction, {})) as {
      executionArn: string;
    };
    expect(await pipeline.follow(executionArn)).toMatchObject({ output: { outcome: 'released' } });
    await pipeline.expectServing('1.0.0');
  });
});
