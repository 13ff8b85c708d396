import {
  BatchCheckLayerAvailabilityCommand,
  CompleteLayerUploadCommand,
  ECRClient,
  InitiateLayerUploadCommand,
  PutImageCommand,
  UploadLayerPartCommand,
} from '@aws-sdk/client-ecr';
import type { ImageManifest } from '../containers/built-image/image-config';
import { parseImageUri } from '../containers/images';
import { credentialsOfPassword } from '../services/ecr/registry-token';
import type { ImageCache } from './image-cache';

/**
 * Pushes an image by the operations of ECR that Docker's own protocol comes to, in the name of whoever
 * requested the token that was logged in with.
 *
 * @param endpoint of the local cloud
 * @throws Error if the tag is no image of ECR, without a login, or if ECR refuses a call
 */
export async function push(tag: string, images: ImageCache, endpoint: string): Promise<void> {
  const uri = parseImageUri(tag);
  if (!uri?.tag) throw new Error(`${tag} names no image of ECR by a tag`);
  const { region, repository: repositoryName } = uri;
  const credentials = credentialsOfPassword(await images.password(tag.slice(0, tag.indexOf('/'))));
  const ecr = new ECRClient({ endpoint, region, credentials });
  const imageManifest = await images.manifest(tag);
  const { config, layers } = JSON.parse(imageManifest) as ImageManifest;
  for (const { digest } of [config, ...layers])
    await upload(ecr, repositoryName, digest, await images.content(digest));
  await ecr
    .send(new PutImageCommand({ repositoryName, imageManifest, imageTag: uri.tag }))
    .catch((error: Error) => {
      // Somebody pushed the same meanwhile.
      if (error.name !== 'ImageAlreadyExistsException') throw error;
    });
}

async function upload(
  ecr: ECRClient,
  repositoryName: string,
  digest: string,
  content: Buffer,
): Promise<void> {
  const layerDigests = [digest];
  const { layers } = await ecr.send(new BatchCheckLayerAvailabilityCommand({ repositoryName, layerDigests }));
  if (layers?.[0]?.layerAvailability === 'AVAILABLE') return;
  const { uploadId, partSize = content.length } = await ecr.send(
    new InitiateLayerUploadCommand({ repositoryName }),
  );
  for (let first = 0; first < content.length; first += partSize) {
    const layerPartBlob = content.subarray(first, first + partSize);
    const partLastByte = first + layerPartBlob.length - 1;
    const part = { repositoryName, uploadId, partFirstByte: first, partLastByte, layerPartBlob };
    await ecr.send(new UploadLayerPartCommand(part));
  }
  await ecr.send(new CompleteLayerUploadCommand({ repositoryName, uploadId, layerDigests }));
}
