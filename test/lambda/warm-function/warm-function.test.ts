import {
  ApplicationAutoScalingClient,
  DescribeScalableTargetsCommand,
  DescribeScalingPoliciesCommand,
} from '@aws-sdk/client-application-auto-scaling';
import {
  GetProvisionedConcurrencyConfigCommand,
  ListProvisionedConcurrencyConfigsCommand,
  PutProvisionedConcurrencyConfigCommand,
} from '@aws-sdk/client-lambda';
import type { ProvisionedConcurrencySettings } from '../../../contracts/hosting';
import { emptyRouting, type RoutingDocument } from '../../../lambda/domain/release/routing';
import { VersionConcurrency } from '../../../lambda/warm-function/version-concurrency';
import { warmFunction } from '../../../lambda/warm-function/warm-function';
import { candidateRoute, PIPELINE, PipelineFixture, productionRoute } from '../pipeline-fixture';
import { ServedFunction } from '../served-function';

const FIXED = { minimum: 1, maximum: 1, targetUtilization: 0.7 };
const SCALING = { minimum: 1, maximum: 5, targetUtilization: 0.6 };

describe('warmFunction', () => {
  let fixture: PipelineFixture;
  let served: ServedFunction;
  let autoScaling: ApplicationAutoScalingClient;

  beforeEach(async () => {
    fixture = new PipelineFixture();
    await fixture.start();
    await fixture.routing.create(emptyRouting(PIPELINE));
    served = await ServedFunction.create(fixture, 3);
    autoScaling = new ApplicationAutoScalingClient(fixture.config());
  });
  afterEach(() => fixture.cloud.stop());

  const live = (document: Partial<RoutingDocument>) =>
    fixture.routing.change(() => ({ ...emptyRouting(PIPELINE), ...document }));

  const warm = (request: { releaseId?: string }, concurrency: ProvisionedConcurrencySettings = FIXED) =>
    warmFunction(request, {
      routing: fixture.routing,
      concurrency: new VersionConcurrency({
        functionName: ServedFunction.NAME,
        concurrency,
        lambda: served.lambda,
        autoScaling,
      }),
    });

  /** Until a release's function is warm. @returns how often it was asked */
  const warmed = async (releaseId: string, concurrency?: ProvisionedConcurrencySettings) => {
    for (let times = 1; ; times++) {
      if ((await warm({ releaseId }, concurrency)).isWarm) return times;
      await fixture.cloud.clock.settle();
    }
  };

  const instances = async (Qualifier: string) => {
    const found = await served.lambda.send(
      new GetProvisionedConcurrencyConfigCommand({ FunctionName: ServedFunction.NAME, Qualifier }),
    );
    return [found.Status, found.RequestedProvisionedConcurrentExecutions];
  };
  const provisioned = async () => {
    const { ProvisionedConcurrencyConfigs = [] } = await served.lambda.send(
      new ListProvisionedConcurrencyConfigsCommand({ FunctionName: ServedFunction.NAME }),
    );
    return ProvisionedConcurrencyConfigs.map(({ FunctionArn }) => FunctionArn?.split(':').at(-1));
  };
  const scaled = async () => {
    const { ScalableTargets = [] } = await autoScaling.send(
      new DescribeScalableTargetsCommand({ ServiceNamespace: 'lambda' }),
    );
    return ScalableTargets.map(({ ResourceId }) => ResourceId);
  };
  const production = (functionVersion: string) => productionRoute({ functionVersion });
  const candidate = (functionVersion: string) =>
    candidateRoute({ releaseId: 'second', variant: 'green', functionVersion });

  test('starts the instances of a new version beside those of the one in production, and ends these afterwards', async () => {
    await live({ candidate: candidate('1') });
    expect(await warm({ releaseId: 'second' })).toEqual({ isWarm: false });
    expect(await warmed('second')).toBeGreaterThanOrEqual(1);
    expect(await instances('1')).toEqual(['READY', 1]);

    await live({ production: production('1'), candidate: candidate('2') });
    await warmed('second');
    await warm({});
    expect(await provisioned()).toEqual(['1', '2']);

    await live({ production: production('2') });
    await warm({});
    expect(await provisioned()).toEqual(['2']);
  });

  test('gives a new version as many instances as traffic has given the one in production, and lets them follow it', async () => {
    await live({ production: production('1'), candidate: candidate('1') });
    await warmed('second', SCALING);
    // As Application Auto Scaling does.
    await served.lambda.send(
      new PutProvisionedConcurrencyConfigCommand({
        FunctionName: ServedFunction.NAME,
        Qualifier: '1',
        ProvisionedConcurrentExecutions: 3,
      }),
    );
    await fixture.cloud.clock.settle();
    await live({ production: production('1'), candidate: candidate('2') });
    await warmed('second', SCALING);
    expect(await instances('2')).toEqual(['READY', 3]);
    expect(await scaled()).toEqual(['1', '2'].map((version) => `function:${ServedFunction.NAME}:${version}`));
    const { ScalingPolicies } = await autoScaling.send(
      new DescribeScalingPoliciesCommand({ ServiceNamespace: 'lambda' }),
    );
    expect(ScalingPolicies?.[0]?.TargetTrackingScalingPolicyConfiguration).toMatchObject({
      TargetValue: 0.6,
      PredefinedMetricSpecification: { PredefinedMetricType: 'LambdaProvisionedConcurrencyUtilization' },
    });

    await live({ production: production('2'), candidate: candidate('2') });
    await warmed('second', FIXED);
    expect(await instances('2')).toEqual(['READY', 1]);
    await live({ production: production('2') });
    await warm({});
    expect([await scaled(), await provisioned()]).toEqual([[], ['2']]);
  });

  test('fails the release whose version of the function does not start, and of one that is not in progress', async () => {
    await served.publishBroken();
    await live({ production: production('1'), candidate: candidate('4') });
    await expect(warmed('second')).rejects.toThrow(
      'Lambda could not start 1 instances of churn-function:4: FUNCTION_ERROR_INIT_FAILURE',
    );
    await expect(warm({ releaseId: 'third' })).rejects.toThrow('release third is not in progress');
    await live({ production: production('1') });
    await warm({});
    expect(await provisioned()).toEqual([]);
  });
});
