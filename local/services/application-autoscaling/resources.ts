import type {
  ResourceContext,
  ResourceProvider,
  ResourceState,
  TemplateProperties,
} from '../../gateway/service';

/** AWS::ApplicationAutoScaling::ScalableTarget; `Ref` gives `<resource id>|<dimension>|<namespace>`. */
export const scalableTargetResource: ResourceProvider = {
  properties: [
    'ServiceNamespace',
    'ResourceId',
    'ScalableDimension',
    'MinCapacity',
    'MaxCapacity',
    'RoleARN',
    'SuspendedState',
  ],
  createOnly: ['ServiceNamespace', 'ResourceId', 'ScalableDimension'],

  create: register,
  update: (_physicalId, properties, _previous, context) => register(properties, context),

  async delete(physicalId, _properties, context) {
    await context
      .call('application-autoscaling', 'DeregisterScalableTarget', target(physicalId))
      .catch(ignoreMissing);
  },
};

async function register(properties: TemplateProperties, context: ResourceContext): Promise<ResourceState> {
  await context.call('application-autoscaling', 'RegisterScalableTarget', {
    ...properties,
    MinCapacity: Number(properties.MinCapacity),
    MaxCapacity: Number(properties.MaxCapacity),
  });
  const id = `${properties.ResourceId}|${properties.ScalableDimension}|${properties.ServiceNamespace}`;
  return { physicalId: id, attributes: { Id: id } };
}

function target(physicalId: string) {
  const [ResourceId, ScalableDimension, ServiceNamespace] = physicalId.split('|');
  return { ResourceId, ScalableDimension, ServiceNamespace };
}

/** AWS::ApplicationAutoScaling::ScalingPolicy; `Ref` gives its ARN. */
export const scalingPolicyResource: ResourceProvider = {
  properties: [
    'PolicyName',
    'PolicyType',
    'ScalingTargetId',
    'ServiceNamespace',
    'ResourceId',
    'ScalableDimension',
    'TargetTrackingScalingPolicyConfiguration',
    'StepScalingPolicyConfiguration',
  ],
  createOnly: ['PolicyName', 'ScalingTargetId', 'ServiceNamespace', 'ResourceId', 'ScalableDimension'],

  create: putPolicy,
  update: (_arn, properties, _previous, context) => putPolicy(properties, context),

  async delete(_arn, properties, context) {
    const { PolicyName } = properties;
    await context
      .call('application-autoscaling', 'DeleteScalingPolicy', { PolicyName, ...targetOf(properties) })
      .catch(ignoreMissing);
  },
};

async function putPolicy(properties: TemplateProperties, context: ResourceContext): Promise<ResourceState> {
  const { PolicyName, PolicyType, TargetTrackingScalingPolicyConfiguration, StepScalingPolicyConfiguration } =
    properties;
  const { PolicyARN } = await context.call<{ PolicyARN: string }>(
    'application-autoscaling',
    'PutScalingPolicy',
    {
      PolicyName,
      PolicyType,
      TargetTrackingScalingPolicyConfiguration,
      StepScalingPolicyConfiguration,
      ...targetOf(properties),
    },
  );
  return { physicalId: PolicyARN, attributes: { Arn: PolicyARN } };
}

function targetOf({ ScalingTargetId, ResourceId, ScalableDimension, ServiceNamespace }: TemplateProperties) {
  return ScalingTargetId ? target(ScalingTargetId) : { ResourceId, ScalableDimension, ServiceNamespace };
}

function ignoreMissing(error: unknown): void {
  if ((error as Error).name !== 'ObjectNotFoundException') throw error;
}
