import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { analyseStep } from '../../../lambda/analyse-step/analyse-step';
import type { CloudWatchService } from '../../../local/services/cloudwatch/cloudwatch-service';
import { MINUTE, ServiceFixture, START } from '../../local/services/service-fixture';

const SETTINGS = { durations: { step: 5, bake: 3, longest: 20 }, policy: {} };
const atMinute = (minutes: number) => new Date(START.getTime() + minutes * MINUTE);

describe('analyseStep', () => {
  let fixture: ServiceFixture;

  beforeEach(async () => {
    fixture = new ServiceFixture();
    await fixture.cloud.start();
    await fixture.advance(30 * MINUTE);
  });
  afterEach(() => fixture.cloud.stop());

  /** Publishes what a variant did in a minute, as SageMaker does: for the variant, and for its deployment. */
  function publish(
    variant: string,
    minute: number,
    values: Readonly<Record<string, readonly number[]>>,
    config = 'churn-2',
  ): void {
    const monitoring = fixture.cloud.service<CloudWatchService>('monitoring');
    const ofVariant = { EndpointName: 'churn', VariantName: variant };
    for (const dimensions of [ofVariant, { ...ofVariant, EndpointConfigName: config }]) {
      for (const [name, all] of Object.entries(values)) {
        for (const value of all)
          monitoring.record('AWS/SageMaker', name, dimensions, value, 'None', atMinute(minute));
      }
    }
  }

  const requests = (count: number, errors = 0, latency = 1000) => ({
    Invocations: [count],
    Invocation5XXErrors: [errors],
    ModelLatency: Array(count).fill(latency),
  });

  /** A release that began at minute 10, with traffic from the middle of minute 12 on. */
  const analyse = (now: number, more: object = {}) =>
    analyseStep(
      {
        endpointName: 'churn',
        endpointConfigName: 'churn-2',
        championVariant: 'blue',
        challengerVariant: 'green',
        releaseSince: atMinute(10).toISOString(),
        trafficSince: atMinute(12.5).toISOString(),
        stepSince: atMinute(12.5).toISOString(),
        now: atMinute(now).toISOString(),
        baking: false,
        ...more,
      },
      new CloudWatchClient(fixture.config()),
      SETTINGS,
    );

  const publishRelease = (challenger: Readonly<Record<string, readonly number[]>>) => {
    for (let minute = 0; minute < 10; minute++) publish('blue', minute, requests(20), 'churn-1');
    for (let minute = 13; minute < 18; minute++) {
      publish('blue', minute, requests(90));
      publish('green', minute, challenger);
    }
  };

  test('promotes a challenger that is no worse when its step is over, and says why', async () => {
    publishRelease(requests(30));
    expect(await analyse(17.9)).toMatchObject({
      verdict: 'hold',
      reasons: ['the step has lasted 4 of 5 minutes'],
    });
    const { verdict, reasons } = await analyse(18);
    expect(verdict).toBe('promote');
    expect(reasons).toEqual([
      expect.stringMatching(/^challenger failed 0 of 150 .* champion 0 of 450 /),
      expect.stringMatching(/^p50: challenger took more than 11 ms for 0 of 150 .*; p95: .*; p99: /),
      'in this step the challenger had 150 requests, the champion 450; 100 are needed',
      'the step has lasted 5 of 5 minutes',
    ]);
  });

  test('rolls a failing challenger back at once, for that reason alone', async () => {
    publishRelease(requests(30, 10));
    const { verdict, reasons } = await analyse(14);
    expect(verdict).toBe('rollback');
    expect(reasons).toEqual([expect.stringContaining('challenger failed 10 of 30 (33 %) requests')]);
  });

  test('rolls a slow challenger back', async () => {
    publishRelease(requests(30, 0, 12_000));
    const { verdict, reasons } = await analyse(15);
    expect(verdict).toBe('rollback');
    expect(reasons).toEqual([expect.stringContaining('challenger took more than 11 ms for 60 of 60')]);
  });

  test("counts timeouts as the model's errors, and not the caller's own mistakes", async () => {
    publishRelease({ Invocations: [30], InvocationModelErrors: [7], Invocation4XXErrors: [7] });
    expect(await analyse(18)).toMatchObject({ verdict: 'promote' });
    publishRelease({ Invocations: [30], InvocationModelErrors: [7], Invocation4XXErrors: [0] });
    expect(await analyse(18)).toMatchObject({ verdict: 'rollback' });
  });

  test('leaves out what came before the traffic, like the smoke test, and under other configs', async () => {
    publishRelease(requests(30));
    publish('green', 12, requests(20, 20));
    publish('green', 14, requests(100, 100), 'churn-1');
    expect(await analyse(18)).toMatchObject({ verdict: 'promote' });
  });

  test('is inconclusive when there was too little traffic for too long', async () => {
    publishRelease(requests(1));
    expect(await analyse(18)).toMatchObject({ verdict: 'hold' });
    expect(await analyse(33)).toMatchObject({
      verdict: 'inconclusive',
      reasons: ['in this step the challenger had 5 requests, the champion 450; 100 are needed'],
    });
  });

  test('lets a challenger bake for its own time', async () => {
    publishRelease(requests(30));
    for (let minute = 18; minute < 21; minute++) publish('green', minute, requests(120));
    const baking = { baking: true, stepSince: atMinute(18).toISOString() };
    expect(await analyse(20, baking)).toMatchObject({ verdict: 'hold' });
    expect(await analyse(21, baking)).toMatchObject({ verdict: 'promote' });
  });

  test('names what is wrong with a request', async () => {
    await expect(analyseStep({}, new CloudWatchClient(fixture.config()), SETTINGS)).rejects.toThrow(
      'request for an analysis is not valid: endpointName: expected string, got nothing',
    );
  });
});
