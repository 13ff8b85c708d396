import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type {
  BatchGetImageResponse,
  GetDownloadUrlForLayerResponse,
  ImageIdentifier,
} from '@aws-sdk/client-ecr';
import { extract } from 'tar';
import type { ImageConfig, ImageManifest } from '../../../containers/built-image/image-config';
import { type ImageUri, parseImageUri } from '../../../containers/images';
import type { Principal } from '../../../gateway/principal';
import type { Cloud } from '../../../gateway/service';

/** The image's URI, if it is in the registry of this account, where images are that were pushed. */
export function ownImage(cloud: Pick<Cloud, 'account' | 'region'>, image: string): ImageUri | undefined {
  const uri = parseImageUri(image);
  return uri?.account === cloud.account && uri.region === cloud.region ? uri : undefined;
}

export function imageIdentifier({ tag, digest }: ImageUri): ImageIdentifier {
  return digest === undefined ? { imageTag: tag } : { imageDigest: digest };
}

/**
 * Pulls an image with the rights of the role that it runs with, as SageMaker does.
 *
 * @param root gets the image's files
 * @throws Error if it is not there, or the role may not pull it
 */
export async function pullImage(
  cloud: Cloud,
  uri: ImageUri,
  principal: Principal,
  root: string,
): Promise<ImageConfig> {
  const repositoryName = uri.repository;
  const call = <Output>(operation: string, input: object) =>
    cloud.call<Output>('ecr', operation, { repositoryName, ...input }, principal);
  const download = async (layerDigest: string): Promise<Buffer> => {
    const { downloadUrl } = await call<GetDownloadUrlForLayerResponse>('GetDownloadUrlForLayer', {
      layerDigest,
    });
    const response = await fetch(downloadUrl as string);
    if (!response.ok) throw new Error(`${uri.repository}@${layerDigest}: status ${response.status}`);
    return Buffer.from(await response.arrayBuffer());
  };
  await cloud.call('ecr', 'GetAuthorizationToken', {}, principal);
  const { images } = await call<BatchGetImageResponse>('BatchGetImage', { imageIds: [imageIdentifier(uri)] });
  const manifest = images?.[0]?.imageManifest;
  if (!manifest) throw new Error(`the repository ${repositoryName} has no image ${uri.tag ?? uri.digest}`);
  const { config, layers } = JSON.parse(manifest) as ImageManifest;
  for (const { digest } of layers) {
    const archive = join(root, '.layer.tar.gz');
    await writeFile(archive, await download(digest));
    await extract({ file: archive, cwd: root });
    await rm(archive);
  }
  return JSON.parse((await download(config.digest)).toString('utf8')) as ImageConfig;
}
