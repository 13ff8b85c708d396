import type { ModelPackageContainerDefinition } from '@aws-sdk/client-sagemaker';
import { AwsError, NotImplementedError } from '../../../gateway/aws-error';
import type { Store } from '../store';
import type { StoredPackage } from './stored-package';

/** `<group>/<version>` of a package's ARN. */
export function packageKey(arn: string | undefined): string {
  return arn?.replace(/^arn:[^/]*:model-package\//, '') ?? '';
}

/** The name in a group's name or ARN. */
export function groupName(nameOrArn: string | undefined): string {
  return nameOrArn?.replace(/^arn:[^/]*:model-package-group\//, '') ?? '';
}

/** @throws AwsError if there is no such package */
export function findPackage(store: Store, arn: string | undefined): StoredPackage {
  return store.packages.get(packageKey(arn));
}

/**
 * The container of a registered model.
 *
 * @throws AwsError if the package does not exist or is not approved
 */
export function containerOfPackage(store: Store, arn: string): ModelPackageContainerDefinition {
  const found = findPackage(store, arn);
  if (found.ModelApprovalStatus !== 'Approved') {
    throw new AwsError(
      'ValidationException',
      `ModelPackage ${found.ModelPackageArn} cannot be deployed: its approval status is ${found.ModelApprovalStatus}.`,
    );
  }
  const containers = found.InferenceSpecification?.Containers ?? [];
  if (containers.length !== 1) {
    throw new NotImplementedError(`a model of a package with ${containers.length} containers`);
  }
  return containers[0] as ModelPackageContainerDefinition;
}
