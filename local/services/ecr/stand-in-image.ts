import { createHash } from 'node:crypto';
import type { Image } from '@aws-sdk/client-ecr';
import { parseImageUri, STAND_INS, type StandIn, standInOf } from '../../containers/images';

const MANIFEST_TYPE = 'application/vnd.oci.image.manifest.v1+json';

/**
 * An image of AWS's for which the local cloud has a stand-in: what it is called, and the pinned libraries
 * that run in its place, make up its manifest. It has no layers, for nobody can pull it.
 *
 * @returns undefined for an image that does not run here
 */
export function standInImage(
  registryId: string,
  region: string,
  repositoryName: string,
  imageTag: string,
): Image | undefined {
  const uri = `${registryId}.dkr.ecr.${region}.amazonaws.com/${repositoryName}:${imageTag}`;
  const standIn = standInOf(uri);
  if (!standIn) return undefined;
  const { version, python, libraries, instead, besides } = standIn;
  const config = Buffer.from(JSON.stringify({ version, python, libraries, instead, besides }));
  const imageManifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: MANIFEST_TYPE,
    config: { digest: sha256(config), size: config.length },
    layers: [],
    annotations: { 'org.opencontainers.image.ref.name': uri },
  });
  return {
    registryId,
    repositoryName,
    imageId: { imageTag, imageDigest: sha256(imageManifest) },
    imageManifest,
    imageManifestMediaType: MANIFEST_TYPE,
  };
}

/**
 * What runs in the place of an image that is named by its tag or by its digest; undefined for one that cannot
 * run here.
 */
export function standInOfUri(imageUri: string): StandIn | undefined {
  const image = parseImageUri(imageUri);
  if (!image?.digest) return standInOf(imageUri);
  const { account, region, repository, digest } = image;
  return STAND_INS.filter(({ family }) => family.repository === repository).find(({ family, version }) =>
    family
      .tagsOf(version)
      .some((tag) => standInImage(account, region, repository, tag)?.imageId?.imageDigest === digest),
  );
}

function sha256(content: string | Buffer): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}
