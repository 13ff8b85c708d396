import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { type App, CfnOutput, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { LambdaInference, OnnxModel } from '../../lib';
import { modelArchive } from '../lambda/serverless-inference/stored-model';
import reference from '../reference/onnx-models.json';
import { CdkCli } from './cdk-cli';
import { CloudProcess } from './cloud-process';

jest.setTimeout(600_000);

describe('a Lambda function that serves a model without a pipeline', () => {
  const cloud = new CloudProcess();
  const folder = mkdtempSync(join(tmpdir(), 'inference-'));
  let cdk: CdkCli;
  let lambda: LambdaClient;
  let s3: S3Client;
  let model: string;

  const stack = (app: App) => {
    const churn = new Stack(app, 'Churn', { env: { account: cloud.account, region: cloud.region } });
    const captureBucket = new Bucket(churn, 'Recorded', {
      bucketName: 'recorded-requests',
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const { handler } = new LambdaInference(churn, 'Model', {
      modelName: 'churn',
      model: OnnxModel.fromAsset(model),
      captureBucket,
    });
    new CfnOutput(churn, 'FunctionName', { value: handler.functionName });
  };

  /** Deploys, and returns the name of the function. */
  async function deploy(): Promise<string> {
    const { code, output } = await cdk.deploy(stack);
    expect({ code, output }).toMatchObject({ code: 0 });
    return /Churn\.FunctionName = (\S+)/.exec(output)?.[1] as string;
  }

  async function answer(FunctionName: string) {
    const { Payload, FunctionError } = await lambda.send(
      new InvokeCommand({ FunctionName, Payload: JSON.stringify({ rows: reference.rows }) }),
    );
    const found = JSON.parse(Buffer.from(Payload ?? []).toString());
    expect({ FunctionError, found }).toMatchObject({ FunctionError: undefined });
    return found as { predictions: number[]; modelVersion: string; variant: string };
  }

  beforeAll(async () => {
    await cloud.start();
    const { url: endpoint, region, credentials } = cloud;
    lambda = new LambdaClient({ endpoint, region, credentials });
    s3 = new S3Client({ endpoint, region, credentials, forcePathStyle: true });
    cdk = new CdkCli(cloud);
    await cdk.bootstrap();
  });
  afterAll(async () => {
    cdk.remove();
    await cloud.stop();
    cloud.remove();
    rmSync(folder, { recursive: true, force: true });
  });

  test('answers with the model of a file, and records what it answers', async () => {
    model = join(folder, 'model.onnx');
    writeFileSync(model, Buffer.from(reference.classifier.onnx, 'base64'));
    const found = await answer(await deploy());
    expect(found).toMatchObject({
      variant: 'AllTraffic',
      modelVersion: expect.stringMatching(/^[0-9a-f]{12}$/),
    });
    for (const [row, prediction] of found.predictions.entries())
      expect(prediction).toBeCloseTo(reference.classifier.predictions[row] as number, 6);
    const recorded = async () =>
      (await s3.send(new ListObjectsV2Command({ Bucket: 'recorded-requests' }))).Contents ?? [];
    // It is written after the answer has left.
    while ((await recorded()).length === 0);
    expect((await recorded())[0]?.Key).toMatch(/^capture\/churn\/AllTraffic\/\d{4}\//);
  });

  test('answers with another model after the next deployment, here one of an archive', async () => {
    model = join(folder, 'model.tar.gz');
    writeFileSync(model, modelArchive(reference.regressor.onnx));
    const { predictions } = await answer(await deploy());
    for (const [row, prediction] of predictions.entries())
      expect(prediction).toBeCloseTo(reference.regressor.predictions[row] as number, 4);
  });
});
