import { IMAGE_FAMILIES, type ImageFamily } from '../../containers/images';
import { AwsError, NotImplementedError } from '../../gateway/aws-error';
import type { Cloud } from '../../gateway/service';
import type { EcrService } from '../ecr/ecr-service';
import { standInOfUri } from '../ecr/stand-in-image';
import { imageIdentifier, ownImage } from './hosting/pulled-image';

/** What an image is for. */
export type ImageUse = 'training' | 'serving' | 'processing';

/** @throws NotImplementedError for an image that cannot run here, or not for that */
export function checkImage(image: string, use: ImageUse): void {
  const family = standInOfUri(image)?.family;
  if (family && (use === 'processing' || family[use])) return;
  if (family) {
    throw new NotImplementedError(
      `${use} with the container image ${image}: ${family.name} images are not for ${use}`,
    );
  }
  throw new NotImplementedError(
    `the container image ${image}; it runs these images of AWS's: ${IMAGE_FAMILIES.map(described).join('; ')} (<account>.dkr.ecr.<region>.amazonaws.com/<repository>:<tag>), and serves by images of this account's ECR`,
  );
}

/**
 * @throws NotImplementedError for an image that cannot serve here
 * @throws AwsError ValidationException if no image of one's own is there by that name, as SageMaker words it
 */
export function checkServingImage(cloud: Cloud, image: string): void {
  const own = ownImage(cloud, image);
  if (!own) {
    checkImage(image, 'serving');
    return;
  }
  if (cloud.service<EcrService>('ecr').hasImage(own.repository, imageIdentifier(own))) return;
  throw new AwsError('ValidationException', `Requested image ${image} not found.`);
}

function described({ name, repository, tagsOf, versions }: ImageFamily): string {
  return `${name} (${versions.map(({ version }) => `${repository}:${tagsOf(version)[0]}`).join(', ')})`;
}
