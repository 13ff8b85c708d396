import type { Cloud, Permission } from '../../gateway/service';
import { keyPermissions } from './environment-key';
import { parseFunctionName } from './function-name';

/**
 * What a call of Lambda needs.
 *
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awslambda.html
 */
export function lambdaPermissions(
  cloud: Cloud,
  operation: string,
  input: Record<string, unknown>,
): Permission[] {
  const action = `lambda:${operation === 'Invoke' ? 'InvokeFunction' : operation}`;
  const resource = resourceOf(cloud, operation, input);
  return [
    { action, resource },
    ...furtherPermissions(cloud, resource, input),
    ...keyPermissions(cloud, input.KMSKeyArn as string | undefined),
  ];
}

function resourceOf(cloud: Cloud, operation: string, input: Record<string, unknown>): string {
  const { FunctionName, Qualifier, LayerName, VersionNumber, Resource, UUID } = input as Record<
    string,
    string
  >;
  // Mappings are made and listed on no resource: a condition key tells their function.
  if (operation.endsWith('EventSourceMapping') || operation.endsWith('EventSourceMappings')) {
    return UUID ? cloud.arn('lambda', `event-source-mapping:${UUID}`) : '*';
  }
  if (LayerName) {
    const name = LayerName.replace(/^arn:.*:layer:/, '');
    return cloud.arn('lambda', `layer:${name}${VersionNumber ? `:${VersionNumber}` : ''}`);
  }
  if (Resource) return Resource;
  if (!FunctionName) return '*';
  const { name, qualifier } = parseFunctionName(FunctionName, Qualifier);
  const isQualified = QUALIFIED.has(operation) && qualifier;
  return cloud.arn('lambda', `function:${name}${isQualified ? `:${qualifier}` : ''}`);
}

/** Operations that are authorised on the version or alias that they name. */
const QUALIFIED = new Set([
  'Invoke',
  'GetFunction',
  'GetFunctionConfiguration',
  'DeleteFunction',
  'PutProvisionedConcurrencyConfig',
  'GetProvisionedConcurrencyConfig',
  'DeleteProvisionedConcurrencyConfig',
]);

function furtherPermissions(cloud: Cloud, resource: string, input: Record<string, unknown>): Permission[] {
  const { Role, Layers, Tags, FunctionName } = input as {
    Role?: string;
    Layers?: string[];
    Tags?: object;
    FunctionName?: string;
  };
  // A mapping is created on no resource: its tags are those of any mapping.
  const tagged = resource === '*' ? cloud.arn('lambda', 'event-source-mapping:*') : resource;
  return [
    ...(Role
      ? [
          {
            action: 'iam:PassRole',
            resource: Role,
            context: { 'iam:PassedToService': 'lambda.amazonaws.com' },
          },
        ]
      : []),
    ...(Layers ?? []).map((arn) => ({ action: 'lambda:GetLayerVersion', resource: arn })),
    ...(Tags && FunctionName && Object.keys(Tags).length > 0
      ? [{ action: 'lambda:TagResource', resource: tagged }]
      : []),
  ];
}
