import { Annotations, Token } from 'aws-cdk-lib';
import { CfnBucket, type IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { Validation } from '../runtime/validation';

/**
 * Checks a bucket that a pipeline is given, as far as this app knows it.
 *
 * @throws Error if the bucket is not versioned: datasets, models and ledger refer to versions of objects
 */
export function checkGivenBucket(scope: Construct, bucket: IBucket): void {
  const resource = bucket.node.defaultChild;
  if (!CfnBucket.isCfnBucket(resource)) {
    Annotations.of(scope).addInfoV2(
      'cdk-model-pipeline:givenBucket',
      'the bucket of another stack must be versioned, and its policy must let only the pipeline write below models/: see the guide "Bring your own network, keys and roles"',
    );
    return;
  }
  if (isVersioned(resource)) return;
  new Validation(scope)
    .add(
      `bucket ${resource.node.path} must be versioned, since datasets, models and the ledger refer to versions of objects: set versioned to true`,
    )
    .finish();
}

/** Whether a bucket of this app is versioned, as far as it is known before the deployment. */
export function isVersioned({ versioningConfiguration }: CfnBucket): boolean {
  return (
    Token.isUnresolved(versioningConfiguration) ||
    (versioningConfiguration as CfnBucket.VersioningConfigurationProperty | undefined)?.status === 'Enabled'
  );
}
