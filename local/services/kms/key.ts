import type { KeyMetadata } from '@aws-sdk/client-kms';
import { AwsError } from '../../gateway/aws-error';
import type { Grant } from './grant';
import { type SigningKeySpec, type StoredKeyUsage, signingAlgorithms } from './key-spec';

/** A symmetric key for encryption, or a pair of keys for signatures. */
export interface StoredKey {
  readonly id: string;
  readonly arn: string;
  readonly created: Date;
  /** Whose it is: the account's, or a service's (`alias/aws/s3`). */
  readonly manager: 'CUSTOMER' | 'AWS';
  /** 32 random bytes; of a pair the private key, in DER by PKCS #8. */
  readonly material: Uint8Array;
  /** Kind of the pair. @default - a symmetric key */
  readonly pairSpec?: SigningKeySpec | undefined;
  description: string;
  isEnabled: boolean;
  /** Of a key whose deletion is scheduled. */
  deletionDate?: Date;
  /** The key policy's JSON. */
  policy: string;
  /** Of a key that is rotated; ciphertexts do not show it. */
  rotation?: { readonly since: Date; readonly periodDays: number };
  tags: Record<string, string>;
  grants: Grant[];
}

/**
 * Refuses an operation that the key's state does not permit.
 *
 * @param operation `use` covers all that need an enabled key, `change` all that need one that will not be
 * deleted
 * @throws AwsError `DisabledException` or `KMSInvalidStateException`
 * @see https://docs.aws.amazon.com/kms/latest/developerguide/key-state.html
 */
export function checkState(key: StoredKey, operation: 'use' | 'change'): void {
  if (key.deletionDate) throw new AwsError('KMSInvalidStateException', `${key.arn} is pending deletion.`);
  if (operation === 'use' && !key.isEnabled)
    throw new AwsError('DisabledException', `${key.arn} is disabled.`);
}

export function usageOf({ pairSpec }: StoredKey): StoredKeyUsage {
  return pairSpec ? 'SIGN_VERIFY' : 'ENCRYPT_DECRYPT';
}

/**
 * @returns the key
 * @throws AwsError `InvalidKeyUsageException` if the key is made for something else
 */
export function checkUsage(key: StoredKey, usage: StoredKeyUsage, operation: string): StoredKey {
  if (usageOf(key) === usage) return key;
  throw new AwsError(
    'InvalidKeyUsageException',
    `${key.arn} key usage is ${usageOf(key)} which is not valid for ${operation}.`,
  );
}

export function describeKey(key: StoredKey, account: string): KeyMetadata {
  const spec = key.pairSpec ?? 'SYMMETRIC_DEFAULT';
  return {
    AWSAccountId: account,
    KeyId: key.id,
    Arn: key.arn,
    CreationDate: key.created,
    Enabled: key.isEnabled && !key.deletionDate,
    Description: key.description,
    KeyUsage: usageOf(key),
    KeyState: key.deletionDate ? 'PendingDeletion' : key.isEnabled ? 'Enabled' : 'Disabled',
    ...(key.deletionDate && { DeletionDate: key.deletionDate }),
    Origin: 'AWS_KMS',
    KeyManager: key.manager,
    CustomerMasterKeySpec: spec,
    KeySpec: spec,
    ...(key.pairSpec
      ? { SigningAlgorithms: signingAlgorithms(key.pairSpec) }
      : { EncryptionAlgorithms: ['SYMMETRIC_DEFAULT'] }),
    MultiRegion: false,
  };
}
