import * as sdk from '@aws-sdk/client-application-auto-scaling';
import { AwsError } from '../../gateway/aws-error';
import { paginate } from '../../gateway/paginate';
import type { Cloud, Operations, Permission, ResourceProvider, Service } from '../../gateway/service';
import { implementedInputs } from './inputs';
import { scalableTargetResource, scalingPolicyResource } from './resources';
import { stepScalingProblem } from './step-scaling';

const PAGE = 50;

/** What names a scalable target, and a policy together with its name. */
export interface TargetKey {
  readonly ServiceNamespace?: string;
  readonly ResourceId?: string;
  readonly ScalableDimension?: string;
}

/**
 * Application Auto Scaling: keeps targets and policies as AWS does. **Nothing is scaled**: no alarms are made
 * for a policy, and no capacity changes; an endpoint has here the instances that its configuration says.
 */
export class ApplicationAutoScalingService implements Service {
  readonly name = 'application-autoscaling';
  readonly sdk = sdk;
  readonly implementedInputs = implementedInputs;
  readonly resources: Readonly<Record<string, ResourceProvider>> = {
    'AWS::ApplicationAutoScaling::ScalableTarget': scalableTargetResource,
    'AWS::ApplicationAutoScaling::ScalingPolicy': scalingPolicyResource,
  };
  private readonly targets: Map<string, sdk.ScalableTarget>;
  private readonly policies: Map<string, sdk.ScalingPolicy>;

  constructor(private readonly cloud: Cloud) {
    this.targets = cloud.table('application-autoscaling/targets');
    this.policies = cloud.table('application-autoscaling/policies');
  }

  readonly operations: Operations<typeof sdk> = {
    RegisterScalableTarget: (input) => {
      const existing = this.targets.get(keyOf(input));
      const MinCapacity = input.MinCapacity ?? existing?.MinCapacity;
      const MaxCapacity = input.MaxCapacity ?? existing?.MaxCapacity;
      if (MinCapacity === undefined || MaxCapacity === undefined) {
        throw invalid('MinCapacity and MaxCapacity must both be specified for a new scalable target');
      }
      if (MinCapacity > MaxCapacity) throw invalid('Maximum capacity cannot be less than minimum capacity');
      const target: sdk.ScalableTarget = {
        ServiceNamespace: input.ServiceNamespace,
        ResourceId: input.ResourceId,
        ScalableDimension: input.ScalableDimension,
        RoleARN:
          input.RoleARN ?? existing?.RoleARN ?? this.serviceLinkedRole(input.ServiceNamespace as string),
        SuspendedState: input.SuspendedState ??
          existing?.SuspendedState ?? {
            DynamicScalingInSuspended: false,
            DynamicScalingOutSuspended: false,
            ScheduledScalingSuspended: false,
          },
        MinCapacity,
        MaxCapacity,
        CreationTime: existing?.CreationTime ?? this.cloud.clock.date(),
        ScalableTargetARN:
          existing?.ScalableTargetARN ??
          this.cloud.arn('application-autoscaling', `scalable-target/${this.cloud.id(16, 'hex')}`),
      };
      this.targets.set(keyOf(input), target);
      return { ScalableTargetARN: target.ScalableTargetARN };
    },

    DescribeScalableTargets: (input) => {
      const found = [...this.targets.values()].filter(
        (target) =>
          target.ServiceNamespace === input.ServiceNamespace &&
          (input.ResourceIds ?? [target.ResourceId]).includes(target.ResourceId) &&
          (input.ScalableDimension ?? target.ScalableDimension) === target.ScalableDimension,
      );
      const { page, nextToken } = paginate(found, input.MaxResults ?? PAGE, input.NextToken);
      return { ScalableTargets: page, NextToken: nextToken };
    },

    /** Its policies go with it. */
    DeregisterScalableTarget: (input) => {
      if (!this.targets.delete(keyOf(input))) throw noTarget(input);
      for (const [id, policy] of this.policies) if (keyOf(policy) === keyOf(input)) this.policies.delete(id);
      return {};
    },

    PutScalingPolicy: (input) => {
      if (!this.targets.has(keyOf(input))) throw noTarget(input);
      const id = `${keyOf(input)}|${input.PolicyName}`;
      const existing = this.policies.get(id);
      const PolicyType = input.PolicyType ?? existing?.PolicyType ?? 'StepScaling';
      if (PolicyType === 'StepScaling') {
        const problem = stepScalingProblem(input.StepScalingPolicyConfiguration);
        if (problem) throw invalid(problem);
      }
      const resource = `scalingPolicy:${this.cloud.uuid()}:resource/${input.ServiceNamespace}/${input.ResourceId}:policyName/${input.PolicyName}`;
      const policy: sdk.ScalingPolicy = {
        PolicyARN: existing?.PolicyARN ?? this.cloud.arn('autoscaling', resource),
        PolicyName: input.PolicyName,
        PolicyType,
        ServiceNamespace: input.ServiceNamespace,
        ResourceId: input.ResourceId,
        ScalableDimension: input.ScalableDimension,
        TargetTrackingScalingPolicyConfiguration: input.TargetTrackingScalingPolicyConfiguration,
        StepScalingPolicyConfiguration: input.StepScalingPolicyConfiguration,
        Alarms: [],
        CreationTime: existing?.CreationTime ?? this.cloud.clock.date(),
      };
      this.policies.set(id, policy);
      return { PolicyARN: policy.PolicyARN as string, Alarms: [] };
    },

    DescribeScalingPolicies: (input) => {
      const found = [...this.policies.values()].filter(
        (policy) =>
          policy.ServiceNamespace === input.ServiceNamespace &&
          (input.PolicyNames ?? [policy.PolicyName]).includes(policy.PolicyName as string) &&
          (input.ResourceId ?? policy.ResourceId) === policy.ResourceId &&
          (input.ScalableDimension ?? policy.ScalableDimension) === policy.ScalableDimension,
      );
      const { page, nextToken } = paginate(found, input.MaxResults ?? PAGE, input.NextToken);
      return { ScalingPolicies: page, NextToken: nextToken };
    },

    DeleteScalingPolicy: (input) => {
      if (!this.policies.delete(`${keyOf(input)}|${input.PolicyName}`)) {
        throw new AwsError(
          'ObjectNotFoundException',
          `No scaling policy found for ${describe(input)}, policy name: ${input.PolicyName}`,
        );
      }
      return {};
    },
  };

  /** The keys of what is registered of an endpoint, by variant. */
  endpointVariants(endpointName: string): Map<string, Required<TargetKey>> {
    const prefix = `endpoint/${endpointName}/variant/`;
    const found = [...this.targets.values()].filter(({ ResourceId }) => ResourceId?.startsWith(prefix));
    return new Map(
      found.map(({ ServiceNamespace, ResourceId, ScalableDimension }) => [
        (ResourceId as string).slice(prefix.length),
        { ServiceNamespace, ResourceId, ScalableDimension } as Required<TargetKey>,
      ]),
    );
  }

  permissions(operation: string, input: Record<string, unknown>): Permission[] {
    const target = this.targets.get(keyOf(input as TargetKey));
    const { ServiceNamespace, ScalableDimension } = input as TargetKey;
    const own: Permission = {
      action: `application-autoscaling:${operation}`,
      context: {
        ...(ServiceNamespace && { 'application-autoscaling:service-namespace': ServiceNamespace }),
        ...(ScalableDimension && { 'application-autoscaling:scalable-dimension': ScalableDimension }),
      },
      resource: operation.startsWith('Describe')
        ? '*'
        : (target?.ScalableTargetARN ?? this.cloud.arn('application-autoscaling', 'scalable-target/*')),
    };
    if (input.RoleARN === undefined) return [own];
    const context = {
      'iam:PassedToService': `${input.ServiceNamespace}.application-autoscaling.amazonaws.com`,
    };
    return [own, { action: 'iam:PassRole', resource: input.RoleARN as string, context }];
  }

  private serviceLinkedRole(namespace: string): string {
    const name = SERVICE_LINKED_ROLES[namespace] ?? namespace;
    return `arn:aws:iam::${this.cloud.account}:role/aws-service-role/${namespace}.application-autoscaling.amazonaws.com/AWSServiceRoleForApplicationAutoScaling_${name}`;
  }
}

const SERVICE_LINKED_ROLES: Readonly<Record<string, string>> = {
  sagemaker: 'SageMakerEndpoint',
  lambda: 'LambdaConcurrency',
  dynamodb: 'DynamoDBTable',
};

function keyOf({ ServiceNamespace, ResourceId, ScalableDimension }: TargetKey): string {
  return `${ServiceNamespace}|${ResourceId}|${ScalableDimension}`;
}

function describe({ ServiceNamespace, ResourceId, ScalableDimension }: TargetKey): string {
  return `service namespace: ${ServiceNamespace}, resource ID: ${ResourceId}, scalable dimension: ${ScalableDimension}`;
}

function noTarget(key: TargetKey): AwsError {
  return new AwsError('ObjectNotFoundException', `No scalable target found for ${describe(key)}`);
}

function invalid(message: string): AwsError {
  return new AwsError('ValidationException', message);
}
