import { createPublicKey, verify } from 'node:crypto';
import { GetPublicKeyCommand, type KeySpec } from '@aws-sdk/client-kms';
import { UpdateModelPackageCommand } from '@aws-sdk/client-sagemaker';
import { LedgerStore } from '../../../lambda/aws/ledger-store';
import { pinnedIn, pinnedProperties } from '../../../lambda/domain/release/pinned-artifacts';
import { signedText } from '../../../lambda/domain/release/version-signature';
import { PIPELINE, PipelineFixture, registerPinned, SigningFixture } from '../pipeline-fixture';

const SIGNATURE = 'models/1.1.0/signature.json';

describe('the signature of a version', () => {
  let fixture: PipelineFixture;
  let signing: SigningFixture;

  beforeEach(async () => {
    fixture = new PipelineFixture();
    await fixture.start();
    signing = await SigningFixture.create(fixture);
    await registerPinned(fixture, '1.1.0');
  });
  afterEach(() => fixture.cloud.stop());

  const check = async (by = signing) => by.signatures.check(await fixture.registry.get('1.1.0'));

  /** Records a release of 1.1.0. */
  const recordRelease = async (signed: object = {}) =>
    new LedgerStore(fixture.store).append({
      time: '2026-11-20T09:00:00Z',
      kind: 'release',
      pipeline: PIPELINE,
      modelVersion: '1.1.0',
      reasons: [],
      execution: `arn:aws:states:us-east-1:000000000000:execution:release:${Object.keys(signed).length}`,
      ...signed,
    });

  test.each<KeySpec>(['ECC_NIST_P256', 'ECC_NIST_P384', 'RSA_4096'])(
    'is verified with a key of %s',
    async (spec) => {
      const other = await SigningFixture.create(fixture, spec);
      await other.sign('1.1.0');
      expect(await check(other)).toBe(true);
    },
  );

  test('can be verified without KMS, by the public key', async () => {
    await signing.sign('1.1.0');
    const { keyArn, algorithm, signature } = JSON.parse(await fixture.get(SIGNATURE)) as Record<
      string,
      string
    >;
    expect({ keyArn, algorithm }).toEqual({ keyArn: signing.keyArn, algorithm: 'ECDSA_SHA_256' });
    const { PublicKey } = await signing.kms.send(new GetPublicKeyCommand({ KeyId: signing.keyArn }));
    const key = createPublicKey({
      key: Buffer.from(PublicKey as Uint8Array),
      format: 'der',
      type: 'spki',
    });
    const { container, properties } = await fixture.registry.get('1.1.0');
    const artifacts = pinnedIn(properties);
    if (!artifacts) throw new Error('nothing is pinned');
    const text = signedText({ pipelineName: PIPELINE, modelVersion: '1.1.0', artifacts, container });
    expect(verify('sha256', Buffer.from(text), key, Buffer.from(signature as string, 'base64'))).toBe(true);
  });

  test('is not valid once somebody has replaced the archive and its checksum in the registry', async () => {
    await signing.sign('1.1.0');
    const { modelPackageArn, properties } = await fixture.registry.get('1.1.0');
    const model = await fixture.store.writePinned('models/1.1.0/model.tar.gz', 'attack');
    const artifacts = { ...pinnedIn(properties), model } as Parameters<typeof pinnedProperties>[0];
    await fixture.sagemaker.send(
      new UpdateModelPackageCommand({
        ModelPackageArn: modelPackageArn,
        CustomerMetadataProperties: pinnedProperties(artifacts),
      }),
    );
    await expect(check()).rejects.toMatchObject({
      name: 'SignatureNotValid',
      message: expect.stringMatching(
        /signature s3:.*\/models\/1\.1\.0\/signature\.json is not one of version 1\.1\.0 .*model-package\/churn\/1.*retrain/,
      ),
    });
  });

  test('is not valid for a package of other code that somebody registered in its place', async () => {
    await signing.sign('1.1.0');
    const { properties } = await fixture.registry.get('1.1.0');
    const artifacts = pinnedIn(properties) as Parameters<typeof pinnedProperties>[0];
    await fixture.register('1.1.0', 'Approved', pinnedProperties(artifacts), { PYTHONPATH: '/attack' });
    await expect(check()).rejects.toMatchObject({ name: 'SignatureNotValid' });
  });

  test('is not valid for the same version of another pipeline, whose key is the same', async () => {
    await signing.sign('1.1.0', 'churn-eu');
    await expect(check()).rejects.toMatchObject({ name: 'SignatureNotValid' });
  });

  test.each<KeySpec>(['ECC_NIST_P256', 'RSA_2048'])(
    'by another key (%s) is refused, and both are named',
    async (spec) => {
      const other = await SigningFixture.create(fixture, spec);
      await other.sign('1.1.0');
      await expect(check()).rejects.toMatchObject({
        name: 'SignatureNotValid',
        message: expect.stringMatching(
          new RegExp(`was signed with ${other.keyArn} .* signingKey is ${signing.keyArn}: retrain`),
        ),
      });
    },
  );

  test('must be there', async () => {
    await expect(check()).rejects.toMatchObject({
      name: 'VersionNotSigned',
      message: expect.stringMatching(
        /version 1\.1\.0 has no signature s3:.*: it was registered before the pipeline had a signingKey, and was never in production\. .* retrain,/,
      ),
    });
  });

  test('need not be there for a version that was in production without one', async () => {
    await recordRelease();
    expect(await check()).toBe(false);
  });

  test('cannot be taken away from a version that was released with it', async () => {
    await recordRelease({ signed: true });
    await expect(check()).rejects.toMatchObject({ name: 'VersionNotSigned' });
  });

  test('cannot be taken away from a version whose package names the key', async () => {
    await recordRelease();
    const { modelPackageArn } = await fixture.registry.get('1.1.0');
    await fixture.sagemaker.send(
      new UpdateModelPackageCommand({
        ModelPackageArn: modelPackageArn,
        CustomerMetadataProperties: { signingKey: signing.keyArn },
      }),
    );
    await expect(check()).rejects.toMatchObject({
      name: 'VersionNotSigned',
      message: expect.stringContaining(`although ${signing.keyArn} signed it: somebody deleted that object`),
    });
  });
});

test('what is signed is the same text whatever the order of its parts', () => {
  const object = { versionId: 'v', sha256: 's' };
  const identity = {
    pipelineName: 'churn',
    modelVersion: '1.0.0',
    artifacts: { model: { ...object, partBytes: undefined }, code: object, baseline: object },
    container: { image: 'i', modelDataUrl: 'u', environment: { A: '1', B: '2' } },
  };
  const reordered = {
    ...identity,
    artifacts: { baseline: object, code: { sha256: 's', versionId: 'v' }, model: object },
    container: { environment: { B: '2', A: '1' }, modelDataUrl: 'u', image: 'i' },
  };
  expect(signedText(reordered)).toBe(signedText(identity));
  const many = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`N${i}`, 'x'.repeat(1024)]));
  const long = signedText({ ...identity, container: { ...identity.container, environment: many } });
  expect(long.length).toBeLessThan(4096);
});
