import type { Tag } from '@aws-sdk/client-sagemaker';
import type { Cloud, Permission } from '../../gateway/service';
import { groupName, packageKey } from './registry/package-reference';
import { type ResourceKind, resourceArn } from './resource-kinds';
import type { Store } from './store';

type Input = Record<string, unknown>;

/**
 * What a call of SageMaker needs.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsagemaker.html
 */
export function sageMakerPermissions(
  cloud: Cloud,
  store: Store,
  operation: string,
  input: Input,
): Permission[] {
  const action = `sagemaker:${operation}`;
  const tags = (input.Tags as readonly Tag[] | undefined) ?? [];
  const requestTags = Object.fromEntries(
    tags.map(({ Key, Value }) => [`aws:RequestTag/${Key}`, String(Value)]),
  );
  const resources = resourcesOf(cloud, store, operation, input);
  const on = (name: string): Permission[] =>
    resources.map((resource) => ({
      action: name,
      resource,
      context: { ...requestTags, ...approvalStatus(input), ...resourceTags(store, resource) },
    }));
  return [
    ...on(action),
    ...(tags.length > 0 && operation.startsWith('Create') ? taggedWhenMade(operation, on) : []),
    ...passedRoles(input).map((resource) => ({
      action: 'iam:PassRole',
      resource,
      context: { 'iam:PassedToService': 'sagemaker.amazonaws.com' },
    })),
  ];
}

function approvalStatus({ ModelApprovalStatus }: Input): Record<string, string> {
  return typeof ModelApprovalStatus === 'string'
    ? { 'sagemaker:ModelApprovalStatus': ModelApprovalStatus }
    : {};
}

/** What is made gets its tags in the name of who makes it, who may be allowed to tag nothing else. */
function taggedWhenMade(operation: string, on: (action: string) => Permission[]): Permission[] {
  return on('sagemaker:AddTags')
    .slice(0, 1)
    .map((permission) => ({
      ...permission,
      context: { ...permission.context, 'sagemaker:TaggingAction': operation },
    }));
}

const KINDS: Readonly<Record<string, ResourceKind>> = {
  TrainingJob: 'training-job',
  TransformJob: 'transform-job',
  ProcessingJob: 'processing-job',
  HyperParameterTuningJob: 'hyper-parameter-tuning-job',
  Model: 'model',
  EndpointConfig: 'endpoint-config',
  Endpoint: 'endpoint',
  EndpointAsync: 'endpoint',
  EndpointWeightsAndCapacities: 'endpoint',
  ModelPackageGroup: 'model-package-group',
  ModelPackage: 'model-package',
};

function resourcesOf(cloud: Cloud, store: Store, operation: string, input: Input): string[] {
  if (typeof input.ResourceArn === 'string') return [input.ResourceArn];
  const [, verb, noun = ''] = /^(Create|Describe|Update|Delete|Stop|Invoke)(.*)$/.exec(operation) ?? [];
  const kind = KINDS[noun];
  if (!kind) return ['*'];
  if (kind === 'model-package') {
    const group = verb === 'Create' ? groupName(input.ModelPackageGroupName as string | undefined) : '';
    const arn = packageArn(cloud, store, input);
    // What is made belongs to the group, too; "model-package-group" is a resource type of the action.
    return group ? [arn, resourceArn(cloud, 'model-package-group', group)] : [arn];
  }
  const name = (input[`${noun}Name`] ?? input.EndpointName) as string;
  const resource = resourceArn(cloud, kind, kind === 'model-package-group' ? groupName(name) : name);
  // Endpoints are made and updated from configs, which must be allowed too.
  const isWithConfig = kind === 'endpoint' && verb !== 'Describe' && input.EndpointConfigName !== undefined;
  return isWithConfig
    ? [resource, resourceArn(cloud, 'endpoint-config', input.EndpointConfigName as string)]
    : [resource];
}

function packageArn(cloud: Cloud, store: Store, input: Input): string {
  const { ModelPackageArn, ModelPackageName, ModelPackageGroupName } = input as Record<
    string,
    string | undefined
  >;
  const existing = ModelPackageArn ?? ModelPackageName;
  if (existing !== undefined) return resourceArn(cloud, 'model-package', packageKey(existing));
  const group = groupName(ModelPackageGroupName);
  return resourceArn(cloud, 'model-package', `${group}/${store.packageGroups.find(group)?.nextVersion ?? 1}`);
}

function resourceTags(store: Store, arn: string): Record<string, string> {
  const tags = Object.entries(store.tags.find(arn) ?? {});
  return Object.fromEntries(
    ['aws:ResourceTag', 'sagemaker:ResourceTag'].flatMap((name) =>
      tags.map(([key, value]) => [`${name}/${key}`, value]),
    ),
  );
}

function passedRoles({ RoleArn, ExecutionRoleArn, TrainingJobDefinition }: Input): string[] {
  const { RoleArn: ofTrainings } = (TrainingJobDefinition ?? {}) as Input;
  return [RoleArn, ExecutionRoleArn, ofTrainings].filter((role) => typeof role === 'string');
}
