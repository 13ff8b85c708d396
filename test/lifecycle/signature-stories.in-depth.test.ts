import { createPublicKey, verify } from 'node:crypto';
import { GetPublicKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { DeleteBucketPolicyCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { DeleteModelCommand, UpdateModelPackageCommand } from '@aws-sdk/client-sagemaker';
import { Stack } from 'aws-cdk-lib';
import { Key, KeySpec, KeyUsage } from 'aws-cdk-lib/aws-kms';
import { ArtifactStore } from '../../lambda/aws/store';
import { pinnedIn, pinnedProperties } from '../../lambda/domain/release/pinned-artifacts';
import { signedText, type VersionIdentity } from '../../lambda/domain/release/version-signature';
import { BETTER, customersStack, PIPELINE } from './customers-stack';
import { DeployedPipeline } from './deployed-pipeline';

jest.setTimeout(480_000);

describe('versions are signed by a KMS key that a pipeline in production gets', () => {
  const pipeline = new DeployedPipeline();

  beforeAll(async () => {
    await pipeline.startWithVersion();
    const deployed = await pipeline.cdk.deploy((app) => {
      const keys = new Stack(app, 'Keys', { env: { account: '000000000000', region: 'us-east-1' } });
      const signingKey = new Key(keys, 'Signing', {
        keySpec: KeySpec.ECC_NIST_P256,
        keyUsage: KeyUsage.SIGN_VERIFY,
      });
      customersStack({ signingKey })(app);
    });
    expect(deployed).toMatchObject({ code: 0 });
  });
  afterAll(() => pipeline.stop());

  const signature = async (modelVersion: string) =>
    JSON.parse(await pipeline.read(`models/${modelVersion}/signature.json`)) as Record<string, string>;

  const artifactsOf = async (modelVersion: string) => {
    const { CustomerMetadataProperties = {} } = await pipeline.modelPackage(modelVersion);
    const artifacts = pinnedIn(CustomerMetadataProperties);
    if (!artifacts) throw new Error(`version ${modelVersion} has no recorded artifacts`);
    return artifacts;
  };

  test('the next version is released with its signature, beside a champion without one', async () => {
    expect(await pipeline.retrain(BETTER)).toMatchObject({ output: { outcome: 'promoted' } });
    await pipeline.expectServing('2.0.0');
    expect((await pipeline.ledger()).at(-1)).toMatchObject({
      kind: 'release',
      modelVersion: '2.0.0',
      signed: true,
    });
    const signed = await signature('2.0.0');
    const { PublicKey } = await new KMSClient(pipeline.config()).send(
      new GetPublicKeyCommand({ KeyId: signed.keyArn }),
    );
    const key = createPublicKey({ key: Buffer.from(PublicKey as Uint8Array), format: 'der', type: 'spki' });
    const { InferenceSpecification } = await pipeline.modelPackage('2.0.0');
    const [container] = InferenceSpecification?.Containers ?? [];
    const text = signedText({
      pipelineName: PIPELINE,
      modelVersion: '2.0.0',
      artifacts: await artifactsOf('2.0.0'),
      container: {
        image: container?.Image,
        modelDataUrl: container?.ModelDataUrl,
        environment: container?.Environment,
      } as VersionIdentity['container'],
    });
    const bytes = Buffer.from(signed.signature as string, 'base64');
    expect(verify('sha256', Buffer.from(text), key, bytes)).toBe(true);
  });

  test('its model, which somebody deleted, is made again as it was signed', async () => {
    const ModelName = (await pipeline.routing()).production?.modelName;
    await pipeline.sagemaker.send(new DeleteModelCommand({ ModelName }));
    expect(await pipeline.invoke(pipeline.resources.repairFunction, {})).toMatchObject({
      done: [`recreated the model ${ModelName} of version 2.0.0`],
    });
    await pipeline.expectServing('2.0.0');
  });

  test('a person goes back to the version that was in production before there was a key', async () => {
    const { executionArn } = (await pipeline.invoke(pipeline.resources.rollbackFunction, {})) as {
      executionArn: string;
    };
    expect(await pipeline.follow(executionArn)).toMatchObject({ output: { outcome: 'released' } });
    await pipeline.expectServing('1.0.0');
    expect((await pipeline.ledger()).at(-1)).not.toHaveProperty('signed');
    await pipeline.newAlerts();
  });

  test('one that somebody replaced, together with all that describes it, is refused', async () => {
    const { bucket: Bucket } = pipeline.resources;
    await pipeline.s3.send(new DeleteBucketPolicyCommand({ Bucket }));
    const store = new ArtifactStore(pipeline.s3, Bucket);
    const model = await store.writePinned('models/2.0.0/model.tar.gz', 'attack');
    const artifacts = { ...(await artifactsOf('2.0.0')), model };
    await pipeline.s3.send(
      new PutObjectCommand({ Bucket, Key: 'models/2.0.0/artifacts.json', Body: JSON.stringify(artifacts) }),
    );
    const { ModelPackageArn } = await pipeline.modelPackage('2.0.0');
    await pipeline.sagemaker.send(
      new UpdateModelPackageCommand({
        ModelPackageArn,
        CustomerMetadataProperties: pinnedProperties(artifacts),
      }),
    );
    const refused = /signature\.json is not one of version 2\.0\.0 as the registry describes it/;
    expect(await pipeline.release('2.0.0')).toMatchObject({
      error: 'SignatureNotValid',
      cause: expect.stringMatching(refused),
    });
    const [alert, ...others] = await pipeline.newAlerts();
    expect(alert?.text).toMatch(refused);
    expect(others).toEqual([]);
    await pipeline.expectServing('1.0.0');
  });
});
