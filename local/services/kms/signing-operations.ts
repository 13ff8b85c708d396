import { createHash, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import type * as sdk from '@aws-sdk/client-kms';
import { AwsError } from '../../gateway/aws-error';
import type { Operations } from '../../gateway/service';
import { hasSigned, signDigest } from './ecdsa';
import { checkState, checkUsage, type StoredKey } from './key';
import { keyPairOptions, type SigningKeySpec, signingAlgorithms } from './key-spec';
import type { KeyStore } from './key-store';
import { type Hash, hasSignedPkcs1, hasSignedPss, signDigestPkcs1, signDigestPss } from './rsa-signature';

/** A pair of keys, to sign and to verify a digest with. */
interface Signing {
  readonly key: StoredKey;
  readonly spec: SigningKeySpec;
  readonly privateKey: KeyObject;
  readonly algorithm: sdk.SigningAlgorithmSpec;
  readonly hash: Hash;
  readonly digest: Uint8Array;
}

/** Operations of asymmetric keys. */
export function signingOperations(store: KeyStore) {
  const signing = (input: sdk.SignRequest, operation: string): Signing => {
    const key = store.find(input.KeyId as string);
    checkState(key, 'use');
    const spec = checkUsage(key, 'SIGN_VERIFY', operation).pairSpec as SigningKeySpec;
    const algorithm = input.SigningAlgorithm as sdk.SigningAlgorithmSpec;
    if (!signingAlgorithms(spec).includes(algorithm)) {
      throw new AwsError(
        'InvalidKeyUsageException',
        `Algorithm ${algorithm} is incompatible with key spec ${spec}.`,
      );
    }
    const hash = `sha${algorithm.slice(-3)}` as Hash;
    const digest = digestOf(input, hash);
    return { key, spec, algorithm, hash, digest, privateKey: privateKeyOf(key) };
  };

  const operations = {
    Sign: (input) => {
      const request = signing(input, 'Sign');
      return { KeyId: request.key.arn, Signature: sign(request), SigningAlgorithm: request.algorithm };
    },

    Verify: (input) => {
      const request = signing(input, 'Verify');
      // The service model has no text of it.
      if (!isSignedBy(request, input.Signature as Uint8Array))
        throw new AwsError('KMSInvalidSignatureException', '');
      return { KeyId: request.key.arn, SignatureValid: true, SigningAlgorithm: request.algorithm };
    },

    GetPublicKey: (input) => {
      const key = store.find(input.KeyId as string);
      checkState(key, 'use');
      const spec = key.pairSpec;
      if (!spec) throw new AwsError('UnsupportedOperationException', `${key.arn} is a symmetric key`);
      return {
        KeyId: key.arn,
        PublicKey: createPublicKey(privateKeyOf(key)).export({ format: 'der', type: 'spki' }),
        CustomerMasterKeySpec: spec,
        KeySpec: spec,
        KeyUsage: 'SIGN_VERIFY',
        SigningAlgorithms: signingAlgorithms(spec),
      };
    },
  } satisfies Operations<typeof sdk>;
  return operations;
}

/** @throws AwsError `ValidationException` if it is none of that hash function's */
function digestOf({ Message, MessageType, SigningAlgorithm }: sdk.SignRequest, hash: Hash): Uint8Array {
  const message = Message as Uint8Array;
  const digest = createHash(hash);
  if (MessageType !== 'DIGEST') return digest.update(message).digest();
  if (message.length === digest.digest().length) return message;
  throw new AwsError('ValidationException', `Digest is invalid length for algorithm ${SigningAlgorithm}.`);
}

function sign({ spec, privateKey, algorithm, hash, digest }: Signing): Buffer {
  const options = keyPairOptions(spec);
  if ('curve' in options) return signDigest(options.curve, privateKey, digest);
  return isPss(algorithm)
    ? signDigestPss(privateKey, hash, digest)
    : signDigestPkcs1(privateKey, hash, digest);
}

function isSignedBy({ spec, privateKey, algorithm, hash, digest }: Signing, signature: Uint8Array): boolean {
  const options = keyPairOptions(spec);
  if ('curve' in options) return hasSigned(options.curve, privateKey, digest, signature);
  return isPss(algorithm)
    ? hasSignedPss(privateKey, hash, digest, signature)
    : hasSignedPkcs1(privateKey, hash, digest, signature);
}

function isPss(algorithm: sdk.SigningAlgorithmSpec): boolean {
  return algorithm.startsWith('RSASSA_PSS_');
}

function privateKeyOf({ material }: StoredKey): KeyObject {
  return createPrivateKey({ key: Buffer.from(material), format: 'der', type: 'pkcs8' });
}
