import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { readStatistics } from '../../../lambda/analyse-step/read-statistics';
import type { CloudWatchService } from '../../../local/services/cloudwatch/cloudwatch-service';
import { MINUTE, ServiceFixture, START } from '../../local/services/service-fixture';

const WINDOW = {
  endpointName: 'churn',
  endpointConfigName: 'churn-2',
  since: new Date(START.getTime() + 10_000),
  until: new Date(START.getTime() + 10 * MINUTE + 10_000),
};

describe('readStatistics', () => {
  const fixture = new ServiceFixture();
  const monitoring = () => fixture.cloud.service<CloudWatchService>('monitoring');
  let client: CloudWatchClient;

  beforeAll(async () => {
    await fixture.cloud.start();
    client = new CloudWatchClient(fixture.config());
  });
  afterAll(() => fixture.cloud.stop());

  /** Publishes values as SageMaker does. */
  function publish(
    variant: string,
    minute: number,
    values: Readonly<Record<string, number[]>>,
    config = 'churn-2',
  ): void {
    const dimensions = { EndpointName: 'churn', VariantName: variant, EndpointConfigName: config };
    const time = new Date(START.getTime() + minute * MINUTE);
    for (const [name, all] of Object.entries(values)) {
      for (const value of all) monitoring().record('AWS/SageMaker', name, dimensions, value, 'None', time);
    }
  }

  test('adds up what each variant did under this config in these minutes', async () => {
    await fixture.advance(20 * MINUTE);
    // The step begins within minute 0, in which the smoke test ended.
    publish('blue', 0, { Invocations: [1000], Invocation5XXErrors: [1000] });
    publish('blue', 1, { Invocations: [40], Invocation5XXErrors: [1], ModelLatency: [1000, 2000] });
    publish('blue', 10, { Invocations: [50], ModelLatency: [3000] });
    publish('blue', 7, { Invocations: [0], ModelLatency: new Array(17).fill(1500) });
    publish('blue', 11, { Invocations: [1000], Invocation5XXErrors: [1000] });
    publish('blue', 5, { Invocations: [1000], Invocation5XXErrors: [1000] }, 'churn-1');
    publish('green', 3, { Invocations: [10], InvocationModelErrors: [7], Invocation4XXErrors: [2] });

    expect(await readStatistics(client, WINDOW, ['blue', 'green'])).toEqual([
      { invocations: 90, errors: 1, latencyP95Micros: 2000 },
      { invocations: 10, errors: 5 },
    ]);
  });

  test('finds nothing where nobody asked', async () => {
    expect(await readStatistics(client, WINDOW, ['purple'])).toEqual([{ invocations: 0, errors: 0 }]);
  });
});
