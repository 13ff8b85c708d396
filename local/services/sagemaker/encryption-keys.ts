import { AwsError } from '../../gateway/aws-error';
import type { Cloud } from '../../gateway/service';
import type { KmsService } from '../kms/kms-service';

/**
 * Refuses keys of volumes and outputs that cannot be used. Volumes are folders of this machine, which no key
 * protects; outputs are objects, for which S3 asks KMS itself.
 *
 * @throws AwsError ValidationException
 */
export function checkKeys(cloud: Cloud, keyIds: readonly (string | undefined)[]): void {
  for (const keyId of keyIds) {
    if (!keyId) continue;
    try {
      cloud.service<KmsService>('kms').usableKeyArn(keyId);
    } catch (error) {
      throw new AwsError(
        'ValidationException',
        `The KMS key ${keyId} cannot be used: ${(error as Error).message}`,
      );
    }
  }
}
