import { AwsError } from '../../gateway/aws-error';
import type { Cloud } from '../../gateway/service';

/** The resource part of an ARN. */
export type ResourceKind =
  | 'training-job'
  | 'transform-job'
  | 'processing-job'
  | 'hyper-parameter-tuning-job'
  | 'model'
  | 'endpoint-config'
  | 'endpoint'
  | 'model-package-group'
  | 'model-package';

/** SageMaker writes names in lower case into ARNs. */
export function resourceArn(cloud: Cloud, kind: ResourceKind, name: string): string {
  return cloud.arn('sagemaker', `${kind}/${name.toLowerCase()}`);
}

export function missing(kind: ResourceKind, name: string, arn: string): AwsError {
  const message = {
    'training-job': 'Requested resource not found.',
    'transform-job': `Could not find requested job with name: ${name}`,
    'hyper-parameter-tuning-job': `Amazon SageMaker can't find a tuning job with the name ${name}.`,
    'processing-job': `Could not find requested job with name: ${name}`,
    model: `Could not find model "${arn}".`,
    'endpoint-config': `Could not find endpoint configuration "${arn}".`,
    endpoint: `Could not find endpoint "${arn}".`,
    'model-package-group': `ModelPackageGroup ${arn} does not exist.`,
    'model-package': `ModelPackage ${arn} does not exist.`,
  }[kind];
  return new AwsError('ValidationException', message);
}

export function alreadyThere(kind: ResourceKind, arn: string): AwsError {
  switch (kind) {
    case 'training-job':
      return new AwsError(
        'ResourceInUse',
        `Training job names must be unique within an AWS account and region, and a training job with this name already exists (${arn})`,
      );
    case 'transform-job':
    case 'processing-job':
    case 'hyper-parameter-tuning-job':
      return new AwsError(
        'ResourceInUse',
        `Job name must be unique within an AWS account and region, and a job with this name already exists (${arn})`,
      );
    case 'model-package-group':
      return new AwsError('ValidationException', 'Model Package Group already exists.');
    default:
      return new AwsError(
        'ValidationException',
        `Cannot create already existing ${kind === 'endpoint-config' ? 'endpoint configuration' : kind} "${arn}".`,
      );
  }
}

export function invalidMember(member: string, value: string, constraint: string): AwsError {
  return new AwsError(
    'ValidationException',
    `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: ${constraint}`,
  );
}

/**
 * @throws AwsError ValidationException for what is not given, and this cloud needs, though not every use of
 * AWS's model does
 */
export function requireMembers(path: string, structure: object, names: readonly string[]): void {
  for (const name of names) {
    if ((structure as Record<string, unknown>)[name] !== undefined) continue;
    throw new AwsError(
      'ValidationException',
      `1 validation error detected: Value null at '${path}.${name.charAt(0).toLowerCase()}${name.slice(1)}' failed to satisfy constraint: Member must not be null`,
    );
  }
}
