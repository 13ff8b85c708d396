import {
  ApplicationAutoScalingClient,
  DescribeScalableTargetsCommand,
} from '@aws-sdk/client-application-auto-scaling';
import { ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import {
  DescribeEndpointConfigCommand,
  ListTagsCommand,
  UpdateEndpointWeightsAndCapacitiesCommand,
} from '@aws-sdk/client-sagemaker';
import { totalOf } from '../../lambda/domain/pages/release/traffic-bins';
import { customers, customersCsv } from './customers';
import { BATCHES_ONLY, BETTER, ENDPOINT_ONLY, FEW_ANSWERS, PIPELINE } from './customers-stack';
import { DeployedPipeline, REQUESTS_A_MINUTE } from './deployed-pipeline';
import { againstChallenger, sendLabels } from './ground-truth';

jest.setTimeout(600_000);

const MINUTE = 60_000;

describe('versions of a deployed pipeline', () => {
  const pipeline = new DeployedPipeline();

  beforeAll(async () => {
    await pipeline.start();
    await pipeline.upload('2026-10.csv', customersCsv({ count: 1500, seed: 1 }));
  });

  afterAll(() => pipeline.stop());

  test('the first one comes from the data to an endpoint that answers', async () => {
    expect(await pipeline.retrain()).toMatchObject({
      status: 'SUCCEEDED',
      output: { outcome: 'promoted', modelVersion: '1.0.0' },
    });
    await pipeline.expectServing('1.0.0');
    // The first version has learnt that complaints make people leave.
    const { variant, predictions } = await pipeline.traffic.predict([
      [-2, 0, 0],
      [2, 0, 0],
    ]);
    expect(variant).toBe('blue');
    expect(predictions[0]).toBeLessThan(0.3);
    expect(predictions[1]).toBeGreaterThan(0.7);
  });

  test('registry, model card, ledger, routing document and tags tell the same of it', async () => {
    const { production } = await pipeline.routing();
    const found = await pipeline.modelPackage('1.0.0');
    const [entry, ...others] = await pipeline.ledger();
    expect(others).toEqual([]);
    expect(production).toMatchObject({ modelVersion: '1.0.0', ledgerSequence: 1, since: entry?.time });
    expect(production?.modelPackageArn).toBe(found.ModelPackageArn);
    expect(found).toMatchObject({
      ModelApprovalStatus: 'Approved',
      CustomerMetadataProperties: { verdict: 'promote', releasedAt: entry?.time },
    });
    expect(entry).toMatchObject({
      kind: 'release',
      modelVersion: '1.0.0',
      modelPackageArn: found.ModelPackageArn,
      dataVersion: found.CustomerMetadataProperties?.dataVersion,
    });
    const card = JSON.parse(await pipeline.read('models/1.0.0/model-card.json'));
    expect(card).toMatchObject({
      training_details: {
        training_observations: '1200 rows; label left; features complaints, price, shoe_size',
      },
      evaluation_details: [{ metadata: { champion: 'none', rows: '300' } }],
      additional_information: {
        custom_details: { modelVersion: '1.0.0', dataVersion: entry?.dataVersion },
      },
    });
    const { EndpointArn } = await pipeline.endpoint();
    const { EndpointConfigArn } = await pipeline.sagemaker.send(
      new DescribeEndpointConfigCommand({ EndpointConfigName: production?.endpointConfigName }),
    );
    for (const ResourceArn of [EndpointArn, EndpointConfigArn]) {
      const { Tags } = await pipeline.sagemaker.send(new ListTagsCommand({ ResourceArn }));
      expect(Tags).toContainEqual({ Key: 'model-pipeline', Value: PIPELINE });
    }
    expect((await pipeline.newAlerts()).map(({ subject }) => subject)).toEqual([
      `${PIPELINE}: version 1.0.0 was released`,
    ]);
  });

  test('what it was asked and answered is recorded in the bucket', async () => {
    const [row] = customers({ count: 1, seed: 5 }) as [number[]];
    const { predictions } = await pipeline.traffic.predict([row]);
    await pipeline.pass(120_000);
    const keys = await pipeline.keys(`capture/${PIPELINE}/blue/`);
    expect(keys.length).toBeGreaterThan(0);
    const lines = (await Promise.all(keys.map((key) => pipeline.read(key)))).join('').trim().split('\n');
    const records = lines.map((line) => JSON.parse(line).captureData);
    const ours = records.find(({ endpointInput }) => endpointInput.data === row.join(','));
    expect(ours.endpointOutput.data).toBe(`${predictions[0]}\n`);
  });

  test('a better one takes over blue-green; no request fails, and nothing of the old one is left', async () => {
    const before = await pipeline.routing();
    pipeline.functionTraffic.perMinute = 10;
    expect(await pipeline.retrain(BETTER)).toMatchObject({
      output: { outcome: 'promoted', modelVersion: '2.0.0' },
    });
    await pipeline.expectServing('2.0.0');
    const { production } = await pipeline.routing();
    expect(production?.variant).toBe('green');
    expect(production?.modelName).not.toBe(before.production?.modelName);
    // Both had traffic at the same time.
    expect(pipeline.traffic.byVariant).toEqual({ blue: expect.any(Number), green: expect.any(Number) });
    // So it was with the function.
    expect(pipeline.functionTraffic.byVariant).toEqual({
      blue: expect.any(Number),
      green: expect.any(Number),
    });
    expect(pipeline.functionTraffic.failures).toEqual([]);
    pipeline.functionTraffic.perMinute = 0;
    const entry = (await pipeline.ledger()).at(-1);
    expect(entry).toMatchObject({ kind: 'release', modelVersion: '2.0.0', champion: '1.0.0' });
    expect(entry?.reasons[0]).toMatch(/AUC 0\.8\d+ is significantly better than champion's 0\.7\d+/);
    expect(await pipeline.report(entry)).toMatchObject({
      outcome: 'released',
      challenger: { modelVersion: '2.0.0' },
      champion: { modelVersion: '1.0.0' },
      missing: [],
    });
  });

  test('deploying again after retrainings changes nothing, and no traffic', async () => {
    const [routing, { LastModifiedTime }] = [await pipeline.routing(), await pipeline.endpoint()];
    expect((await pipeline.diff()).output).toContain('Number of stacks with differences: 0');
    const { code, output } = await pipeline.deploy();
    expect(output).toContain('Customers (no changes)');
    expect(code).toBe(0);
    expect(await pipeline.routing()).toEqual(routing);
    expect((await pipeline.endpoint()).LastModifiedTime).toEqual(LastModifiedTime);
  });

  test('the serverless function answers like the endpoint', async () => {
    const rows = customers({ count: 50, seed: 9 });
    const { predictions } = await pipeline.traffic.predict(rows);
    const answer = (await pipeline.invoke(pipeline.resources.serverlessFunction, { rows })) as {
      modelVersion: string;
      predictions: number[];
    };
    expect(answer.modelVersion).toBe('2.0.0');
    expect(answer.predictions).toHaveLength(50);
    // The function computes with 32 bits.
    answer.predictions.forEach((value, index) => {
      expect(Math.abs(value - (predictions[index] as number))).toBeLessThan(1e-6);
    });
  });

  test('one that labels show to be wrong far more often is rolled back', async () => {
    const execution = await pipeline.startRelease('1.0.0');
    const { output } = await pipeline.follow(execution, async () =>
      sendLabels(pipeline, await againstChallenger(pipeline)),
    );
    expect(output).toMatchObject({ outcome: 'rolled-back', modelVersion: '1.0.0' });
    expect(output.reasons).toEqual([
      expect.stringMatching(
        /^challenger was wrong in \d+ of \d+ .* answers with a label, champion in \d+ of .* rolls back$/,
      ),
    ]);
    const { quality } = await pipeline.report((await pipeline.ledger()).at(-1));
    expect(quality?.champion.requests).toBeGreaterThan(10);
    await pipeline.expectServing('2.0.0');
  });

  test('one that scores batches but cannot answer single requests is rolled back before it has traffic', async () => {
    await pipeline.upload('2026-11.csv', customersCsv({ count: 1500, seed: 2 }));
    expect(
      await pipeline.release('1.0.0', 'a weak champion, so that the gate lets the next one pass'),
    ).toMatchObject({ output: { outcome: 'released' } });
    await pipeline.newAlerts();
    const { output } = await pipeline.retrain({ ...BETTER, ...BATCHES_ONLY });
    expect(output).toMatchObject({ outcome: 'rolled-back', modelVersion: '3.0.0' });
    expect(output.reasons?.[0]).toMatch(/^green answers several rows in one request, but no single row: /);
    expect(output.reasons?.[1]).toMatch(/^sample 1: ModelError: .*500 Internal Server Error/);
    await pipeline.expectServing('1.0.0');
    expect((await pipeline.ledger()).at(-1)).toMatchObject({
      kind: 'rollback',
      modelVersion: '3.0.0',
      champion: '1.0.0',
    });
    const [alert, ...others] = await pipeline.newAlerts();
    expect(others).toEqual([]);
    expect(alert?.subject).toBe(`${PIPELINE}: version 3.0.0 was rolled back`);
    expect(alert?.text).toContain('Version 1.0.0 keeps serving');
  });

  test('one that only the serverless function cannot serve is rolled back before it has traffic', async () => {
    pipeline.functionTraffic.perMinute = 10;
    const { output } = await pipeline.retrain({ ...BETTER, ...ENDPOINT_ONLY });
    expect(output).toMatchObject({ outcome: 'rolled-back', modelVersion: '4.0.0' });
    expect(output.reasons?.[0]).toMatch(
      /^sample 1: UnservableModel: onnxruntime \S+ cannot load the ONNX model: .*NoSuchOperator/s,
    );
    expect(pipeline.functionTraffic.failures).toEqual([]);
    pipeline.functionTraffic.perMinute = 0;
    await pipeline.expectServing('1.0.0');
    await pipeline.newAlerts();
  });

  test('one without any evidence goes back to its champion', async () => {
    // The alarm of the variant in which the last one failed its smoke test looks at a minute of it.
    await pipeline.pass(2 * MINUTE);
    expect(await pipeline.release('2.0.0')).toMatchObject({ output: { outcome: 'released' } });
    const execution = await pipeline.startRelease('1.0.0');
    // The longest observation, without a single request.
    await pipeline.cloud.clock.advance(60 * 60_000);
    const ending = await pipeline.follow(execution);
    expect(ending).toMatchObject({
      status: 'SUCCEEDED',
      output: { outcome: 'rolled-back', modelVersion: '1.0.0' },
    });
    expect(ending.output.reasons?.[0]).toBe('too little traffic for too long');
    await pipeline.expectServing('2.0.0');
  });

  test('one that fails under traffic is rolled back within minutes, before its step is over', async () => {
    await pipeline.release('1.0.0', 'a weak champion, so that the gate lets the next one pass');
    await pipeline.newAlerts();
    const { output } = await pipeline.retrain({ ...BETTER, ...FEW_ANSWERS });
    expect(output).toMatchObject({ outcome: 'rolled-back', modelVersion: '5.0.0' });
    // The alarm of its variant is as quick as the analysis: either may be first.
    const analysed = 'challenger failed \\d+ of \\d+ \\(.* %\\) requests, champion 0 of \\d+ .* rolls back';
    const alarmed = 'alarm .*: Threshold Crossed: .*';
    expect(output.reasons).toEqual([expect.stringMatching(`^(${analysed}|${alarmed})$`)]);
    await pipeline.pass(2 * MINUTE);
    // A minute until the metrics of its first whole minute are there, and one to look at them.
    const report = await pipeline.report((await pipeline.ledger()).at(-1));
    expect(report).toMatchObject({ outcome: 'rolled-back', trafficShares: [0.5, 1], missing: [] });
    expect(report.reason).toMatch(/AUC 0\.9\d+ is significantly better/);
    expect(report.reasons[0]).toContain(output.reasons?.[0]);
    expect(report.trafficSince).not.toBeNull();
    expect(totalOf(report.traffic, 'challenger').errors).toBeGreaterThan(0);
    expect(totalOf(report.traffic, 'champion').errors).toBe(0);
    const { failures } = pipeline.traffic;
    expect(failures.length).toBeGreaterThan(0);
    expect(failures.length).toBeLessThan(3 * REQUESTS_A_MINUTE);
    failures.length = 0;
    await pipeline.expectServing('1.0.0');
    expect((await pipeline.newAlerts()).map(({ subject }) => subject)).toEqual([
      `${PIPELINE}: version 5.0.0 was rolled back`,
    ]);
    await pipeline.release('2.0.0');
  });

  test('changed settings of the endpoint and of the function beside it reach the same version by one release', async () => {
    const former = (await pipeline.routing()).production;
    const traffic = pipeline.functionTraffic;
    traffic.answeredBy.clear();
    traffic.perMinute = 10;
    const hosting = {
      instanceType: 'ml.c5.xlarge',
      environment: { LEVEL: 'INFO' },
      scaling: { maxCapacity: 4, targetInvocationsPerInstance: 600 },
    };
    const serverlessInference = { memorySize: 2048 };
    expect(await pipeline.deploy({ hosting, serverlessInference })).toMatchObject({ code: 0 });
    const [newest] = await pipeline.executions(pipeline.resources.releaseStateMachine);
    expect(await pipeline.follow(newest?.executionArn as string)).toMatchObject({
      output: { outcome: 'released', modelVersion: '2.0.0' },
    });
    await pipeline.expectServing('2.0.0');
    const { production } = await pipeline.routing();
    const { ProductionVariants } = await pipeline.sagemaker.send(
      new DescribeEndpointConfigCommand({ EndpointConfigName: production?.endpointConfigName }),
    );
    expect(ProductionVariants).toMatchObject([{ InstanceType: 'ml.c5.xlarge' }]);
    expect((await pipeline.ledger()).at(-1)?.reasons[0]).toBe(
      'hosting settings changed, the function changed',
    );
    expect([...traffic.answeredBy].sort()).toEqual(
      [former, production].map((route) => `${route?.variant} by ${route?.functionVersion}`).sort(),
    );
    expect(production?.functionVersion).not.toBe(former?.functionVersion);
    expect(traffic.failures).toEqual([]);
    traffic.perMinute = 0;
  });

  test('the number of instances follows the traffic between releases, good and bad, and no version has fewer', async () => {
    const scaled = async () =>
      (
        (await autoScaling.send(new DescribeScalableTargetsCommand({ ServiceNamespace: 'sagemaker' })))
          .ScalableTargets ?? []
      ).map(({ ResourceId }) => ResourceId);
    const autoScaling = new ApplicationAutoScalingClient(pipeline.config());
    const target = async () =>
      `endpoint/${PIPELINE}/variant/${(await pipeline.routing()).production?.variant}`;
    const counts = async () =>
      (await pipeline.endpoint()).ProductionVariants?.map(({ DesiredInstanceCount }) => DesiredInstanceCount);
    expect(await scaled()).toEqual([await target()]);
    // As Application Auto Scaling would at a rush.
    await pipeline.sagemaker.send(
      new UpdateEndpointWeightsAndCapacitiesCommand({
        EndpointName: PIPELINE,
        DesiredWeightsAndCapacities: [
          { VariantName: (await pipeline.routing()).production?.variant, DesiredInstanceCount: 3 },
        ],
      }),
    );
    const undone = await pipeline.startRelease('1.0.0');
    await pipeline.pass(3 * MINUTE, REQUESTS_A_MINUTE);
    expect({ scaled: await scaled(), counts: await counts() }).toEqual({ scaled: [], counts: [3, 3] });
    await pipeline.invoke(pipeline.resources.rollbackFunction, {});
    expect((await pipeline.follow(undone)).status).toBe('ABORTED');
    await pipeline.pass(2 * MINUTE);
    await pipeline.expectServing('2.0.0');
    expect({ scaled: await scaled(), counts: await counts() }).toEqual({
      scaled: [await target()],
      counts: [3],
    });
    const before = await target();
    expect(await pipeline.release('1.0.0')).toMatchObject({ output: { outcome: 'released' } });
    await pipeline.expectServing('1.0.0');
    expect({ scaled: await scaled(), counts: await counts() }).toEqual({
      scaled: [await target()],
      counts: [3],
    });
    expect(await target()).not.toBe(before);
  });

  test('destroying the stack while a version is trained and another released leaves nothing', async () => {
    await pipeline.startRelease('2.0.0');
    await pipeline.startRetraining(BETTER);
    expect(await pipeline.destroy()).toMatchObject({ code: 0 });
    expect(await pipeline.sageMakerResources()).toEqual({
      endpoints: [],
      configs: [],
      models: [],
      modelPackages: [],
    });
    expect((await pipeline.lambda.send(new ListFunctionsCommand({}))).Functions).toEqual([]);
    await expect(pipeline.routing()).rejects.toMatchObject({ name: 'ParameterNotFound' });
    await expect(
      pipeline.s3.send(new ListObjectVersionsCommand({ Bucket: pipeline.resources.bucket })),
    ).rejects.toMatchObject({ name: 'NoSuchBucket' });
  });
});
