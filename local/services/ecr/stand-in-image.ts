import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Image } from '@aws-sdk/client-ecr';
import { frameworkOf } from '../../containers/framework';
import { sourceFile } from '../../containers/package-root';

const MANIFEST_TYPE = 'application/vnd.oci.image.manifest.v1+json';

/**
 * An image of AWS's for which the local cloud has a stand-in: what it is called, and the pinned libraries that run in its place,
 * make up its manifest. It has no layers, for nobody can pull it.
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
  if (!frameworkOf(uri)) return undefined;
  const libraries = readFileSync(sourceFile('local', 'containers', 'requirements.txt'));
  const imageManifest = JSON.stringify({
    schemaVersion: 2,
    mediaType: MANIFEST_TYPE,
    config: { digest: sha256(libraries), size: libraries.length },
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

function sha256(content: string | Buffer): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}
