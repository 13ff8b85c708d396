import { Duration } from 'aws-cdk-lib';
import { ReleaseStrategy, ServedBy } from '../../lib';
import { customersCsv } from './customers';
import { BETTER, FEW_ANSWERS, PIPELINE } from './customers-stack';
import { DeployedPipeline, REQUESTS_A_MINUTE } from './deployed-pipeline';

jest.setTimeout(600_000);

const MINUTE = 60_000;
/** What the usual pipeline has, and a serverless endpoint cannot. */
const WITHOUT_RECORDINGS = { monitoring: {}, serverlessInference: undefined };
const SERVERLESS = {
  ...WITHOUT_RECORDINGS,
  servedBy: ServedBy.serverlessEndpoint({ memorySize: 1024, maxConcurrency: 10 }),
  releaseStrategy: ReleaseStrategy.inPlace({ bakeTime: Duration.minutes(6) }),
};

describe('versions served by a serverless endpoint', () => {
  const pipeline = new DeployedPipeline();
  let better: string;

  beforeAll(async () => {
    await pipeline.start(SERVERLESS);
    await pipeline.upload('2026-10.csv', customersCsv({ count: 1500, seed: 1 }));
    expect(await pipeline.retrain()).toMatchObject({ output: { outcome: 'promoted' } });
  });

  afterAll(() => pipeline.stop());

  test('the first one is trained, judged and released to an endpoint without instances', async () => {
    await pipeline.pass(MINUTE, REQUESTS_A_MINUTE);
    await pipeline.expectServing('1.0.0');
    expect(pipeline.traffic.byVariant).toEqual({ blue: REQUESTS_A_MINUTE });
    const { ProductionVariants, DataCaptureConfig } = await pipeline.endpoint();
    expect(ProductionVariants).toEqual([
      expect.objectContaining({ CurrentServerlessConfig: { MemorySizeInMB: 1024, MaxConcurrency: 10 } }),
    ]);
    expect(DataCaptureConfig).toBeUndefined();
  });

  test('one that fails while it bakes is rolled back by an alarm', async () => {
    const before = await pipeline.routing();
    await pipeline.retrain({ ...BETTER, ...FEW_ANSWERS });
    const [restore] = await pipeline.executions(pipeline.resources.restoreStateMachine);
    expect(await pipeline.follow(restore?.executionArn as string)).toMatchObject({
      output: { outcome: 'rolled-back' },
    });
    expect(pipeline.traffic.failures.length).toBeGreaterThan(0);
    pipeline.traffic.failures.length = 0;
    await pipeline.expectServing('1.0.0');
    expect((await pipeline.routing()).production).toEqual(before.production);
    expect((await pipeline.ledger()).at(-1)).toMatchObject({ kind: 'rollback' });
    // Until the alarms are OK again.
    for (let minute = 0; minute < 6; minute++) await pipeline.pass(MINUTE, REQUESTS_A_MINUTE);
  });

  test('a better one takes its place, and no request fails', async () => {
    const { production: before } = await pipeline.routing();
    await pipeline.newAlerts();
    const { output } = await pipeline.retrain(BETTER);
    expect(output).toMatchObject({ outcome: 'promoted' });
    better = output.modelVersion as string;
    await pipeline.expectServing(better);
    const { production } = await pipeline.routing();
    expect(production?.variant).toBe(before?.variant);
    expect((await pipeline.ledger()).at(-1)).toMatchObject({
      kind: 'release',
      modelVersion: better,
      champion: '1.0.0',
    });
    expect((await pipeline.newAlerts()).map(({ subject }) => subject)).toEqual([
      `${PIPELINE}: version ${better} was released`,
    ]);
  });

  test('a person has the version before released again', async () => {
    const { executionArn } = (await pipeline.invoke(pipeline.resources.rollbackFunction, {})) as {
      executionArn: string;
    };
    expect(await pipeline.follow(executionArn)).toMatchObject({ output: { outcome: 'released' } });
    await pipeline.expectServing('1.0.0');
  });

  test('a deployment that gives the pipeline instances changes nothing, because it could not be undone', async () => {
    const before = await pipeline.routing();
    await pipeline.newAlerts();
    const [previous] = await pipeline.executions(pipeline.resources.releaseStateMachine);
    expect(await pipeline.deploy(WITHOUT_RECORDINGS)).toMatchObject({ code: 0 });
    const [refused] = await pipeline.executions(pipeline.resources.releaseStateMachine);
    expect(refused?.executionArn).not.toBe(previous?.executionArn);
    const ending = await pipeline.follow(refused?.executionArn as string);
    expect(ending).toMatchObject({ status: 'FAILED', error: 'EndpointOfOtherKind' });
    expect(ending.cause).toMatch(
      /is serverless, and servedBy now says a real-time endpoint.*delete-endpoint-config/,
    );
    expect((await pipeline.routing()).production).toEqual(before.production);
    await pipeline.expectServing('1.0.0');
    expect((await pipeline.newAlerts()).map(({ subject }) => subject)).toEqual([
      `${PIPELINE}: the release of production was refused`,
    ]);
  });
});
