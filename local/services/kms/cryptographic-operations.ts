import { randomBytes } from 'node:crypto';
import type * as sdk from '@aws-sdk/client-kms';
import { AwsError } from '../../gateway/aws-error';
import type { Operations } from '../../gateway/service';
import { decrypt, encrypt, keyIdOf } from './ciphertext';
import { checkState, checkUsage, type StoredKey } from './key';
import type { KeyStore } from './key-store';

const SYMMETRIC = 'SYMMETRIC_DEFAULT';

/** Operations that use symmetric keys. */
export function cryptographicOperations(store: KeyStore) {
  const usable = (keyId: string | undefined, operation: string): StoredKey => {
    const key = store.find(keyId as string);
    checkState(key, 'use');
    return checkUsage(key, 'ENCRYPT_DECRYPT', operation);
  };

  const decrypted = (
    ciphertext: Uint8Array,
    givenKeyId: string | undefined,
    context: Record<string, string> | undefined,
  ) => {
    const key = usable(keyIdOf(ciphertext), 'Decrypt');
    if (givenKeyId !== undefined && store.find(givenKeyId) !== key) {
      throw new AwsError(
        'IncorrectKeyException',
        'The key ID in the request does not identify a CMK that can perform this operation.',
      );
    }
    return { key, plaintext: decrypt(key, ciphertext, context) };
  };

  const dataKey = (input: sdk.GenerateDataKeyWithoutPlaintextRequest) => {
    const key = usable(input.KeyId, 'GenerateDataKey');
    if ((input.KeySpec === undefined) === (input.NumberOfBytes === undefined)) {
      throw new AwsError('ValidationException', 'Please specify either number of bytes or key spec.');
    }
    const plaintext = randomBytes(input.NumberOfBytes ?? (input.KeySpec === 'AES_128' ? 16 : 32));
    return { key, plaintext, ciphertext: encrypt(key, plaintext, input.EncryptionContext) };
  };

  const operations = {
    Encrypt: (input) => {
      const key = usable(input.KeyId, 'Encrypt');
      return {
        CiphertextBlob: encrypt(key, input.Plaintext as Uint8Array, input.EncryptionContext),
        KeyId: key.arn,
        EncryptionAlgorithm: SYMMETRIC,
      };
    },

    Decrypt: (input) => {
      const { CiphertextBlob, KeyId, EncryptionContext } = input;
      const { key, plaintext } = decrypted(CiphertextBlob as Uint8Array, KeyId, EncryptionContext);
      return { Plaintext: plaintext, KeyId: key.arn, EncryptionAlgorithm: SYMMETRIC };
    },

    ReEncrypt: (input) => {
      const { CiphertextBlob, SourceKeyId, SourceEncryptionContext } = input;
      const source = decrypted(CiphertextBlob as Uint8Array, SourceKeyId, SourceEncryptionContext);
      const destination = usable(input.DestinationKeyId, 'ReEncrypt');
      return {
        CiphertextBlob: encrypt(destination, source.plaintext, input.DestinationEncryptionContext),
        SourceKeyId: source.key.arn,
        KeyId: destination.arn,
        SourceEncryptionAlgorithm: SYMMETRIC,
        DestinationEncryptionAlgorithm: SYMMETRIC,
      };
    },

    GenerateDataKey: (input) => {
      const { key, plaintext, ciphertext } = dataKey(input);
      return { KeyId: key.arn, Plaintext: plaintext, CiphertextBlob: ciphertext };
    },

    GenerateDataKeyWithoutPlaintext: (input) => {
      const { key, ciphertext } = dataKey(input);
      return { KeyId: key.arn, CiphertextBlob: ciphertext };
    },
  } satisfies Operations<typeof sdk>;
  return operations;
}
