import {
  ApplicationAutoScalingClient,
  DeleteScalingPolicyCommand,
  DeregisterScalableTargetCommand,
  DescribeScalableTargetsCommand,
  DescribeScalingPoliciesCommand,
  PutScalingPolicyCommand,
  RegisterScalableTargetCommand,
  type StepScalingPolicyConfiguration,
} from '@aws-sdk/client-application-auto-scaling';
import type { ApplicationAutoScalingService } from '../../../local/services/application-autoscaling/application-autoscaling-service';
import { ServiceFixture, START } from './service-fixture';

const VARIANT = {
  ServiceNamespace: 'sagemaker',
  ResourceId: 'endpoint/churn/variant/blue',
  ScalableDimension: 'sagemaker:variant:DesiredInstanceCount',
} as const;

const TRACKING = {
  TargetValue: 70,
  PredefinedMetricSpecification: { PredefinedMetricType: 'SageMakerVariantInvocationsPerInstance' },
} as const;

/** Steps by one, each between two bounds, of which one may be left out. */
function steps(...intervals: [lower?: number, upper?: number][]): StepScalingPolicyConfiguration {
  return {
    AdjustmentType: 'ChangeInCapacity',
    StepAdjustments: intervals.map(([lower, upper]) => ({
      ...(lower !== undefined && { MetricIntervalLowerBound: lower }),
      ...(upper !== undefined && { MetricIntervalUpperBound: upper }),
      ScalingAdjustment: 1,
    })),
  };
}

describe('Application Auto Scaling', () => {
  let fixture: ServiceFixture;
  let scaling: ApplicationAutoScalingClient;

  beforeEach(async () => {
    fixture = new ServiceFixture();
    await fixture.cloud.start();
    scaling = new ApplicationAutoScalingClient(fixture.config());
  });
  afterEach(() => fixture.cloud.stop());

  const register = (MinCapacity?: number, MaxCapacity?: number) =>
    scaling.send(new RegisterScalableTargetCommand({ ...VARIANT, MinCapacity, MaxCapacity }));

  const putPolicy = () =>
    scaling.send(
      new PutScalingPolicyCommand({
        ...VARIANT,
        PolicyName: 'track',
        PolicyType: 'TargetTrackingScaling',
        TargetTrackingScalingPolicyConfiguration: TRACKING,
      }),
    );

  const putStepPolicy = (StepScalingPolicyConfiguration: StepScalingPolicyConfiguration) =>
    scaling.send(
      new PutScalingPolicyCommand({
        ...VARIANT,
        PolicyName: 'wake',
        PolicyType: 'StepScaling',
        StepScalingPolicyConfiguration,
      }),
    );

  const targets = async () =>
    (await scaling.send(new DescribeScalableTargetsCommand({ ServiceNamespace: 'sagemaker' })))
      .ScalableTargets;

  const policies = async () =>
    (await scaling.send(new DescribeScalingPoliciesCommand({ ServiceNamespace: 'sagemaker' })))
      .ScalingPolicies;

  test('keeps a target and its policy, and forgets both together', async () => {
    const { ScalableTargetARN } = await register(1, 4);
    await register(2);
    expect(await targets()).toMatchObject([
      { ...VARIANT, ScalableTargetARN, MinCapacity: 2, MaxCapacity: 4, CreationTime: START },
    ]);
    const { PolicyARN } = await putPolicy();
    expect(await policies()).toMatchObject([
      { PolicyARN, PolicyName: 'track', TargetTrackingScalingPolicyConfiguration: TRACKING },
    ]);
    await scaling.send(new DeleteScalingPolicyCommand({ ...VARIANT, PolicyName: 'track' }));
    expect(await policies()).toEqual([]);
    await putPolicy();
    await scaling.send(new DeregisterScalableTargetCommand(VARIANT));
    expect(await targets()).toEqual([]);
    expect(await policies()).toEqual([]);
  });

  test('refuses what AWS refuses', async () => {
    await expect(putPolicy()).rejects.toMatchObject({
      name: 'ObjectNotFoundException',
      message:
        'No scalable target found for service namespace: sagemaker, resource ID: endpoint/churn/variant/blue, scalable dimension: sagemaker:variant:DesiredInstanceCount',
    });
    await expect(register(1)).rejects.toMatchObject({ name: 'ValidationException' });
    await expect(register(4, 1)).rejects.toThrow('Maximum capacity cannot be less than minimum capacity');
    await expect(scaling.send(new DeregisterScalableTargetCommand(VARIANT))).rejects.toMatchObject({
      name: 'ObjectNotFoundException',
    });
  });

  test.each<[string, StepScalingPolicyConfiguration, RegExp]>([
    ['no adjustment type', { StepAdjustments: [{ ScalingAdjustment: 1 }] }, /AdjustmentType must be/],
    ['no steps', { AdjustmentType: 'ChangeInCapacity' }, /At least one step/],
    ['a step without bounds', steps([]), /must not both be left out/],
    ['a step that ends before it begins', steps([2, 1]), /must be greater than its lower bound/],
    ['steps that overlap', steps([0, 2], [1]), /must not overlap/],
    ['steps with a gap', steps([0, 1], [2]), /a gap/],
    ['an end above the threshold', steps([0, 1]), /unspecified upper bound/],
    ['a beginning below the threshold', steps([-1, 0]), /unspecified lower bound/],
    [
      'a negative exact capacity',
      {
        AdjustmentType: 'ExactCapacity',
        StepAdjustments: [{ MetricIntervalLowerBound: 0, ScalingAdjustment: -1 }],
      },
      /negative/,
    ],
    ['a least magnitude of a change', { ...steps([0]), MinAdjustmentMagnitude: 1 }, /Percent/],
  ])('refuses a step scaling policy with %s', async (_, configuration, problem) => {
    await register(0, 2);
    await expect(putStepPolicy(configuration)).rejects.toThrow(problem);
    expect(await policies()).toEqual([]);
  });

  test('keeps a step scaling policy, whose steps may be in any order', async () => {
    await register(0, 2);
    const configuration = steps([1], [0, 1]);
    await putStepPolicy(configuration);
    expect(await policies()).toMatchObject([{ StepScalingPolicyConfiguration: configuration }]);
  });

  test('enforces IAM', async () => {
    const role = new ApplicationAutoScalingClient(
      await fixture.roleConfig('r', [{ Effect: 'Allow', Action: 's3:*', Resource: '*' }]),
    );
    await expect(
      role.send(new RegisterScalableTargetCommand({ ...VARIANT, MinCapacity: 1, MaxCapacity: 1 })),
    ).rejects.toMatchObject({ name: 'AccessDeniedException' });
  });

  test('its CloudFormation resources are made, changed and deleted', async () => {
    const { resources } = fixture.cloud.service<ApplicationAutoScalingService>('application-autoscaling');
    const context = fixture.resourceContext();
    const given = { ...VARIANT, MinCapacity: 1, MaxCapacity: 2 };
    const target = await resources['AWS::ApplicationAutoScaling::ScalableTarget']?.create(given, context);
    const id = 'endpoint/churn/variant/blue|sagemaker:variant:DesiredInstanceCount|sagemaker';
    expect(target?.physicalId).toBe(id);
    const policy = {
      PolicyName: 'track',
      PolicyType: 'TargetTrackingScaling',
      ScalingTargetId: id,
      TargetTrackingScalingPolicyConfiguration: TRACKING,
    };
    const made = await resources['AWS::ApplicationAutoScaling::ScalingPolicy']?.create(policy, context);
    expect(await policies()).toMatchObject([{ PolicyARN: made?.physicalId }]);
    await resources['AWS::ApplicationAutoScaling::ScalingPolicy']?.delete(
      made?.physicalId as string,
      policy,
      context,
    );
    await resources['AWS::ApplicationAutoScaling::ScalableTarget']?.delete(id, given, context);
    await resources['AWS::ApplicationAutoScaling::ScalableTarget']?.delete(id, given, context);
    expect(await targets()).toEqual([]);
  });
});
