import { Duration } from 'aws-cdk-lib';
import { ReleaseStrategy } from '../../lib';
import { runCli } from '../bin/cli';
import { BETTER, FEW_ANSWERS, PIPELINE } from './customers-stack';
import { DeployedPipeline, REQUESTS_A_MINUTE } from './deployed-pipeline';
import { EventQueue } from './event-queue';

jest.setTimeout(600_000);

const MINUTE = 60_000;
const MOST_MINUTES = 30;

describe('versions that are shadows first', () => {
  const pipeline = new DeployedPipeline();
  let events: EventQueue;

  beforeAll(async () => {
    await pipeline.startWithVersion({
      releaseStrategy: ReleaseStrategy.shadow({
        duration: Duration.minutes(4),
        maximumDuration: Duration.minutes(10),
        followedBy: ReleaseStrategy.blueGreen({
          canary: [0.5],
          stepDuration: Duration.minutes(3),
          bakeTime: Duration.minutes(0),
        }),
      }),
    });
    events = await EventQueue.subscribe(pipeline.config(), PIPELINE);
  });

  afterAll(() => pipeline.stop());

  /** Lets traffic and time pass until the challenger gets copies of requests. */
  async function untilShadow(): Promise<void> {
    for (let minute = 0; minute < MOST_MINUTES; minute++) {
      if ((await pipeline.routing()).shadow) return;
      await pipeline.pass(MINUTE, REQUESTS_A_MINUTE);
    }
    throw new Error(`no version was a shadow within ${MOST_MINUTES} minutes`);
  }

  test('one that fails is rolled back before it had any traffic, and no request failed', async () => {
    const { output } = await pipeline.retrain({ ...BETTER, ...FEW_ANSWERS });
    expect(output).toMatchObject({ outcome: 'rolled-back', modelVersion: '2.0.0' });
    // The alarm of its variant is as quick as the analysis: either may be first.
    const analysed = 'challenger failed \\d+ of \\d+ \\(.* %\\) requests, champion 0 of \\d+ .* rolls back';
    expect(output.reasons).toEqual([
      expect.stringMatching(`^(${analysed}|alarm .*: Threshold Crossed: .*)$`),
    ]);
    await pipeline.pass(2 * MINUTE);
    await pipeline.expectServing('1.0.0');
    expect(Object.keys(pipeline.traffic.byVariant)).toEqual(['blue']);
    const report = await pipeline.report((await pipeline.ledger()).at(-1));
    expect(report).toMatchObject({ outcome: 'rolled-back', trafficSince: null, missing: [] });
    expect((await pipeline.newAlerts()).map(({ subject }) => subject)).toEqual([
      `${PIPELINE}: version 2.0.0 was rolled back`,
    ]);
  });

  test('a good one answers copies of requests, which nobody sees, and then gets traffic', async () => {
    pipeline.functionTraffic.perMinute = 10;
    const retraining = await pipeline.startRetraining(BETTER);
    await untilShadow();
    const { shadow, candidate, production } = await pipeline.routing();
    expect(shadow).toMatchObject({ modelVersion: '3.0.0', variant: 'green' });
    expect(candidate).toMatchObject({ modelVersion: '3.0.0', trafficShare: 0 });
    const { EndpointConfigName, ProductionVariants, ShadowProductionVariants } = await pipeline.endpoint();
    expect(EndpointConfigName).toBe(shadow?.endpointConfigName);
    expect(ProductionVariants).toMatchObject([{ VariantName: production?.variant }]);
    expect(ShadowProductionVariants).toMatchObject([{ VariantName: 'shadow' }]);
    const { stdout } = await runCli(['status'], pipeline.environment());
    expect(stdout).toMatch(
      /version 3\.0\.0 \(green\) is being released .* it receives copies of requests, as a shadow/,
    );
    expect(stdout).toMatch(/shadow +3\.0\.0 +shadow/);
    await pipeline.pass(MINUTE, REQUESTS_A_MINUTE);
    expect(Object.keys(pipeline.traffic.byVariant)).toEqual(['blue']);
    // Copies are counted, and never as requests of callers.
    expect(await pipeline.requestsOf('shadow')).toBeGreaterThan(0);
    expect(await pipeline.requestsOf('green')).toBe(0);
    // Of the function beside the endpoint nothing is copied.
    expect([...pipeline.functionTraffic.versions]).toEqual(['1.0.0']);
    expect(await pipeline.follow(retraining)).toMatchObject({
      output: { outcome: 'promoted', modelVersion: '3.0.0' },
    });
    await pipeline.expectServing('3.0.0');
    expect(Object.keys(pipeline.traffic.byVariant)).toEqual(['blue', 'green']);
    expect([...pipeline.functionTraffic.versions]).toEqual(['1.0.0', '3.0.0']);
    expect(pipeline.functionTraffic.failures).toEqual([]);
    pipeline.functionTraffic.perMinute = 0;
    expect((await pipeline.routing()).shadow).toBeUndefined();
    const told = (await events.receive()).filter((event) => event['detail-type'] === 'ShadowAnalysed');
    expect(told.at(-1)).toMatchObject({ detail: { modelVersion: '3.0.0', verdict: 'promote' } });
    const report = await pipeline.report((await pipeline.ledger()).at(-1));
    expect(report).toMatchObject({ outcome: 'released', missing: [], shadow: { verdict: 'promote' } });
    const { errors, answers } = report.shadow ?? {};
    expect(errors?.challenger).toEqual(errors?.champion);
    expect(answers?.requests).toBeGreaterThan(100);
    // The old one did not know that the price counts.
    expect(answers?.agreement).toBeLessThan(0.5);
    expect(answers?.slices[0]?.feature).toBe('price');
  });

  test('one that nobody asks anything goes back, for that is no pass', async () => {
    const execution = await pipeline.startRelease('1.0.0');
    await pipeline.cloud.clock.advance(20 * MINUTE);
    const { output } = await pipeline.follow(execution);
    expect(output).toMatchObject({ outcome: 'rolled-back', modelVersion: '1.0.0' });
    expect(output.reasons?.[0]).toBe('too little traffic for too long');
    await pipeline.expectServing('3.0.0');
  });

  test('a release that is stopped leaves the champion alone, without a shadow', async () => {
    await pipeline.startRelease('1.0.0');
    await untilShadow();
    await pipeline.invoke(pipeline.resources.rollbackFunction, { reason: 'somebody saw enough' });
    await pipeline.pass(3 * MINUTE, REQUESTS_A_MINUTE);
    await pipeline.expectServing('3.0.0');
    expect((await pipeline.routing()).shadow).toBeUndefined();
    expect((await pipeline.ledger()).at(-1)).toMatchObject({ kind: 'rollback', modelVersion: '1.0.0' });
  });
});
