import type { EncryptionConfiguration } from '@aws-sdk/client-sfn';
import { AwsError } from '../../gateway/aws-error';
import { rolePrincipal } from '../../gateway/principal';
import type { Cloud } from '../../gateway/service';

interface EncryptedMachine {
  readonly arn: string;
  readonly roleArn: string;
  readonly encryption?: EncryptionConfiguration | undefined;
}

/**
 * Refuses a key that a machine's role may not use. Definitions, inputs and histories themselves are kept as
 * they are.
 *
 * @throws AwsError KmsAccessDeniedException, KmsInvalidStateException
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/encryption-at-rest.html
 */
export async function checkMachineKey(cloud: Cloud, machine: EncryptedMachine): Promise<void> {
  const { type, kmsKeyId } = machine.encryption ?? {};
  if (type !== 'CUSTOMER_MANAGED_KMS_KEY') return;
  if (!kmsKeyId) {
    throw new AwsError(
      'InvalidEncryptionConfiguration',
      `Invalid Encryption Configuration: ${type} needs a kmsKeyId`,
    );
  }
  const EncryptionContext = { 'aws:states:stateMachineArn': machine.arn };
  const role = rolePrincipal(machine.roleArn, 'states');
  try {
    const input = { KeyId: kmsKeyId, KeySpec: 'AES_256', EncryptionContext };
    const { CiphertextBlob } = await cloud.call<{ CiphertextBlob: Uint8Array }>(
      'kms',
      'GenerateDataKey',
      input,
      role,
    );
    await cloud.call('kms', 'Decrypt', { CiphertextBlob, EncryptionContext }, role);
  } catch (error) {
    const { name, message } = error as Error;
    const isState = ['DisabledException', 'KMSInvalidStateException'].includes(name);
    throw new AwsError(isState ? 'KmsInvalidStateException' : 'KmsAccessDeniedException', message);
  }
}
