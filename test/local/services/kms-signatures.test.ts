import { constants, createHash, createPublicKey, type KeyObject, verify } from 'node:crypto';
import {
  CreateKeyCommand,
  type CreateKeyCommandInput,
  DescribeKeyCommand,
  EnableKeyRotationCommand,
  EncryptCommand,
  GetPublicKeyCommand,
  type KeySpec,
  KMSClient,
  type MessageType,
  ScheduleKeyDeletionCommand,
  SignCommand,
  type SigningAlgorithmSpec,
  VerifyCommand,
} from '@aws-sdk/client-kms';
import { ServiceFixture } from './service-fixture';

const MESSAGE = Buffer.from('version 1.0.0');

/**
 * How `node:crypto` verifies what KMS signs:
 * https://docs.aws.amazon.com/kms/latest/developerguide/offline-operations.html
 */
function verifyOptions(algorithm: string, key: KeyObject) {
  if (!algorithm.startsWith('RSASSA_PSS_')) return key;
  return {
    key,
    padding: constants.RSA_PKCS1_PSS_PADDING,
    saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
  };
}

const hashOf = (algorithm: string) => `sha${algorithm.slice(-3)}`;

describe('keys for signatures', () => {
  let fixture: ServiceFixture;
  let kms: KMSClient;

  beforeEach(async () => {
    fixture = new ServiceFixture();
    await fixture.cloud.start();
    kms = new KMSClient(fixture.config());
  });
  afterEach(() => fixture.cloud.stop());

  const createKey = async (input: CreateKeyCommandInput) =>
    (await kms.send(new CreateKeyCommand(input))).KeyMetadata?.Arn as string;
  const signingKey = (KeySpec: KeySpec) => createKey({ KeySpec, KeyUsage: 'SIGN_VERIFY' });

  const sign = async (
    KeyId: string,
    SigningAlgorithm: SigningAlgorithmSpec,
    Message: Uint8Array = MESSAGE,
    MessageType?: MessageType,
  ) =>
    (await kms.send(new SignCommand({ KeyId, SigningAlgorithm, Message, MessageType })))
      .Signature as Uint8Array;

  const isValid = (
    KeyId: string,
    SigningAlgorithm: SigningAlgorithmSpec,
    Signature: Uint8Array,
    Message: Uint8Array = MESSAGE,
    MessageType?: MessageType,
  ) => kms.send(new VerifyCommand({ KeyId, SigningAlgorithm, Signature, Message, MessageType }));

  const publicKey = async (KeyId: string) => {
    const { PublicKey } = await kms.send(new GetPublicKeyCommand({ KeyId }));
    return createPublicKey({ key: Buffer.from(PublicKey as Uint8Array), format: 'der', type: 'spki' });
  };

  test.each<[KeySpec, SigningAlgorithmSpec]>([
    ['ECC_NIST_P256', 'ECDSA_SHA_256'],
    ['ECC_NIST_P384', 'ECDSA_SHA_384'],
    ['ECC_NIST_P521', 'ECDSA_SHA_512'],
    ['ECC_SECG_P256K1', 'ECDSA_SHA_256'],
    ['RSA_2048', 'RSASSA_PSS_SHA_256'],
    ['RSA_2048', 'RSASSA_PSS_SHA_512'],
    ['RSA_3072', 'RSASSA_PKCS1_V1_5_SHA_256'],
    ['RSA_2048', 'RSASSA_PKCS1_V1_5_SHA_384'],
  ])('%s signs with %s as others verify with the public key, and verifies it', async (spec, algorithm) => {
    const arn = await signingKey(spec);
    const key = await publicKey(arn);
    const digest = createHash(hashOf(algorithm)).update(MESSAGE).digest();
    for (const signature of [await sign(arn, algorithm), await sign(arn, algorithm, digest, 'DIGEST')]) {
      expect(verify(hashOf(algorithm), MESSAGE, verifyOptions(algorithm, key), signature)).toBe(true);
      expect(await isValid(arn, algorithm, signature)).toMatchObject({
        KeyId: arn,
        SignatureValid: true,
        SigningAlgorithm: algorithm,
      });
      expect(await isValid(arn, algorithm, signature, digest, 'DIGEST')).toMatchObject({
        SignatureValid: true,
      });
      await expect(isValid(arn, algorithm, signature, Buffer.from('version 1.0.1'))).rejects.toMatchObject({
        name: 'KMSInvalidSignatureException',
      });
    }
  });

  test.each<[KeySpec, SigningAlgorithmSpec]>([
    ['ECC_NIST_P256', 'ECDSA_SHA_256'],
    ['RSA_2048', 'RSASSA_PSS_SHA_256'],
    ['RSA_2048', 'RSASSA_PKCS1_V1_5_SHA_256'],
  ])(
    'a signature by %s (%s) that was changed, or is another key’s, is not valid',
    async (spec, algorithm) => {
      const arn = await signingKey(spec);
      const signature = await sign(arn, algorithm);
      const changed = Buffer.from(signature);
      changed[changed.length - 1] = (changed.at(-1) as number) ^ 1;
      for (const other of [
        changed,
        signature.subarray(1),
        Buffer.alloc(signature.length, 0xff),
        Buffer.from('no signature'),
        await sign(await signingKey(spec), algorithm),
      ]) {
        await expect(isValid(arn, algorithm, other)).rejects.toMatchObject({
          name: 'KMSInvalidSignatureException',
        });
      }
    },
  );

  test('a signature by RSA that begins with a zero is not valid without it', async () => {
    const arn = await signingKey('RSA_2048');
    let signature: Uint8Array;
    // One in 256 does.
    do signature = await sign(arn, 'RSASSA_PSS_SHA_256');
    while (signature[0] !== 0);
    expect(await isValid(arn, 'RSASSA_PSS_SHA_256', signature)).toMatchObject({ SignatureValid: true });
    await expect(isValid(arn, 'RSASSA_PSS_SHA_256', signature.subarray(1))).rejects.toMatchObject({
      name: 'KMSInvalidSignatureException',
    });
  });

  test('are described with their signing algorithms', async () => {
    const arn = await signingKey('ECC_NIST_P384');
    const { KeyMetadata } = await kms.send(new DescribeKeyCommand({ KeyId: arn }));
    expect(KeyMetadata).toMatchObject({
      KeySpec: 'ECC_NIST_P384',
      KeyUsage: 'SIGN_VERIFY',
      SigningAlgorithms: ['ECDSA_SHA_384'],
    });
    expect(KeyMetadata?.EncryptionAlgorithms).toBeUndefined();
    expect(await kms.send(new GetPublicKeyCommand({ KeyId: arn }))).toMatchObject({
      KeyId: arn,
      KeySpec: 'ECC_NIST_P384',
      KeyUsage: 'SIGN_VERIFY',
      SigningAlgorithms: ['ECDSA_SHA_384'],
    });
  });

  test('sign messages of 1 to 4,096 bytes, and digests of the length of their hash function', async () => {
    const arn = await signingKey('ECC_NIST_P256');
    await sign(arn, 'ECDSA_SHA_256', Buffer.alloc(4_096));
    for (const refused of [
      sign(arn, 'ECDSA_SHA_256', Buffer.alloc(4_097)),
      sign(arn, 'ECDSA_SHA_256', Buffer.alloc(31), 'DIGEST'),
    ]) {
      await expect(refused).rejects.toMatchObject({ name: 'ValidationException' });
    }
    await expect(sign(arn, 'ECDSA_SHA_256', Buffer.alloc(48), 'DIGEST')).rejects.toThrow(
      'Digest is invalid length for algorithm ECDSA_SHA_256.',
    );
  });

  test('are used for nothing else, and others not for signatures', async () => {
    const [pair, symmetric] = [await signingKey('ECC_NIST_P256'), await createKey({})];
    for (const refused of [
      sign(symmetric, 'ECDSA_SHA_256'),
      sign(pair, 'RSASSA_PSS_SHA_256'),
      isValid(pair, 'ECDSA_SHA_384', Buffer.alloc(70)),
      kms.send(new EncryptCommand({ KeyId: pair, Plaintext: MESSAGE })),
    ]) {
      await expect(refused).rejects.toMatchObject({ name: 'InvalidKeyUsageException' });
    }
    for (const refused of [
      kms.send(new GetPublicKeyCommand({ KeyId: symmetric })),
      kms.send(new EnableKeyRotationCommand({ KeyId: pair })),
    ]) {
      await expect(refused).rejects.toMatchObject({ name: 'UnsupportedOperationException' });
    }
  });

  test('are made for signatures by name only', async () => {
    await expect(createKey({ KeySpec: 'ECC_NIST_P256' })).rejects.toThrow(
      'You must specify a KeyUsage value',
    );
    await expect(createKey({ KeySpec: 'RSA_2048', KeyUsage: 'ENCRYPT_DECRYPT' })).rejects.toThrow(
      'KeyUsage ENCRYPT_DECRYPT is not compatible with KeySpec RSA_2048',
    );
    await expect(createKey({ KeyUsage: 'SIGN_VERIFY' })).rejects.toThrow(
      'KeyUsage SIGN_VERIFY is not compatible with KeySpec SYMMETRIC_DEFAULT',
    );
  });

  test('sign nothing while their deletion is pending', async () => {
    const arn = await signingKey('ECC_NIST_P256');
    await kms.send(new ScheduleKeyDeletionCommand({ KeyId: arn }));
    await expect(sign(arn, 'ECDSA_SHA_256')).rejects.toMatchObject({ name: 'KMSInvalidStateException' });
  });

  test('are used by whom policies allow that operation, with that algorithm', async () => {
    const arn = await signingKey('RSA_2048');
    const allowing = async (name: string, statement: object) =>
      new KMSClient(await fixture.roleConfig(name, [{ Effect: 'Allow', Resource: arn, ...statement }]));
    const verifier = await allowing('verifier', { Action: 'kms:Verify' });
    const signer = await allowing('signer', {
      Action: 'kms:Sign',
      Condition: { StringEquals: { 'kms:SigningAlgorithm': 'RSASSA_PSS_SHA_256' } },
    });
    const request = { KeyId: arn, Message: MESSAGE };
    const { Signature } = await signer.send(
      new SignCommand({ ...request, SigningAlgorithm: 'RSASSA_PSS_SHA_256' }),
    );
    const signed = { ...request, Signature, SigningAlgorithm: 'RSASSA_PSS_SHA_256' } as const;
    expect(await verifier.send(new VerifyCommand(signed))).toMatchObject({ SignatureValid: true });
    for (const refused of [
      verifier.send(new SignCommand({ ...request, SigningAlgorithm: 'RSASSA_PSS_SHA_256' })),
      signer.send(new VerifyCommand(signed)),
      signer.send(new SignCommand({ ...request, SigningAlgorithm: 'RSASSA_PSS_SHA_512' })),
    ]) {
      await expect(refused).rejects.toMatchObject({ name: 'AccessDeniedException' });
    }
  });
});
