import { AwsError } from '../../gateway/aws-error';
import { servicePrincipal } from '../../gateway/principal';
import type { Cloud } from '../../gateway/service';

/**
 * Refuses a key that CloudWatch Logs itself may not use: the key policy must name its service principal.
 * Events themselves are kept as they are.
 *
 * @throws AwsError `InvalidParameterException`
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/encrypt-log-data-kms.html
 */
export async function checkGroupKey(cloud: Cloud, keyId: string, groupName: string): Promise<void> {
  const service = servicePrincipal(`logs.${cloud.region}.amazonaws.com`, cloud.account);
  const EncryptionContext = { 'aws:logs:arn': cloud.arn('logs', `log-group:${groupName}`) };
  const input = { KeyId: keyId, EncryptionContext, NumberOfBytes: 32 };
  await cloud.call('kms', 'GenerateDataKeyWithoutPlaintext', input, service).catch((error: Error) => {
    throw new AwsError(
      'InvalidParameterException',
      `The specified KMS key does not exist or is not allowed to be used with Arn '${EncryptionContext['aws:logs:arn']}' (${error.message})`,
    );
  });
}
