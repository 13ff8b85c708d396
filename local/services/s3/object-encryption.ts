import type * as sdk from '@aws-sdk/client-s3';
import { AwsError } from '../../gateway/aws-error';
import type { Cloud, Permission } from '../../gateway/service';
import type { KeyFailure, KmsService } from '../kms/kms-service';
import type { Bucket, ObjectVersion } from './bucket';

type Encryption = ObjectVersion['encryption'];

export interface EncryptionInput {
  readonly ServerSideEncryption?: sdk.ServerSideEncryption | undefined;
  readonly SSEKMSKeyId?: string | undefined;
  readonly BucketKeyEnabled?: boolean | undefined;
}

/**
 * S3 answers with the errors of KMS, after the service's name.
 *
 * @see https://docs.aws.amazon.com/timestream/latest/developerguide/export-unload-troubleshooting.html names
 * them
 */
const KEY_ERRORS: Readonly<Record<KeyFailure, string>> = {
  NotFoundException: 'KMS.NotFoundException',
  DisabledException: 'KMS.DisabledException',
  KMSInvalidStateException: 'KMS.KMSInvalidStateException',
};

const MANAGED_KEY = 'alias/aws/s3';

/**
 * The keys of objects: who may use them, and whether they can be used. The bodies themselves are kept as they
 * are.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html
 */
export class ObjectEncryption {
  constructor(private readonly cloud: Cloud) {}

  /**
   * Of a new object: what was asked for, or the bucket's default.
   *
   * @throws AwsError if its key cannot be used
   */
  of(bucket: Bucket, input: EncryptionInput): Encryption {
    const { ServerSideEncryption, SSEKMSKeyId, BucketKeyEnabled } = wanted(bucket, input);
    return {
      ServerSideEncryption,
      ...(SSEKMSKeyId && { SSEKMSKeyId: this.usableKey(SSEKMSKeyId) }),
      ...(BucketKeyEnabled && { BucketKeyEnabled }),
    };
  }

  /** @throws AwsError if the key of an object cannot be used any longer */
  check({ SSEKMSKeyId }: Encryption): void {
    if (SSEKMSKeyId) this.usableKey(SSEKMSKeyId);
  }

  /** What KMS asks of who reads an object. */
  readPermissions(encryption: Encryption, bucketName: string, key: string): Permission[] {
    return this.permissions(['Decrypt'], encryption, bucketName, key);
  }

  /** What KMS asks of who writes an object; parts of an upload are read again when it is completed. */
  writePermissions(
    bucket: Bucket | undefined,
    key: string,
    input: EncryptionInput,
    isInParts: boolean,
  ): Permission[] {
    if (!bucket) return [];
    const actions = isInParts ? ['GenerateDataKey', 'Decrypt'] : ['GenerateDataKey'];
    return this.permissions(actions, wanted(bucket, input), bucket.name, key);
  }

  private permissions(
    actions: readonly string[],
    { SSEKMSKeyId, BucketKeyEnabled }: Encryption,
    bucketName: string,
    key: string,
  ): Permission[] {
    if (!SSEKMSKeyId) return [];
    const bucketArn = `arn:aws:s3:::${bucketName}`;
    const context = { 'aws:s3:arn': BucketKeyEnabled ? bucketArn : `${bucketArn}/${key}` };
    return actions.map((action) =>
      this.kms.permissionFor({ action: `kms:${action}`, keyId: SSEKMSKeyId, service: 's3', context }),
    );
  }

  private usableKey(keyId: string): string {
    return this.kms.usableKeyArn(keyId, KEY_ERRORS);
  }

  private get kms(): KmsService {
    return this.cloud.service<KmsService>('kms');
  }
}

/**
 * Without a key in the request, one that names an algorithm itself gets the account's key for S3, whatever
 * the bucket's is.
 */
function wanted({ encryption }: Bucket, input: EncryptionInput): Encryption {
  const rule = encryption?.Rules?.[0];
  const byDefault = input.ServerSideEncryption ? undefined : rule?.ApplyServerSideEncryptionByDefault;
  const ServerSideEncryption = input.ServerSideEncryption ?? byDefault?.SSEAlgorithm ?? 'AES256';
  if (!ServerSideEncryption.startsWith('aws:kms')) {
    if (input.SSEKMSKeyId === undefined) return { ServerSideEncryption };
    throw new AwsError(
      'InvalidArgument',
      'Server Side Encryption with AWS KMS managed key requires HTTP header x-amz-server-side-encryption : aws:kms',
    );
  }
  return {
    ServerSideEncryption,
    SSEKMSKeyId: input.SSEKMSKeyId ?? byDefault?.KMSMasterKeyID ?? MANAGED_KEY,
    BucketKeyEnabled: input.BucketKeyEnabled ?? rule?.BucketKeyEnabled ?? false,
  };
}
