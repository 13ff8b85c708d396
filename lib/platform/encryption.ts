import { Stack } from 'aws-cdk-lib';
import { type IGrantable, type IPrincipal, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { Construct } from 'constructs';
import { arn } from '../runtime/arn';
import type { FunctionContext } from '../runtime/part-context';

/**
 * Lets the services use the key that have no role of the pipeline. A key of another stack keeps its own
 * policy, which must say the same.
 */
export function allowServices(scope: Construct, key: IKey): void {
  const { account, region } = Stack.of(scope);
  // https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
  key.addToResourcePolicy(
    new PolicyStatement({
      principals: [new ServicePrincipal(`logs.${region}.amazonaws.com`)],
      actions: ['kms:Encrypt*', 'kms:Decrypt*', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:Describe*'],
      resources: ['*'],
      conditions: {
        ArnLike: { 'kms:EncryptionContext:aws:logs:arn': arn(scope, 'logs', '*') },
      },
    }),
  );
  allowAlarms(key);
  // Rules send to the queue; the condition is that of the CDK's own target (aws-events-targets, SqsQueue).
  key.addToResourcePolicy(
    new PolicyStatement({
      principals: [new ServicePrincipal('events.amazonaws.com')],
      actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
      resources: ['*'],
      conditions: { StringEquals: { 'aws:SourceAccount': account } },
    }),
  );
}

/**
 * Lets alarms publish to a topic that the key encrypts.
 *
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html#compatibility-with-aws-services
 */
export function allowAlarms(key: IKey): void {
  key.addToResourcePolicy(
    new PolicyStatement({
      principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
      actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
      resources: ['*'],
    }),
  );
}

/** The keys of a pipeline's data: its own, and that of a bucket which it was given. */
export function keysOf({ bucket, platform }: Pick<FunctionContext, 'bucket' | 'platform'>): IKey[] {
  return [...new Set([platform.encryptionKey, bucket.encryptionKey])].filter((key) => key !== undefined);
}

/** Lets a role read and write what is encrypted. */
export function allowEncrypted(
  role: IGrantable,
  context: Pick<FunctionContext, 'bucket' | 'platform'>,
): void {
  for (const key of keysOf(context)) key.grantEncryptDecrypt(role);
}

/**
 * Lets a role run jobs and endpoints with encrypted volumes, for which SageMaker has KMS make grants.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/sagemaker-roles.html for `VolumeKmsKeyId` and
 * `KmsKeyId`
 */
export function allowEncryptedVolumes(
  role: IPrincipal,
  { encryptionKey }: FunctionContext['platform'],
): void {
  if (!encryptionKey) return;
  const resources = [encryptionKey.keyArn];
  role.addToPrincipalPolicy(new PolicyStatement({ actions: ['kms:DescribeKey'], resources }));
  role.addToPrincipalPolicy(
    new PolicyStatement({
      actions: ['kms:CreateGrant'],
      resources,
      conditions: { Bool: { 'kms:GrantIsForAWSResource': 'true' } },
    }),
  );
}

/**
 * Families whose local storage is encrypted by its hardware. SageMaker refuses a key for their volumes.
 *
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-store-volumes.html for the families, and
 * `KmsKeyId` of `CreateEndpointConfig` and `VolumeKmsKeyId` of `ResourceConfig` in SageMaker's API reference
 */
const LOCAL_STORAGE =
  /^ml\.([a-z]+\d+[a-z]*d[a-z]*|g5|g6|g6e|gr6|p5|p5e|p5en|p6-b200|trn1|trn1n|trn2|i\d\w*)\./;

/** The key of the volumes of an instance; undefined if its storage takes none. */
export function volumeKey(
  { encryptionKey }: FunctionContext['platform'],
  instanceType: string,
): string | undefined {
  return LOCAL_STORAGE.test(instanceType) ? undefined : encryptionKey?.keyArn;
}
