import type { KeyMetadata } from '@aws-sdk/client-kms';
import { AwsError } from '../../gateway/aws-error';
import type { Grant } from './grant';

/** A symmetric key for encryption, the only kind that the local cloud has. */
export interface StoredKey {
  readonly id: string;
  readonly arn: string;
  readonly created: Date;
  /** Whose it is: the account's, or a service's (`alias/aws/s3`). */
  readonly manager: 'CUSTOMER' | 'AWS';
  /** 32 random bytes. */
  readonly material: Uint8Array;
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

export function describeKey(key: StoredKey, account: string): KeyMetadata {
  return {
    AWSAccountId: account,
    KeyId: key.id,
    Arn: key.arn,
    CreationDate: key.created,
    Enabled: key.isEnabled && !key.deletionDate,
    Description: key.description,
    KeyUsage: 'ENCRYPT_DECRYPT',
    KeyState: key.deletionDate ? 'PendingDeletion' : key.isEnabled ? 'Enabled' : 'Disabled',
    ...(key.deletionDate && { DeletionDate: key.deletionDate }),
    Origin: 'AWS_KMS',
    KeyManager: key.manager,
    CustomerMasterKeySpec: 'SYMMETRIC_DEFAULT',
    KeySpec: 'SYMMETRIC_DEFAULT',
    EncryptionAlgorithms: ['SYMMETRIC_DEFAULT'],
    MultiRegion: false,
  };
}
