import { Token } from 'aws-cdk-lib';
import { CfnKey, type IKey, KeyUsage } from 'aws-cdk-lib/aws-kms';
import type { Validation } from '../runtime/validation';

/** Notes that a key of this app cannot sign. What another key is for, only KMS knows. */
export function refuseOtherKeys(signingKey: IKey | undefined, validation: Validation): void {
  const key = signingKey?.node.defaultChild;
  if (!(key instanceof CfnKey)) return;
  // The default of AWS::KMS::Key.
  const { keyUsage = KeyUsage.ENCRYPT_DECRYPT, keySpec = 'SYMMETRIC_DEFAULT' } = key;
  if (keyUsage === KeyUsage.SIGN_VERIFY || Token.isUnresolved(keyUsage)) return;
  validation.add(
    `signingKey ${signingKey?.node.path} has the key usage ${keyUsage} (key spec ${keySpec}), and only SIGN_VERIFY can sign: give it keySpec KeySpec.ECC_NIST_P256 and keyUsage KeyUsage.SIGN_VERIFY; a deployed key cannot change, so make a new one`,
  );
}
