import type { Cloud, Permission } from '../../gateway/service';
import type { KeyFailure, KmsService } from '../kms/kms-service';
import type { StoredStream } from './stream';

/** Exceptions of Kinesis's service model. */
const KEY_ERRORS: Readonly<Record<KeyFailure, string>> = {
  NotFoundException: 'KMSNotFoundException',
  DisabledException: 'KMSDisabledException',
  KMSInvalidStateException: 'KMSInvalidStateException',
};

/** What KMS asks of producers and consumers. */
const ACTIONS: Readonly<Record<string, string>> = {
  PutRecord: 'kms:GenerateDataKey',
  PutRecords: 'kms:GenerateDataKey',
  GetRecords: 'kms:Decrypt',
};

/**
 * The key of a stream, which producers and consumers need. Records themselves are kept as they are.
 *
 * @see https://docs.aws.amazon.com/streams/latest/dev/permissions-user-key-KMS.html
 */
export class StreamEncryption {
  constructor(private readonly cloud: Cloud) {}

  permissions(operation: string, stream: StoredStream | undefined): Permission[] {
    const action = ACTIONS[operation];
    if (!stream?.keyId || !action) return [];
    const context = { 'aws:kinesis:arn': stream.arn };
    return [this.kms.permissionFor({ action, keyId: stream.keyId, service: 'kinesis', context })];
  }

  /** @throws AwsError if a key cannot be used */
  check(keyId: string | undefined): void {
    if (keyId !== undefined) this.kms.usableKeyArn(keyId, KEY_ERRORS);
  }

  private get kms(): KmsService {
    return this.cloud.service<KmsService>('kms');
  }
}
