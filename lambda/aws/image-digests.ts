import { BatchGetImageCommand, type ECRClient } from '@aws-sdk/client-ecr';
import { parseContainerImage } from '../domain/records/container-image';

/** An image that its registry does not have. */
export class UnknownImageError extends Error {
  override readonly name = 'UnknownImage';
}

/** Digests of container images, from ECR, by the right that whoever pulls an image needs too. */
export class ImageDigests {
  constructor(private readonly client: ECRClient) {}

  /**
   * The digest of what an image's tag stands for now.
   *
   * @returns undefined if its registry does not let us see it, as those of other accounts may
   * @throws UnknownImageError
   */
  async find(image: string): Promise<string | undefined> {
    const { account, repository, tag = 'latest', digest } = parseContainerImage(image);
    if (digest) return digest;
    try {
      const { images = [], failures = [] } = await this.client.send(
        new BatchGetImageCommand({
          registryId: account,
          repositoryName: repository,
          imageIds: [{ imageTag: tag }],
          acceptedMediaTypes: MANIFESTS,
        }),
      );
      const found = images[0]?.imageId?.imageDigest;
      if (found) return found;
      throw new UnknownImageError(
        `there is no image ${image}: ${failures[0]?.failureReason ?? 'no reason given'}`,
      );
    } catch (error) {
      const { name, message } = error as Error;
      if (name === 'AccessDeniedException') return undefined;
      if (name === 'RepositoryNotFoundException')
        throw new UnknownImageError(`there is no image ${image}: ${message}`);
      throw error;
    }
  }
}

/** Of one platform and of several. */
const MANIFESTS = [
  'application/vnd.docker.distribution.manifest.v2+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.oci.image.index.v1+json',
];
