import type { Cloud, Permission } from '../../gateway/service';
import type { KeyFailure, KmsService } from '../kms/kms-service';
import type { StoredQueue } from './queue';

/** Exceptions of SQS's service model. */
const KEY_ERRORS: Readonly<Record<KeyFailure, string>> = {
  NotFoundException: 'KmsNotFound',
  DisabledException: 'KmsDisabled',
  KMSInvalidStateException: 'KmsInvalidState',
};

/** What KMS asks of producers and consumers. */
const ACTIONS: Readonly<Record<string, readonly string[]>> = {
  SendMessage: ['kms:GenerateDataKey', 'kms:Decrypt'],
  SendMessageBatch: ['kms:GenerateDataKey', 'kms:Decrypt'],
  ReceiveMessage: ['kms:Decrypt'],
};

/**
 * The key of a queue, which producers and consumers need. Messages themselves are kept as they are.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-key-management.html
 */
export class QueueEncryption {
  constructor(private readonly cloud: Cloud) {}

  permissions(operation: string, queue: StoredQueue | undefined): Permission[] {
    const keyId = queue?.attributes.KmsMasterKeyId;
    if (!queue || !keyId) return [];
    const context = { 'aws:sqs:arn': queue.arn };
    return (ACTIONS[operation] ?? []).map((action) =>
      this.kms.permissionFor({ action, keyId, service: 'sqs', context }),
    );
  }

  /** @throws AwsError if a queue's key cannot be used */
  check({ KmsMasterKeyId }: Readonly<Record<string, string>>): void {
    if (KmsMasterKeyId) this.kms.usableKeyArn(KmsMasterKeyId, KEY_ERRORS);
  }

  private get kms(): KmsService {
    return this.cloud.service<KmsService>('kms');
  }
}
