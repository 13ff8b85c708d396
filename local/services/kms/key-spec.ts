import type { KeyUsageType, SigningAlgorithmSpec } from '@aws-sdk/client-kms';
import { AwsError } from '../../gateway/aws-error';

const ECDSA = {
  ECC_NIST_P256: { curve: 'prime256v1', algorithm: 'ECDSA_SHA_256' },
  ECC_NIST_P384: { curve: 'secp384r1', algorithm: 'ECDSA_SHA_384' },
  ECC_NIST_P521: { curve: 'secp521r1', algorithm: 'ECDSA_SHA_512' },
  ECC_SECG_P256K1: { curve: 'secp256k1', algorithm: 'ECDSA_SHA_256' },
} as const;

const RSA = { RSA_2048: 2048, RSA_3072: 3072, RSA_4096: 4096 } as const;

const RSA_ALGORITHMS = [
  'RSASSA_PKCS1_V1_5_SHA_256',
  'RSASSA_PKCS1_V1_5_SHA_384',
  'RSASSA_PKCS1_V1_5_SHA_512',
  'RSASSA_PSS_SHA_256',
  'RSASSA_PSS_SHA_384',
  'RSASSA_PSS_SHA_512',
] as const;

/** Pairs of keys for signatures that the local cloud has. */
export type SigningKeySpec = keyof typeof ECDSA | keyof typeof RSA;
/** Kinds of keys that the local cloud has. */
export type LocalKeySpec = 'SYMMETRIC_DEFAULT' | SigningKeySpec;

export const SIGNING_KEY_SPECS = [...Object.keys(ECDSA), ...Object.keys(RSA)] as SigningKeySpec[];
export const KEY_SPECS: readonly LocalKeySpec[] = ['SYMMETRIC_DEFAULT', ...SIGNING_KEY_SPECS];

export function isSigningKeySpec(spec: string): spec is SigningKeySpec {
  return (SIGNING_KEY_SPECS as string[]).includes(spec);
}

/** How `crypto.generateKeyPairSync` makes the pair. */
export function keyPairOptions(
  spec: SigningKeySpec,
): { readonly curve: string } | { readonly modulusLength: number } {
  return isEcdsa(spec) ? { curve: ECDSA[spec].curve } : { modulusLength: RSA[spec] };
}

/** @see https://docs.aws.amazon.com/kms/latest/developerguide/symm-asymm-choose-key-spec.html */
export function signingAlgorithms(spec: SigningKeySpec): SigningAlgorithmSpec[] {
  return isEcdsa(spec) ? [ECDSA[spec].algorithm] : [...RSA_ALGORITHMS];
}

/** What a key is for. Asymmetric keys for encryption are not implemented. */
export type StoredKeyUsage = Extract<KeyUsageType, 'ENCRYPT_DECRYPT' | 'SIGN_VERIFY'>;

/**
 * Refuses a kind of key that is not made for its use, as CreateKey does.
 *
 * @throws AwsError `ValidationException`
 * @see https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateKey.html
 */
export function checkKeyUsage(spec: LocalKeySpec, usage: KeyUsageType | undefined): void {
  if (usage === undefined && isSigningKeySpec(spec)) {
    throw new AwsError('ValidationException', 'You must specify a KeyUsage value for an asymmetric CMK.');
  }
  if (usage === undefined || usage === (isSigningKeySpec(spec) ? 'SIGN_VERIFY' : 'ENCRYPT_DECRYPT')) return;
  throw new AwsError('ValidationException', `KeyUsage ${usage} is not compatible with KeySpec ${spec}`);
}

function isEcdsa(spec: SigningKeySpec): spec is keyof typeof ECDSA {
  return spec in ECDSA;
}
