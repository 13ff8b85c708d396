import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { analyseStep } from '../../../lambda/analyse-step/analyse-step';
import type { CloudWatchService } from '../../../local/services/cloudwatch/cloudwatch-service';
import { MINUTE, ServiceFixture, START } from '../../local/services/service-fixture';

describe('analyseStep', () => {
  const fixture = new ServiceFixture();

  beforeAll(async () => {
    await fixture.cloud.start();
    await fixture.advance(10 * MINUTE);
  });
  afterAll(() => fixture.cloud.stop());

  /** Publishes what a variant did in the first minute under a config. */
  function publish(config: string, variant: string, requests: number, errors: number): void {
    const monitoring = fixture.cloud.service<CloudWatchService>('monitoring');
    const dimensions = { EndpointName: 'churn', VariantName: variant, EndpointConfigName: config };
    const values = { Invocations: requests, Invocation5XXErrors: errors, ModelLatency: 1000 };
    for (const [name, value] of Object.entries(values)) {
      monitoring.record('AWS/SageMaker', name, dimensions, value, 'None', START);
    }
  }

  const analyse = (endpointConfigName: string, policy: object = {}) =>
    analyseStep(
      {
        endpointName: 'churn',
        endpointConfigName,
        championVariant: 'blue',
        challengerVariant: 'green',
        since: START.toISOString(),
        until: new Date(START.getTime() + 5 * MINUTE).toISOString(),
      },
      new CloudWatchClient(fixture.config()),
      policy,
    );

  test('promotes a challenger that is no worse, and says why', async () => {
    publish('good', 'blue', 500, 1);
    publish('good', 'green', 120, 0);
    const { verdict, reasons, statistics } = await analyse('good');
    expect(verdict).toBe('promote');
    expect(reasons).toHaveLength(3);
    expect(statistics).toEqual({
      champion: { invocations: 500, errors: 1, latencyP95Micros: 1000 },
      challenger: { invocations: 120, errors: 0, latencyP95Micros: 1000 },
    });
  });

  test('rolls a failing challenger back, for that reason alone', async () => {
    publish('bad', 'blue', 500, 0);
    publish('bad', 'green', 120, 30);
    const { verdict, reasons } = await analyse('bad');
    expect(verdict).toBe('rollback');
    expect(reasons).toEqual([expect.stringContaining('challenger failed 30 of 120 requests')]);
  });

  test('holds while there is too little traffic, by the policy', async () => {
    publish('quiet', 'blue', 500, 0);
    publish('quiet', 'green', 20, 0);
    expect(await analyse('quiet')).toMatchObject({ verdict: 'hold' });
    expect(await analyse('quiet', { minimumInvocations: 20 })).toMatchObject({ verdict: 'promote' });
  });

  test('names what is wrong with a request', async () => {
    await expect(analyseStep({}, new CloudWatchClient(fixture.config()), {})).rejects.toThrow(
      'request for an analysis is not valid: endpointName: expected string, got nothing',
    );
  });
});
