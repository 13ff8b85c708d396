import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { CreateModelPackageCommand, DescribeModelPackageCommand } from '@aws-sdk/client-sagemaker';
import { ModelPackageAction, ReleaseStrategy, UndecidedAction } from '../../lib';
import { runCli } from '../bin/cli';
import { modelArchive } from '../lambda/model-archive';
import { customersCsv } from './customers';
import { PIPELINE } from './customers-stack';
import { DeployedPipeline, type Ending } from './deployed-pipeline';

jest.setTimeout(600_000);

const MINUTE = 60_000;
const MOST_MINUTES = 60;
const IMAGE = '683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-scikit-learn:1.9-0-cpu-py3';
const EXECUTION = 'arn:aws:sagemaker:us-east-1:000000000000:pipeline/train-customers/execution/4r83jejmhorv';
const INFERENCE = readFileSync(join(__dirname, 'source', 'inference.py'));
/** Weights of complaints, price and shoe size; price counts most. */
const [WEAK, GOOD, BEST, BAD] = [
  [1, 0, 0],
  [1.5, 1, 0],
  [1.5, 2.5, 0],
  [0, 0, 1],
];

describe('a model of a trainer of its own, which puts model packages into the registry', () => {
  const pipeline = new DeployedPipeline();
  let models = 0;

  beforeAll(() =>
    pipeline.start({
      onModelPackage: ModelPackageAction.RELEASE,
      promotion: { ifUndecided: UndecidedAction.ASK_PERSON },
      releaseStrategy: ReleaseStrategy.allAtOnce(),
      serverlessInference: undefined,
    }),
  );
  afterAll(() => pipeline.stop());

  const cli = (...args: string[]) => runCli(args, pipeline.environment());

  async function upload(name: string, Body: Uint8Array | string): Promise<string> {
    const { bucket } = pipeline.resources;
    const Key = `uploads/${name}`;
    await pipeline.s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body }));
    return `s3://${bucket}/${Key}`;
  }

  /** What a trainer does after a training; returns the package's ARN. */
  async function train(
    weights: number[] | undefined,
    properties: Record<string, string> = {},
    image = IMAGE,
  ): Promise<string> {
    const model = JSON.stringify({ bias: 0, weights, answers: 'all' });
    const archive = await modelArchive({ 'model.json': model, 'code/inference.py': INFERENCE });
    const { ModelPackageArn } = await pipeline.sagemaker.send(
      new CreateModelPackageCommand({
        ModelPackageGroupName: PIPELINE,
        ModelApprovalStatus: 'PendingManualApproval',
        InferenceSpecification: {
          Containers: [{ Image: image, ModelDataUrl: await upload(`${++models}/model.tar.gz`, archive) }],
          SupportedContentTypes: ['text/csv'],
          SupportedResponseMIMETypes: ['text/csv'],
        },
        MetadataProperties: { GeneratedBy: EXECUTION, CommitId: 'f00dcafe' },
        CustomerMetadataProperties: { 'metric:accuracy': '0.8', ...properties },
      }),
    );
    return ModelPackageArn as string;
  }

  /** Lets time pass until a workflow has more executions than some; returns the newest. */
  async function newExecution(stateMachineArn: string, before: number): Promise<string> {
    for (let minute = 0; minute < MOST_MINUTES; minute++) {
      const executions = await pipeline.executions(stateMachineArn);
      if (executions.length > before) return executions[0]?.executionArn as string;
      await pipeline.pass(MINUTE);
    }
    throw new Error(`${stateMachineArn} has not started`);
  }
  const registrations = async () =>
    (await pipeline.executions(pipeline.resources.registrationStateMachine)).length;
  const releases = async () => (await pipeline.executions(pipeline.resources.releaseStateMachine)).length;

  /** Trains, and follows the registration to its end. */
  async function register(...training: Parameters<typeof train>): Promise<Ending> {
    const before = await registrations();
    await train(...training);
    return pipeline.follow(await newExecution(pipeline.resources.registrationStateMachine, before));
  }

  /** Follows the release that something starts. */
  async function released(start: () => Promise<unknown>): Promise<Ending> {
    const before = await releases();
    await start();
    return pipeline.follow(await newExecution(pipeline.resources.releaseStateMachine, before));
  }

  /**
   * Trains on rows that are too few to judge it, and lets time pass until a person is asked; returns the
   * execution.
   */
  async function untilAsked(): Promise<string> {
    const holdout = await upload(`${models}/few.csv`, customersCsv({ count: 24, seed: models + 50 }));
    const before = await registrations();
    await train(BEST, { holdout });
    const execution = await newExecution(pipeline.resources.registrationStateMachine, before);
    for (let minute = 0; minute < MOST_MINUTES; minute++) {
      if ((await cli('status')).stdout.includes('model-pipeline approve')) return execution;
      await pipeline.pass(MINUTE);
    }
    throw new Error('nobody was asked');
  }

  test('is judged on the holdout that it brings, registered with where it comes from, and released', async () => {
    const holdout = await upload('holdout.csv', customersCsv({ count: 600, seed: 3 }));
    expect(await released(() => register(WEAK, { holdout }))).toMatchObject({
      output: { outcome: 'released' },
    });
    await pipeline.expectServing('1.0.0');
    const { CustomerMetadataProperties } = await pipeline.modelPackage('1.0.0');
    expect(CustomerMetadataProperties).toMatchObject({
      origin: EXECUTION,
      generatedBy: EXECUTION,
      sourcePackage: expect.stringMatching(/model-package\/.*\/1$/),
      commit: 'f00dcafe',
      'metric:accuracy': '0.8',
      modelSha256: expect.any(String),
    });
  });

  test('that brings none is judged on that of the version in production', async () => {
    expect(await released(() => register(GOOD))).toMatchObject({ output: { outcome: 'released' } });
    await pipeline.expectServing('1.1.0');
    expect(await register(BAD)).toMatchObject({ output: { outcome: 'refused', modelVersion: '1.2.0' } });
    expect((await pipeline.modelPackage('1.2.0')).ModelApprovalStatus).toBe('Rejected');
    await pipeline.expectServing('1.1.0');
  });

  test('that a few rows cannot judge is registered, waits for a person, and is released once approved', async () => {
    const registration = await untilAsked();
    expect((await pipeline.modelPackage('1.3.0')).ModelApprovalStatus).toBe('PendingManualApproval');
    expect(
      await released(async () => {
        expect(await cli('approve', '1.3.0', '--comment', 'known to be good')).toMatchObject({ code: 0 });
        expect(await pipeline.follow(registration)).toMatchObject({ output: { outcome: 'registered' } });
      }),
    ).toMatchObject({ output: { outcome: 'released' } });
    await pipeline.expectServing('1.3.0');
    expect((await pipeline.modelPackage('1.3.0')).ModelApprovalStatus).toBe('Approved');
    expect((await cli('history')).stdout).toMatch(/registration +1\.3\.0 .*approved by .*known to be good/);
  });

  test('that a person rejects is registered as rejected, and production stays', async () => {
    const registration = await untilAsked();
    const before = await releases();
    expect(await cli('reject', '1.4.0', '--comment', 'not now')).toMatchObject({ code: 0 });
    expect(await pipeline.follow(registration)).toMatchObject({ output: { outcome: 'rejected' } });
    expect((await pipeline.modelPackage('1.4.0')).ModelApprovalStatus).toBe('Rejected');
    expect(await cli('release', '1.4.0', '--wait')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('1.4.0 is Rejected'),
    });
    expect(await releases()).toBe(before + 1);
    await pipeline.expectServing('1.3.0');
  });

  test('for another container is refused by name, and its package stays as it was made', async () => {
    await pipeline.newAlerts();
    const [before, image] = [await registrations(), IMAGE.replace('1.9-0', '1.2-1')];
    const arn = await train(BEST, {}, image);
    const told: string[] = [];
    for (let minute = 0; minute < MOST_MINUTES && told.length === 0; minute++) {
      await pipeline.pass(MINUTE);
      told.push(...(await pipeline.newAlerts()).map(({ text }) => text));
    }
    expect(told).toEqual([
      expect.stringContaining(`its container has the image ${image}, and this pipeline serves with`),
    ]);
    expect((await pipeline.ledger()).at(-1)).toMatchObject({ kind: 'refusal', modelPackageArn: arn });
    const { ModelApprovalStatus, CustomerMetadataProperties } = await pipeline.sagemaker.send(
      new DescribeModelPackageCommand({ ModelPackageName: arn }),
    );
    expect({ ModelApprovalStatus, CustomerMetadataProperties }).toEqual({
      ModelApprovalStatus: 'PendingManualApproval',
      CustomerMetadataProperties: { 'metric:accuracy': '0.8' },
    });
    expect(await registrations()).toBe(before);
    await pipeline.expectServing('1.3.0');
  });
});
