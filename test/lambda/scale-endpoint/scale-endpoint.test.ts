import {
  ApplicationAutoScalingClient,
  DescribeScalableTargetsCommand,
  DescribeScalingPoliciesCommand,
  RegisterScalableTargetCommand,
} from '@aws-sdk/client-application-auto-scaling';
import { CloudWatchClient, DescribeAlarmsCommand } from '@aws-sdk/client-cloudwatch';
import type { ScalingSettings } from '../../../contracts/hosting';
import { logger } from '../../../lambda/aws/logger';
import { emptyRouting, type RoutingDocument } from '../../../lambda/domain/release/routing';
import { scaleEndpoint } from '../../../lambda/scale-endpoint/scale-endpoint';
import { variant } from '../../local/services/sagemaker-fixture';
import { candidateRoute, OWNER, PIPELINE, PipelineFixture, productionRoute } from '../pipeline-fixture';

const SETTINGS: ScalingSettings = {
  minCapacity: 2,
  maxCapacity: 6,
  metric: 'SageMakerVariantInvocationsPerInstance',
  targetValue: 900,
  scaleInCooldownSeconds: 600,
};

const ALARM = 'churn-requests-without-instances';

describe('scaleEndpoint', () => {
  let fixture: PipelineFixture;
  let autoScaling: ApplicationAutoScalingClient;
  let cloudWatch: CloudWatchClient;

  beforeEach(async () => {
    fixture = new PipelineFixture();
    await fixture.start();
    autoScaling = new ApplicationAutoScalingClient(fixture.config());
    cloudWatch = new CloudWatchClient(fixture.config());
  });
  afterEach(() => fixture.cloud.stop());

  const scale = (scales: boolean, settings: ScalingSettings | undefined, order: object = {}) =>
    scaleEndpoint(
      { scales, ...order },
      {
        ...OWNER,
        endpointName: PIPELINE,
        routing: fixture.routing,
        autoScaling,
        cloudWatch,
        sageMaker: fixture.sagemaker,
        settings,
        wakingAlarm: ALARM,
      },
    );

  const endpoint = async () => {
    await fixture.model('one', 1);
    await fixture.endpoint(PIPELINE, [variant('green', 'one')]);
    await fixture.tag(`endpoint/${PIPELINE}`);
  };

  const live = (document: Partial<RoutingDocument>) =>
    fixture.routing.create({ ...emptyRouting(PIPELINE), ...document });

  const targets = async () =>
    (await autoScaling.send(new DescribeScalableTargetsCommand({ ServiceNamespace: 'sagemaker' })))
      .ScalableTargets ?? [];

  test('lets the variant in production scale by its traffic, however often it is asked', async () => {
    await live({ production: productionRoute({ variant: 'green' }) });
    await endpoint();
    await scale(true, SETTINGS);
    await scale(true, SETTINGS);
    expect(await targets()).toMatchObject([
      {
        ResourceId: 'endpoint/churn/variant/green',
        ScalableDimension: 'sagemaker:variant:DesiredInstanceCount',
        MinCapacity: 2,
        MaxCapacity: 6,
      },
    ]);
    const { ScalingPolicies } = await autoScaling.send(
      new DescribeScalingPoliciesCommand({ ServiceNamespace: 'sagemaker' }),
    );
    expect(ScalingPolicies).toMatchObject([
      {
        PolicyName: 'churn-traffic',
        PolicyType: 'TargetTrackingScaling',
        TargetTrackingScalingPolicyConfiguration: {
          TargetValue: 900,
          PredefinedMetricSpecification: { PredefinedMetricType: 'SageMakerVariantInvocationsPerInstance' },
          ScaleInCooldown: 600,
        },
      },
    ]);
  });

  test('lets it scale by a metric of the endpoint, to no instance', async () => {
    await live({ production: productionRoute({ variant: 'green' }) });
    await endpoint();
    await scale(true, {
      minCapacity: 0,
      maxCapacity: 3,
      metric: 'ApproximateBacklogSizePerInstance',
      isOfEndpoint: true,
      targetValue: 5,
    });
    expect(await targets()).toMatchObject([{ MinCapacity: 0, MaxCapacity: 3 }]);
    const { ScalingPolicies } = await autoScaling.send(
      new DescribeScalingPoliciesCommand({ ServiceNamespace: 'sagemaker' }),
    );
    // As https://docs.aws.amazon.com/sagemaker/latest/dg/async-inference-autoscale.html gives it.
    expect(ScalingPolicies?.[0]?.TargetTrackingScalingPolicyConfiguration).toMatchObject({
      TargetValue: 5,
      CustomizedMetricSpecification: {
        MetricName: 'ApproximateBacklogSizePerInstance',
        Namespace: 'AWS/SageMaker',
        Dimensions: [{ Name: 'EndpointName', Value: PIPELINE }],
        Statistic: 'Average',
      },
    });
  });

  test('starts the first instance for a single request, as long as it scales', async () => {
    await live({ production: productionRoute({ variant: 'green' }) });
    await endpoint();
    const metric = { metric: 'ApproximateBacklogSizePerInstance', isOfEndpoint: true, targetValue: 5 };
    const alarms = async () =>
      (await cloudWatch.send(new DescribeAlarmsCommand({ AlarmNames: [ALARM] }))).MetricAlarms;
    await scale(true, { minCapacity: 1, maxCapacity: 3, ...metric });
    expect(await alarms()).toEqual([]);
    await scale(true, { minCapacity: 0, maxCapacity: 3, ...metric });
    const { ScalingPolicies = [] } = await autoScaling.send(
      new DescribeScalingPoliciesCommand({ ServiceNamespace: 'sagemaker' }),
    );
    const steps = ScalingPolicies.find(({ PolicyType }) => PolicyType === 'StepScaling');
    // As https://docs.aws.amazon.com/sagemaker/latest/dg/async-inference-autoscale.html gives both.
    expect(steps).toMatchObject({
      ResourceId: 'endpoint/churn/variant/green',
      StepScalingPolicyConfiguration: {
        AdjustmentType: 'ChangeInCapacity',
        StepAdjustments: [{ MetricIntervalLowerBound: 0, ScalingAdjustment: 1 }],
      },
    });
    expect(await alarms()).toMatchObject([
      {
        Namespace: 'AWS/SageMaker',
        MetricName: 'HasBacklogWithoutCapacity',
        Dimensions: [{ Name: 'EndpointName', Value: PIPELINE }],
        Threshold: 1,
        AlarmActions: [steps?.PolicyARN],
      },
    ]);
    await scale(false, undefined);
    await scale(false, undefined);
    expect(await alarms()).toEqual([]);
  });

  test('keeps both variants from scaling, whoever let them', async () => {
    for (const variant of ['blue', 'green']) {
      await autoScaling.send(
        new RegisterScalableTargetCommand({
          ServiceNamespace: 'sagemaker',
          ResourceId: `endpoint/churn/variant/${variant}`,
          ScalableDimension: 'sagemaker:variant:DesiredInstanceCount',
          MinCapacity: 1,
          MaxCapacity: 3,
        }),
      );
    }
    await scale(false, undefined);
    expect(await targets()).toEqual([]);
    await scale(false, undefined);
  });

  test('lets nothing scale that is not there', async () => {
    await live({ production: productionRoute() });
    await scale(true, SETTINGS);
    expect(await targets()).toEqual([]);
  });

  test("leaves somebody else's endpoint of the name as it is, and does not fail the end of a release for it", async () => {
    await live({ production: productionRoute() });
    await fixture.model('theirs', 1);
    await fixture.endpoint(PIPELINE, [variant('green', 'theirs')]);
    await scale(true, SETTINGS);
    expect(await targets()).toEqual([]);
    await expect(scale(false, SETTINGS)).rejects.toMatchObject({ name: 'EndpointNotOurs' });
  });

  test.each<[string, Partial<RoutingDocument>, ScalingSettings | undefined]>([
    ['nothing is in production', {}, SETTINGS],
    ['a release is under way', { production: productionRoute(), candidate: candidateRoute() }, SETTINGS],
    ['the endpoint is not to scale', { production: productionRoute() }, undefined],
  ])('lets nothing scale while %s', async (_when, document, settings) => {
    await live(document);
    await endpoint();
    await scale(true, settings);
    expect(await targets()).toEqual([]);
  });

  const UNDONE = { undone: { releaseId: 'release-1', championVariant: 'green' } };

  test('lets the champion scale after a release that was rolled back, though that could not be recorded', async () => {
    await live({
      production: productionRoute({ variant: 'green' }),
      candidate: candidateRoute({ variant: 'blue' }),
    });
    await endpoint();
    await scale(true, SETTINGS, { undone: { ...UNDONE.undone, releaseId: 'release-0' } });
    expect(await targets()).toEqual([]);
    await scale(true, SETTINGS, UNDONE);
    expect(await targets()).toMatchObject([{ ResourceId: 'endpoint/churn/variant/green' }]);
  });

  test('lets the champion scale after a release that was rolled back, though the routing document cannot be read', async () => {
    const logged = jest.spyOn(logger, 'error').mockImplementation();
    await endpoint();
    await expect(scale(true, SETTINGS)).rejects.toThrow('there is no routing document');
    await scale(true, SETTINGS, UNDONE);
    expect(await targets()).toMatchObject([{ ResourceId: 'endpoint/churn/variant/green' }]);
    logged.mockRestore();
  });
});
