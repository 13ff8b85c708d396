import {
  constants,
  createHash,
  createPublicKey,
  type KeyObject,
  privateEncrypt,
  publicDecrypt,
  randomBytes,
} from 'node:crypto';

/**
 * RSA over a digest that somebody else computed, which `node:crypto` has no function for: it does the
 * arithmetic, and the encodings are made here.
 *
 * @see https://www.rfc-editor.org/rfc/rfc8017, 9.1 and 9.2: symbols are those of this document
 */

/** The hash functions of signatures. */
export type Hash = 'sha256' | 'sha384' | 'sha512';

/**
 * The DER of DigestInfo before the digest. @see https://www.rfc-editor.org/rfc/rfc8017#section-9.2, note 1
 */
const DIGEST_INFO: Readonly<Record<Hash, string>> = {
  sha256: '3031300d060960864801650304020105000420',
  sha384: '3041300d060960864801650304020205000430',
  sha512: '3051300d060960864801650304020305000440',
};

export function signDigestPkcs1(privateKey: KeyObject, hash: Hash, digest: Uint8Array): Buffer {
  const key = { key: privateKey, padding: constants.RSA_PKCS1_PADDING };
  return privateEncrypt(key, digestInfo(hash, digest));
}

export function hasSignedPkcs1(
  privateKey: KeyObject,
  hash: Hash,
  digest: Uint8Array,
  signature: Uint8Array,
): boolean {
  const key = { key: createPublicKey(privateKey), padding: constants.RSA_PKCS1_PADDING };
  return decrypted(key, signature)?.equals(digestInfo(hash, digest)) ?? false;
}

/** With a salt as long as the digest, as KMS has it. */
export function signDigestPss(privateKey: KeyObject, hash: Hash, digest: Uint8Array): Buffer {
  const key = { key: privateKey, padding: constants.RSA_NO_PADDING };
  return privateEncrypt(key, encodedPss(hash, digest, randomBytes(digest.length), bitsOf(privateKey)));
}

export function hasSignedPss(
  privateKey: KeyObject,
  hash: Hash,
  digest: Uint8Array,
  signature: Uint8Array,
): boolean {
  const bits = bitsOf(privateKey);
  const key = { key: createPublicKey(privateKey), padding: constants.RSA_NO_PADDING };
  const encoded = decrypted(key, signature);
  if (!encoded || encoded.length !== bits / 8) return false;
  const masked = encoded.subarray(0, encoded.length - digest.length - 1);
  const h = encoded.subarray(masked.length, -1);
  const salt = xor(masked, mask(hash, h, masked.length)).subarray(-digest.length);
  return encodedPss(hash, digest, salt, bits).equals(encoded);
}

function digestInfo(hash: Hash, digest: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(DIGEST_INFO[hash], 'hex'), digest]);
}

/** EMSA-PSS */
function encodedPss(hash: Hash, digest: Uint8Array, salt: Uint8Array, bits: number): Buffer {
  const h = createHash(hash).update(Buffer.alloc(8)).update(digest).update(salt).digest();
  const length = bits / 8 - h.length - 1;
  const padding = Buffer.alloc(length - salt.length - 1);
  const masked = xor(Buffer.concat([padding, Buffer.of(1), salt]), mask(hash, h, length));
  // The first bit of a number that is to be less than the modulus.
  masked[0] = (masked[0] as number) & 0x7f;
  return Buffer.concat([masked, h, Buffer.of(0xbc)]);
}

/** MGF1 */
function mask(hash: Hash, seed: Uint8Array, length: number): Buffer {
  const blocks: Buffer[] = [];
  for (let counter = 0; Buffer.concat(blocks).length < length; counter++) {
    blocks.push(
      createHash(hash)
        .update(seed)
        .update(Buffer.of(0, 0, 0, counter))
        .digest(),
    );
  }
  return Buffer.concat(blocks).subarray(0, length);
}

function xor(a: Uint8Array, b: Uint8Array): Buffer {
  return Buffer.from(a.map((byte, index) => byte ^ (b[index] as number)));
}

function bitsOf(key: KeyObject): number {
  return key.asymmetricKeyDetails?.modulusLength as number;
}

/**
 * Undefined if it is not a signature of this key's size (RFC 8017, 8.1.2 and 8.2.2, step 1), or of this
 * padding.
 */
function decrypted(
  key: { readonly key: KeyObject; readonly padding: number },
  signature: Uint8Array,
): Buffer | undefined {
  // Without its leading zero, one in 256 would be the same number.
  if (signature.length !== bitsOf(key.key) / 8) return undefined;
  try {
    return publicDecrypt(key, signature);
  } catch {
    return undefined;
  }
}
