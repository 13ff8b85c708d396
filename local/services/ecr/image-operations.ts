import { createHash } from 'node:crypto';
import type * as sdk from '@aws-sdk/client-ecr';
import { AwsError } from '../../gateway/aws-error';
import type { Cloud, Operations } from '../../gateway/service';
import type { LayerStore } from './layer-store';
import type { Repositories, Repository } from './repositories';
import { standInImage } from './stand-in-image';

/** An image that was pushed. */
interface PushedImage {
  readonly repository: string;
  readonly digest: string;
  readonly tags: readonly string[];
  readonly manifest: string;
  readonly mediaType: string;
  readonly bytes: number;
  readonly pushed: Date;
}

/** The parts of a manifest that name content. */
interface Manifest {
  readonly mediaType?: string;
  readonly config?: Descriptor;
  readonly layers?: readonly Descriptor[];
}

interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
}

/**
 * Images: those that were pushed to the account's repositories, and AWS's for which the local cloud has a
 * stand-in. Errors are worded as moto has recorded them of AWS (`moto/ecr/exceptions.py`).
 */
export class ImageOperations {
  private readonly pushed: Map<string, PushedImage>;

  constructor(
    private readonly cloud: Cloud,
    private readonly repositories: Repositories,
    private readonly layers: LayerStore,
  ) {
    this.pushed = cloud.table('ecr/images');
  }

  readonly operations: Operations<typeof sdk> = {
    PutImage: async (input) => {
      const repository = this.repositories.find(input.repositoryName);
      const image = await this.imageOf(repository, input);
      const { digest } = image;
      const tag = input.imageTag;
      const tagged = tag === undefined ? undefined : this.find(repository.name, { imageTag: tag });
      const same = this.find(repository.name, { imageDigest: digest });
      if (same && (tag === undefined || tagged?.digest === digest)) {
        throw new AwsError(
          'ImageAlreadyExistsException',
          `Image with digest '${digest}' and tag '${tag}' already exists in the repository with name '${repository.name}' in registry with id '${this.cloud.account}'`,
        );
      }
      if (tagged && repository.tagMutability === 'IMMUTABLE') {
        throw new AwsError(
          'ImageTagAlreadyExistsException',
          `The image tag '${tag}' already exists in the '${repository.name}' repository and cannot be overwritten because the repository is immutable.`,
        );
      }
      if (tagged) this.put({ ...tagged, tags: tagged.tags.filter((other) => other !== tag) });
      this.put({ ...image, tags: [...(same?.tags ?? []), ...(tag === undefined ? [] : [tag])] });
      return { image: this.described(image, { imageDigest: digest, imageTag: tag }) };
    },

    DescribeImages: (input) => {
      const { name } = this.repositories.find(input.repositoryName);
      const found = input.imageIds?.map((imageId) => {
        const image = this.find(name, imageId);
        if (image) return image;
        throw new AwsError(
          'ImageNotFoundException',
          `The image with imageId {imageDigest:'${imageId.imageDigest ?? 'null'}', imageTag:'${imageId.imageTag ?? 'null'}'} does not exist within the repository with name '${name}' in the registry with id '${this.cloud.account}'`,
        );
      });
      return {
        imageDetails: (found ?? this.imagesOf(name)).map((image) => ({
          registryId: this.cloud.account,
          repositoryName: name,
          imageDigest: image.digest,
          ...(image.tags.length > 0 && { imageTags: [...image.tags] }),
          imageSizeInBytes: image.bytes,
          imagePushedAt: image.pushed,
          imageManifestMediaType: image.mediaType,
        })),
      };
    },

    BatchGetImage: (input) => {
      const { registryId = this.cloud.account, repositoryName = '' } = input;
      const isOwn = registryId === this.cloud.account;
      if (isOwn) this.repositories.find(repositoryName);
      const found = (input.imageIds ?? []).map((imageId) => {
        if (!isOwn) {
          const tag = imageId.imageTag ?? '';
          return { imageId, image: standInImage(registryId, this.cloud.region, repositoryName, tag) };
        }
        const image = this.find(repositoryName, imageId);
        return {
          imageId,
          image: image && this.described(image, { ...imageId, imageDigest: image.digest }),
        };
      });
      return {
        images: found.flatMap(({ image }) => image ?? []),
        failures: found
          .filter(({ image }) => !image)
          .map(({ imageId }) => ({
            imageId,
            failureCode: 'ImageNotFound' as const,
            failureReason: 'Requested image not found',
          })),
      };
    },
  };

  imagesOf(repository: string): PushedImage[] {
    return [...this.pushed.values()].filter((image) => image.repository === repository);
  }

  deleteAll(repository: string): void {
    for (const image of this.imagesOf(repository)) this.pushed.delete(keyOf(image));
  }

  /** Undefined if the repository has no such image. */
  find(repository: string, { imageDigest, imageTag }: sdk.ImageIdentifier): PushedImage | undefined {
    return this.imagesOf(repository).find(
      ({ digest, tags }) =>
        (imageDigest === undefined || digest === imageDigest) &&
        (imageTag === undefined || tags.includes(imageTag)),
    );
  }

  private put(image: PushedImage): void {
    this.pushed.set(keyOf(image), image);
  }

  /** @throws AwsError if the manifest cannot be read, or names what was not uploaded */
  private async imageOf(repository: Repository, input: sdk.PutImageCommandInput): Promise<PushedImage> {
    const text = input.imageManifest as string;
    const manifest = parsed(text);
    const mediaType = input.imageManifestMediaType ?? manifest.mediaType;
    if (!mediaType || !manifest.config) {
      throw new AwsError(
        'InvalidParameterException',
        "Invalid parameter at 'imageManifest' failed to satisfy constraint: 'Invalid JSON syntax'",
      );
    }
    const parts = [manifest.config, ...(manifest.layers ?? [])];
    for (const { digest } of parts) {
      if ((await this.layers.size(repository.name, digest)) !== undefined) continue;
      throw new AwsError(
        'LayersNotFoundException',
        `The layer with digest '${digest}' does not exist within the repository with name '${repository.name}' in the registry with id '${this.cloud.account}'`,
      );
    }
    return {
      repository: repository.name,
      digest: `sha256:${createHash('sha256').update(text).digest('hex')}`,
      tags: [],
      manifest: text,
      mediaType,
      bytes: parts.reduce((sum, { size }) => sum + size, 0),
      pushed: this.cloud.clock.date(),
    };
  }

  private described(image: PushedImage, imageId: sdk.ImageIdentifier): sdk.Image {
    return {
      registryId: this.cloud.account,
      repositoryName: image.repository,
      imageId,
      imageManifest: image.manifest,
      imageManifestMediaType: image.mediaType,
    };
  }
}

function keyOf({ repository, digest }: PushedImage): string {
  return `${repository}@${digest}`;
}

function parsed(manifest: string): Manifest {
  try {
    return JSON.parse(manifest) as Manifest;
  } catch {
    return {};
  }
}
