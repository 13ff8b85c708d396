import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { AwsError } from '../../gateway/aws-error';
import type { StoredKey } from './key';

export type EncryptionContext = Readonly<Record<string, string>>;

const VERSION = 1;
const KEY_ID_END = 17;
const IV_END = KEY_ID_END + 12;
const TAG_END = IV_END + 16;

/** Encrypts by AES-256-GCM; the result names its key, and the context is authenticated, as in KMS. */
export function encrypt(key: StoredKey, plaintext: Uint8Array, context: EncryptionContext = {}): Buffer {
  const iv = randomBytes(IV_END - KEY_ID_END);
  const cipher = createCipheriv('aes-256-gcm', key.material, iv).setAAD(contextBytes(context));
  const encrypted = Buffer.concat([cipher.update(plaintext), cipher.final()]);
  const keyId = Buffer.from(key.id.replace(/-/g, ''), 'hex');
  return Buffer.concat([Buffer.of(VERSION), keyId, iv, cipher.getAuthTag(), encrypted]);
}

/** @throws AwsError `InvalidCiphertextException` if it was changed, or has another context */
export function decrypt(key: StoredKey, ciphertext: Uint8Array, context: EncryptionContext = {}): Buffer {
  const bytes = Buffer.from(ciphertext);
  try {
    const decipher = createDecipheriv('aes-256-gcm', key.material, bytes.subarray(KEY_ID_END, IV_END))
      .setAAD(contextBytes(context))
      .setAuthTag(bytes.subarray(IV_END, TAG_END));
    return Buffer.concat([decipher.update(bytes.subarray(TAG_END)), decipher.final()]);
  } catch {
    throw invalidCiphertext();
  }
}

/**
 * The id of the key that made a ciphertext.
 *
 * @throws AwsError `InvalidCiphertextException`
 */
export function keyIdOf(ciphertext: Uint8Array): string {
  if (ciphertext[0] !== VERSION || ciphertext.length < TAG_END) throw invalidCiphertext();
  const hex = Buffer.from(ciphertext.subarray(1, KEY_ID_END)).toString('hex');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
}

export function invalidCiphertext(): AwsError {
  return new AwsError('InvalidCiphertextException', '');
}

function contextBytes(context: EncryptionContext): Buffer {
  return Buffer.from(JSON.stringify(Object.entries(context).sort(([a], [b]) => (a < b ? -1 : 1))));
}
