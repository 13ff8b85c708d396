import { Duration } from 'aws-cdk-lib';
import { ReleaseStrategy } from '../../lib';
import { BETTER, FEW_ANSWERS, PIPELINE } from './customers-stack';
import { DeployedPipeline, REQUESTS_A_MINUTE } from './deployed-pipeline';

jest.setTimeout(600_000);

const MINUTE = 60_000;

describe('versions released by deployment guardrails', () => {
  const pipeline = new DeployedPipeline();

  beforeAll(async () => {
    await pipeline.startWithVersion({
      releaseStrategy: ReleaseStrategy.deploymentGuardrails({
        stepPercentage: 50,
        waitInterval: Duration.minutes(5),
        terminationWait: Duration.minutes(5),
      }),
    });
  });

  afterAll(() => pipeline.stop());

  test('one that fails makes an alarm go off, and SageMaker puts the champion back', async () => {
    const before = await pipeline.routing();
    const { output } = await pipeline.retrain({ ...BETTER, ...FEW_ANSWERS });
    expect(output).toMatchObject({ outcome: 'rolled-back', modelVersion: '2.0.0' });
    expect(output.reasons?.[0]).toMatch(
      /^the endpoint did not come up with the new version, but has the config \S+: .*ErrorAlarm/,
    );
    // Both fleets had requests of the same variant.
    expect(pipeline.traffic.failures.length).toBeGreaterThan(0);
    expect(Object.keys(pipeline.traffic.byVariant)).toEqual(['blue']);
    pipeline.traffic.failures.length = 0;
    await pipeline.expectServing('1.0.0');
    expect((await pipeline.routing()).production).toEqual(before.production);
    const report = await pipeline.report((await pipeline.ledger()).at(-1));
    expect(report).toMatchObject({ outcome: 'rolled-back', trafficShares: [0.5, 1] });
    const errors = (role: 'champion' | 'challenger') =>
      report.traffic.reduce((sum, point) => sum + point[role].errors, 0);
    expect([errors('champion'), errors('challenger') > 0]).toEqual([0, true]);
    // With the alarm still in ALARM, the next update would end as it begins.
    for (let minute = 0; minute < 6; minute++) await pipeline.pass(MINUTE, REQUESTS_A_MINUTE);
  });

  test('a person goes back once SageMaker is done, since nothing can stop its update', async () => {
    const { production } = await pipeline.routing();
    const execution = await pipeline.startRelease('production');
    await pipeline.pass(2 * MINUTE);
    await pipeline.invoke(pipeline.resources.rollbackFunction, {});
    expect((await pipeline.follow(execution)).status).toBe('ABORTED');
    const [restore] = await pipeline.executions(pipeline.resources.restoreStateMachine);
    expect(await pipeline.follow(restore?.executionArn as string)).toMatchObject({
      output: { outcome: 'rolled-back' },
    });
    await pipeline.expectServing('1.0.0');
    expect((await pipeline.routing()).production).toEqual(production);
  });

  test('a good one takes over in the same variant, of the function beside too, and no request fails', async () => {
    pipeline.functionTraffic.perMinute = 10;
    const { production: before } = await pipeline.routing();
    await pipeline.newAlerts();
    const { output } = await pipeline.retrain(BETTER);
    expect(output).toMatchObject({ outcome: 'promoted' });
    const { modelVersion = '' } = output;
    await pipeline.expectServing(modelVersion);
    expect((await pipeline.askFunction('order-1')).modelVersion).toBe(modelVersion);
    expect([...pipeline.functionTraffic.versions]).toEqual(['1.0.0', modelVersion]);
    expect(pipeline.functionTraffic.failures).toEqual([]);
    const { production } = await pipeline.routing();
    expect(production?.variant).toBe(before?.variant);
    expect(production?.endpointConfigName).not.toBe(before?.endpointConfigName);
    expect((await pipeline.ledger()).at(-1)).toMatchObject({
      kind: 'release',
      modelVersion,
      champion: '1.0.0',
    });
    expect((await pipeline.newAlerts()).map(({ subject }) => subject)).toEqual([
      `${PIPELINE}: version ${modelVersion} was released`,
    ]);
  });
});
