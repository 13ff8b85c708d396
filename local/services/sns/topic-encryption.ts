import type { Cloud, Permission } from '../../gateway/service';
import type { KeyFailure, KmsService } from '../kms/kms-service';
import type { StoredTopic } from './topic';

/** Exceptions of SNS's service model. */
const KEY_ERRORS: Readonly<Record<KeyFailure, string>> = {
  NotFoundException: 'KMSNotFoundException',
  DisabledException: 'KMSDisabledException',
  KMSInvalidStateException: 'KMSInvalidStateException',
};

/**
 * The key of a topic, which publishers need. Messages themselves are kept as they are.
 *
 * @see https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html
 */
export class TopicEncryption {
  constructor(private readonly cloud: Cloud) {}

  /** What KMS asks of who publishes. */
  publishPermissions(topic: StoredTopic | undefined): Permission[] {
    const keyId = topic?.attributes.KmsMasterKeyId;
    if (!topic || !keyId) return [];
    const context = { 'aws:sns:topicArn': topic.arn };
    return ['kms:GenerateDataKey', 'kms:Decrypt'].map((action) =>
      this.kms.permissionFor({ action, keyId, service: 'sns', context }),
    );
  }

  /** @throws AwsError if a topic's key cannot be used */
  check({ KmsMasterKeyId }: Readonly<Record<string, string>>): void {
    if (KmsMasterKeyId) this.kms.usableKeyArn(KmsMasterKeyId, KEY_ERRORS);
  }

  private get kms(): KmsService {
    return this.cloud.service<KmsService>('kms');
  }
}
