import type { ImplementedInputs } from '../../gateway/implemented-inputs';

export const implementedInputs: ImplementedInputs = {
  DeleteScalingPolicy: 'PolicyName ServiceNamespace ResourceId ScalableDimension',
  DeregisterScalableTarget: 'ServiceNamespace ResourceId ScalableDimension',
  DescribeScalableTargets: 'ServiceNamespace ResourceIds ScalableDimension MaxResults NextToken',
  DescribeScalingPolicies: 'ServiceNamespace PolicyNames ResourceId ScalableDimension MaxResults NextToken',
  PutScalingPolicy:
    'PolicyName ServiceNamespace ResourceId ScalableDimension PolicyType ' +
    'StepScalingPolicyConfiguration TargetTrackingScalingPolicyConfiguration',
  RegisterScalableTarget:
    'ServiceNamespace ResourceId ScalableDimension MinCapacity MaxCapacity RoleARN SuspendedState',

  StepScalingPolicyConfiguration: '*',
  SuspendedState: '*',
  TargetTrackingScalingPolicyConfiguration: '*',
};
