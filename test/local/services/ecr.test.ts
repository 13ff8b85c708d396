import { createHash } from 'node:crypto';
import {
  BatchCheckLayerAvailabilityCommand,
  BatchGetImageCommand,
  CompleteLayerUploadCommand,
  CreateRepositoryCommand,
  DeleteRepositoryCommand,
  DescribeImagesCommand,
  ECRClient,
  GetAuthorizationTokenCommand,
  GetDownloadUrlForLayerCommand,
  InitiateLayerUploadCommand,
  PutImageCommand,
  UploadLayerPartCommand,
} from '@aws-sdk/client-ecr';
import { credentialsOfPassword } from '../../../local/services/ecr/registry-token';
import { ServiceFixture } from './service-fixture';

const MANIFEST_TYPE = 'application/vnd.oci.image.manifest.v1+json';
const repositoryName = 'team/churn';
const ARN = `arn:aws:ecr:us-east-1:000000000000:repository/${repositoryName}`;

describe('ECR', () => {
  const fixture = new ServiceFixture();
  let ecr: ECRClient;
  beforeAll(() => fixture.cloud.start());
  afterAll(() => fixture.cloud.stop());
  beforeEach(async () => {
    ecr = new ECRClient(fixture.config());
    await ecr.send(new DeleteRepositoryCommand({ repositoryName, force: true })).catch(() => undefined);
    await ecr.send(new CreateRepositoryCommand({ repositoryName, imageTagMutability: 'IMMUTABLE' }));
  });

  async function uploadLayer(text: string, client = ecr): Promise<string> {
    const layer = Buffer.from(text);
    const { uploadId } = await client.send(new InitiateLayerUploadCommand({ repositoryName }));
    const half = Math.ceil(layer.length / 2);
    for (const [first, part] of [
      [0, layer.subarray(0, half)] as const,
      [half, layer.subarray(half)] as const,
    ]) {
      await client.send(
        new UploadLayerPartCommand({
          repositoryName,
          uploadId,
          partFirstByte: first,
          partLastByte: first + part.length - 1,
          layerPartBlob: part,
        }),
      );
    }
    const layerDigests = [sha256(text)];
    const completed = await client.send(
      new CompleteLayerUploadCommand({ repositoryName, uploadId, layerDigests }),
    );
    return completed.layerDigest as string;
  }

  async function push(tag: string, content = 'layer', client = ecr): Promise<string> {
    const manifest = JSON.stringify({
      schemaVersion: 2,
      mediaType: MANIFEST_TYPE,
      config: { mediaType: 'config', digest: await uploadLayer('{}', client), size: 2 },
      layers: [{ mediaType: 'layer', digest: await uploadLayer(content, client), size: content.length }],
    });
    const { image } = await client.send(
      new PutImageCommand({ repositoryName, imageManifest: manifest, imageTag: tag }),
    );
    expect(image?.imageId).toEqual({ imageDigest: sha256(manifest), imageTag: tag });
    return manifest;
  }

  test('keeps an image that was pushed, by tag and by digest, and gives its layers', async () => {
    const manifest = await push('1');
    for (const imageId of [{ imageTag: '1' }, { imageDigest: sha256(manifest) }]) {
      const { images } = await ecr.send(new BatchGetImageCommand({ repositoryName, imageIds: [imageId] }));
      expect(images).toMatchObject([
        {
          imageManifest: manifest,
          imageManifestMediaType: MANIFEST_TYPE,
          imageId: { imageDigest: sha256(manifest) },
        },
      ]);
    }
    const { imageDetails } = await ecr.send(
      new DescribeImagesCommand({ repositoryName, imageIds: [{ imageTag: '1' }] }),
    );
    expect(imageDetails).toMatchObject([
      { imageDigest: sha256(manifest), imageTags: ['1'], imageSizeInBytes: 7 },
    ]);
    const { downloadUrl } = await ecr.send(
      new GetDownloadUrlForLayerCommand({ repositoryName, layerDigest: sha256('layer') }),
    );
    expect(await (await fetch(downloadUrl as string)).text()).toBe('layer');
    expect((await fetch((downloadUrl as string).replace(/signature=.*/, 'signature=guessed'))).status).toBe(
      403,
    );
  });

  test('knows which layers a repository has', async () => {
    await uploadLayer('here');
    const { layers } = await ecr.send(
      new BatchCheckLayerAvailabilityCommand({
        repositoryName,
        layerDigests: [sha256('here'), sha256('not here')],
      }),
    );
    expect(layers).toEqual([
      { layerDigest: sha256('here'), layerAvailability: 'AVAILABLE', layerSize: 4 },
      { layerDigest: sha256('not here'), layerAvailability: 'UNAVAILABLE' },
    ]);
  });

  test('refuses a layer whose bytes are not those of its digest', async () => {
    const { uploadId } = await ecr.send(new InitiateLayerUploadCommand({ repositoryName }));
    const part = { repositoryName, uploadId, layerPartBlob: Buffer.from('abc') };
    await expect(
      ecr.send(new UploadLayerPartCommand({ ...part, partFirstByte: 3, partLastByte: 5 })),
    ).rejects.toMatchObject({ name: 'InvalidLayerPartException' });
    await ecr.send(new UploadLayerPartCommand({ ...part, partFirstByte: 0, partLastByte: 2 }));
    const layerDigests = [sha256('another')];
    await expect(
      ecr.send(new CompleteLayerUploadCommand({ repositoryName, uploadId, layerDigests })),
    ).rejects.toMatchObject({ name: 'InvalidLayerException' });
  });

  test('refuses an image whose layers are not there', async () => {
    const imageManifest = JSON.stringify({
      mediaType: MANIFEST_TYPE,
      config: { digest: sha256('missing'), size: 1 },
    });
    await expect(
      ecr.send(new PutImageCommand({ repositoryName, imageManifest, imageTag: '1' })),
    ).rejects.toMatchObject({ name: 'LayersNotFoundException' });
  });

  test('keeps what an immutable tag stands for', async () => {
    await push('1');
    await expect(push('1')).rejects.toMatchObject({ name: 'ImageAlreadyExistsException' });
    await expect(push('1', 'another layer')).rejects.toMatchObject({
      name: 'ImageTagAlreadyExistsException',
      message: expect.stringContaining("image tag '1' already exists"),
    });
  });

  test('deletes a repository with images by force only', async () => {
    await push('1');
    await expect(ecr.send(new DeleteRepositoryCommand({ repositoryName }))).rejects.toMatchObject({
      name: 'RepositoryNotEmptyException',
    });
    await ecr.send(new DeleteRepositoryCommand({ repositoryName, force: true }));
    await ecr.send(new CreateRepositoryCommand({ repositoryName }));
    expect(await ecr.send(new DescribeImagesCommand({ repositoryName }))).toMatchObject({ imageDetails: [] });
    await expect(
      ecr.send(new DescribeImagesCommand({ repositoryName, imageIds: [{ imageTag: '1' }] })),
    ).rejects.toMatchObject({ name: 'ImageNotFoundException' });
  });

  test('lets the holder of a token do what the one who requested it may do', async () => {
    const token = { Effect: 'Allow', Action: 'ecr:GetAuthorizationToken', Resource: '*' };
    const upload = {
      Effect: 'Allow',
      Action: ['ecr:InitiateLayerUpload', 'ecr:UploadLayerPart', 'ecr:CompleteLayerUpload'],
      Resource: ARN,
    };
    const uploader = await fixture.roleConfig('uploader', [token, upload]);
    const { authorizationData } = await new ECRClient(uploader).send(new GetAuthorizationTokenCommand({}));
    const { authorizationToken = '', proxyEndpoint } = authorizationData?.[0] ?? {};
    expect(proxyEndpoint).toBe('https://000000000000.dkr.ecr.us-east-1.amazonaws.com');
    const [user, password] = Buffer.from(authorizationToken, 'base64').toString().split(':');
    expect(user).toBe('AWS');
    const holder = new ECRClient(fixture.config(credentialsOfPassword(password as string)));
    expect(await uploadLayer('layer', holder)).toBe(sha256('layer'));
    await expect(push('1', 'layer', holder)).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining('ecr:PutImage'),
    });
  });
});

function sha256(text: string): string {
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}
