import {
  GetAliasCommand,
  GetFunctionConfigurationCommand,
  ListProvisionedConcurrencyConfigsCommand,
} from '@aws-sdk/client-lambda';
import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { Duration } from 'aws-cdk-lib';
import { pinnedIn } from '../../lambda/domain/release/pinned-artifacts';
import { ReleaseStrategy, ServedBy } from '../../lib';
import { runCli } from '../bin/cli';
import { customersCsv } from './customers';
import { BETTER, ENDPOINT_ONLY, PIPELINE } from './customers-stack';
import { DeployedPipeline, REQUESTS_A_MINUTE } from './deployed-pipeline';
import { againstChallenger, sendLabels } from './ground-truth';

jest.setTimeout(600_000);

const MINUTE = 60_000;

describe('versions that a function serves alone', () => {
  const pipeline = new DeployedPipeline();
  const traffic = pipeline.functionTraffic;

  beforeAll(async () => {
    await pipeline.start({ servedBy: ServedBy.FUNCTION });
    await pipeline.upload('2026-10.csv', customersCsv({ count: 1500, seed: 1 }));
    traffic.perMinute = REQUESTS_A_MINUTE;
  }, 600_000);

  afterAll(() => pipeline.stop());

  /** That the version serves, alone, and nothing is left of any other one's release. */
  async function expectServing(modelVersion: string): Promise<void> {
    const { production, candidate } = await pipeline.routing();
    expect(production?.modelVersion).toBe(modelVersion);
    expect(production).not.toHaveProperty('endpointConfigName');
    expect(candidate).toBeUndefined();
    expect(await pipeline.sageMakerResources()).toMatchObject({
      endpoints: [],
      configs: [],
      models: [production?.modelName],
    });
    expect(traffic.failures).toEqual([]);
  }

  test('the first one comes from the data to a function that answers, without an endpoint', async () => {
    expect(await pipeline.retrain()).toMatchObject({
      status: 'SUCCEEDED',
      output: { outcome: 'promoted', modelVersion: '1.0.0' },
    });
    await expectServing('1.0.0');
    const [calm, angry] = [
      await pipeline.askFunction('a', [-2, 0, 0]),
      await pipeline.askFunction('b', [2, 0, 0]),
    ];
    expect(calm).toMatchObject({ modelVersion: '1.0.0', variant: 'blue' });
    expect(calm.predictions[0]).toBeLessThan(0.3);
    expect(angry.predictions[0]).toBeGreaterThan(0.7);
  });

  test('a better one takes over by the traffic share of the routing document, judged by what the function counts and records', async () => {
    const shares = new Set<number>();
    const execution = await pipeline.startRetraining(BETTER);
    const ending = await pipeline.follow(execution, async () => {
      const { candidate } = await pipeline.routing();
      if (candidate) shares.add(candidate.trafficShare);
    });
    expect(ending).toMatchObject({ output: { outcome: 'promoted', modelVersion: '2.0.0' } });
    expect([...shares]).toEqual([0.5, 1]);
    await expectServing('2.0.0');
    expect(traffic.byVariant).toEqual({ blue: expect.any(Number), green: expect.any(Number) });
    const report = await pipeline.report((await pipeline.ledger()).at(-1));
    expect(report).toMatchObject({ outcome: 'released', trafficShares: [0.5, 1], missing: [] });
    const both = report.traffic.find(
      ({ champion, challenger }) => champion.requests > 0 && challenger.requests > 0,
    );
    expect(both?.champion.p95).toBeGreaterThan(0);
    const answers = report.predictions?.challenger ?? [];
    expect(answers.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(0);
  });

  test('status tells what the function serves', async () => {
    const { stdout } = await runCli(['status'], pipeline.environment());
    expect(stdout).toContain(`${PIPELINE} serves version 2.0.0 (green)`);
    expect(stdout).toContain(`function ${pipeline.resources.serverlessFunction}`);
    expect(stdout).not.toContain('endpoint');
  });

  test('one that labels show to be wrong far more often is rolled back', async () => {
    const execution = await pipeline.startRelease('1.0.0');
    // Of what was answered before, none comes any more.
    const done = new Set(await pipeline.keys(`capture/${PIPELINE}/`));
    const { output } = await pipeline.follow(execution, async () =>
      sendLabels(pipeline, await againstChallenger(pipeline), done),
    );
    expect(output).toMatchObject({ outcome: 'rolled-back', modelVersion: '1.0.0' });
    expect(output.reasons?.[0]).toMatch(/^challenger was wrong in \d+ of \d+ .* rolls back$/);
    await expectServing('2.0.0');
  });

  test('one that the function cannot load fails its smoke test, and no caller notices', async () => {
    await pipeline.upload('2026-11.csv', customersCsv({ count: 1500, seed: 2 }));
    await pipeline.release('1.0.0', 'a weak champion, so that the gate lets the next one pass');
    const { output } = await pipeline.retrain({ ...BETTER, ...ENDPOINT_ONLY });
    expect(output).toMatchObject({ outcome: 'rolled-back', modelVersion: '3.0.0' });
    expect(output.reasons?.[0]).toMatch(
      /^sample 1: UnservableModel: onnxruntime \S+ cannot load the ONNX model: /,
    );
    await expectServing('1.0.0');
  });

  test('a person goes back while a release is under way: no request reaches the challenger any more', async () => {
    const execution = await pipeline.startRelease('2.0.0');
    while (!((await pipeline.routing()).candidate?.trafficShare ?? 0)) await pipeline.pass(MINUTE, 1);
    await pipeline.invoke(pipeline.resources.rollbackFunction, { reason: 'second thoughts' });
    expect(await pipeline.follow(execution)).toMatchObject({ status: 'ABORTED' });
    await pipeline.pass(MINUTE);
    traffic.byVariant = {};
    await traffic.sendMinute();
    expect(Object.keys(traffic.byVariant)).toEqual([(await pipeline.routing()).production?.variant]);
    await expectServing('1.0.0');
    expect((await pipeline.ledger()).at(-1)).toMatchObject({
      kind: 'rollback',
      modelVersion: '2.0.0',
      reasons: [expect.stringContaining('second thoughts')],
    });
  });

  /**
   * Deploys the function with other memory, and with shadows, while customers ask; returns the release that
   * it starts.
   */
  async function deployMemory(memorySize: number): Promise<string> {
    const before = (await pipeline.executions(pipeline.resources.releaseStateMachine)).length;
    const deployed = pipeline.deploy({
      servedBy: ServedBy.FUNCTION,
      serverlessInference: { memorySize, provisionedConcurrency: { minimum: 1, maximum: 2 } },
      releaseStrategy: ReleaseStrategy.shadow({
        duration: Duration.minutes(4),
        maximumDuration: Duration.minutes(10),
        minimumAgreement: 0.9,
        followedBy: ReleaseStrategy.blueGreen({
          canary: [0.5],
          stepDuration: Duration.minutes(5),
          bakeTime: Duration.minutes(3),
        }),
      }),
    });
    await traffic.sendDuring(deployed);
    expect(await deployed).toMatchObject({ code: 0 });
    const [newest, ...others] = await pipeline.executions(pipeline.resources.releaseStateMachine);
    expect(others).toHaveLength(before);
    return newest?.executionArn as string;
  }

  /** Versions of the function whose instances are started before requests. */
  async function startedInstances(): Promise<string[]> {
    const [FunctionName] = pipeline.resources.serverlessFunction.split(':');
    const { ProvisionedConcurrencyConfigs = [] } = await pipeline.lambda.send(
      new ListProvisionedConcurrencyConfigsCommand({ FunctionName }),
    );
    return ProvisionedConcurrencyConfigs.map(({ FunctionArn, Status }) => `${FunctionArn} ${Status}`);
  }

  /** The function that answers all requests. */
  async function liveFunction() {
    const [FunctionName, Name] = pipeline.resources.serverlessFunction.split(':');
    const alias = await pipeline.lambda.send(new GetAliasCommand({ FunctionName, Name }));
    expect(alias.RoutingConfig).toBeUndefined();
    const { MemorySize, Version } = await pipeline.lambda.send(
      new GetFunctionConfigurationCommand({ FunctionName, Qualifier: alias.FunctionVersion }),
    );
    return { MemorySize, Version };
  }

  test('more memory by a deploy is released: each share of the requests by its version of the function, none fails', async () => {
    traffic.answeredBy.clear();
    const release = await deployMemory(2048);
    const shares = new Set<number>();
    const ending = await pipeline.follow(release, async () => {
      const { candidate, shadow } = await pipeline.routing();
      if (candidate) shares.add(candidate.trafficShare);
      // The function of before does not copy requests.
      expect(shadow).toBeUndefined();
    });
    expect(ending).toMatchObject({ output: { outcome: 'released', modelVersion: '1.0.0' } });
    expect([...shares]).toEqual([0.5, 1]);
    // The first deploy gave the usual pipeline other settings.
    expect([...traffic.answeredBy].sort()).toEqual(['blue by 2', 'green by 3']);
    expect((await pipeline.ledger()).at(-1)?.reasons[0]).toBe('the function changed');
    expect((await pipeline.routing()).production).toMatchObject({ variant: 'green', functionVersion: '3' });
    expect(await liveFunction()).toEqual({ MemorySize: 2048, Version: '3' });
    // Before its traffic, and those of the other versions not any more.
    expect(await startedInstances()).toEqual([expect.stringMatching(/:3 READY$/)]);
    await expectServing('1.0.0');
  });

  /** Lets time pass until the challenger gets copies of requests. */
  async function untilShadow(): Promise<void> {
    while (!(await pipeline.routing()).shadow) await pipeline.pass(MINUTE);
    traffic.byVariant = {};
  }

  test('one that answers otherwise as a shadow is rolled back, and nobody has got its answers', async () => {
    const execution = await pipeline.startRelease('2.0.0');
    await untilShadow();
    const { production, candidate, shadow } = await pipeline.routing();
    expect(candidate).toMatchObject({ modelVersion: '2.0.0', trafficShare: 0 });
    expect(shadow).toEqual({
      modelVersion: '2.0.0',
      variant: candidate?.variant,
      modelName: candidate?.modelName,
    });
    const { stdout } = await runCli(['status'], pipeline.environment());
    expect(stdout).toMatch(
      /version 2\.0\.0 .* is being released .* it receives copies of requests, as a shadow/,
    );
    expect(stdout).toMatch(/2\.0\.0 +shadow/);
    const { output } = await pipeline.follow(execution);
    expect(output).toMatchObject({ outcome: 'rolled-back', modelVersion: '2.0.0' });
    expect(output.reasons).toEqual([
      expect.stringMatching(/^of \d+ requests that both answered, .* agree .*; at least 90 % must agree/),
    ]);
    await expectServing('1.0.0');
    expect((await pipeline.routing()).shadow).toBeUndefined();
    expect(Object.keys(traffic.byVariant)).toEqual([production?.variant]);
    const report = await pipeline.report((await pipeline.ledger()).at(-1));
    expect(report).toMatchObject({ trafficSince: null, shadow: { verdict: 'rollback' }, missing: [] });
  });

  /** How often functions of the pipeline logged a text. */
  async function loggedTimes(text: string): Promise<number> {
    const lines = ['logs', '--source', 'functions', '--limit', '100000', '--json'];
    const { stdout } = await runCli(lines, pipeline.environment());
    const messages = (JSON.parse(stdout) as { message: string }[]).map(({ message }) => message);
    expect(messages.length).toBeGreaterThan(0);
    return messages.filter((message) => message.includes(text)).length;
  }

  test('one that answers as well gets traffic after its shadow, each of whose copies was counted and compared', async () => {
    const execution = await pipeline.startRelease('production', 'to see that nothing changes');
    await untilShadow();
    const { candidate, production } = await pipeline.routing();
    while ((await pipeline.routing()).shadow) {
      expect(Object.keys(traffic.byVariant)).not.toContain(candidate?.variant);
      await pipeline.pass(MINUTE, 1);
    }
    expect(await pipeline.follow(execution)).toMatchObject({ output: { outcome: 'released' } });
    await expectServing('1.0.0');
    expect((await pipeline.routing()).production?.variant).toBe(candidate?.variant);
    expect(Object.keys(traffic.byVariant).sort()).toEqual(['blue', 'green']);
    const { shadow } = await pipeline.report((await pipeline.ledger()).at(-1));
    expect(shadow).toMatchObject({ verdict: 'promote', answers: { agreement: 1, meanDifference: 0 } });
    const { champion, challenger } = shadow?.errors ?? {};
    expect([champion?.events, challenger?.events]).toEqual([0, 0]);
    // A function that is busy for a second goes on without its copy, and says so.
    const missing = (champion?.requests ?? 0) - (challenger?.requests ?? 0);
    expect(missing).toBeGreaterThanOrEqual(0);
    expect(missing).toBeLessThanOrEqual(await loggedTimes('was not copied'));
    expect(production?.variant).not.toBe(candidate?.variant);
    expect(shadow?.answers?.requests).toBeGreaterThanOrEqual(challenger?.requests ?? Number.NaN);
  });

  test('one that cannot be loaded any more is rolled back from its shadow, and no request fails', async () => {
    const execution = await pipeline.startRelease('2.0.0');
    await untilShadow();
    // Without a `VersionId` the archive would be hidden by a delete marker, and load on.
    const { CustomerMetadataProperties = {} } = await pipeline.modelPackage('2.0.0');
    const archive = {
      Bucket: pipeline.resources.bucket,
      Key: 'models/2.0.0/model.tar.gz',
      VersionId: pinnedIn(CustomerMetadataProperties)?.model.versionId,
    };
    expect(archive.VersionId).toBeDefined();
    await pipeline.s3.send(new DeleteObjectCommand(archive));
    // The alarm of its variant is as quick as the analysis: either may be first.
    await pipeline.follow(execution);
    await pipeline.pass(2 * MINUTE);
    await expectServing('1.0.0');
    expect((await pipeline.routing()).shadow).toBeUndefined();
    const { kind, modelVersion, reasons } = (await pipeline.ledger()).at(-1) ?? {};
    expect({ kind, modelVersion }).toEqual({ kind: 'rollback', modelVersion: '2.0.0' });
    expect(reasons?.join()).toMatch(/challenger failed \d+ of \d+ \(.* %\) requests|Threshold Crossed/);
  });

  test('a change of the function that a person takes back midway leaves all requests to the version of before', async () => {
    const { production } = await pipeline.routing();
    const release = await deployMemory(1024);
    while (!((await pipeline.routing()).candidate?.trafficShare ?? 0)) await pipeline.pass(MINUTE, 1);
    await pipeline.invoke(pipeline.resources.rollbackFunction, { reason: 'too slow' });
    expect(await pipeline.follow(release)).toMatchObject({ status: 'ABORTED' });
    await pipeline.pass(MINUTE);
    traffic.answeredBy.clear();
    await traffic.sendMinute();
    expect([...traffic.answeredBy]).toEqual([`${production?.variant} by 3`]);
    expect(await startedInstances()).toEqual([expect.stringMatching(/:3 READY$/)]);
    expect(await liveFunction()).toEqual({ MemorySize: 2048, Version: '3' });
    await expectServing('1.0.0');
  });

  test('an endpoint takes over by a deploy, which releases the same version to it', async () => {
    expect(await pipeline.deploy({ servedBy: ServedBy.ENDPOINT })).toMatchObject({ code: 0 });
    const [newest] = await pipeline.executions(pipeline.resources.releaseStateMachine);
    expect(await pipeline.follow(newest?.executionArn as string)).toMatchObject({
      output: { outcome: 'released', modelVersion: '1.0.0' },
    });
    await pipeline.expectServing('1.0.0');
  });
});
