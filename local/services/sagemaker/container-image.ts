import { IMAGE_FAMILIES, type ImageFamily } from '../../containers/images';
import { NotImplementedError } from '../../gateway/aws-error';
import { standInOfUri } from '../ecr/stand-in-image';

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
    `the container image ${image}; it runs these images of AWS's: ${IMAGE_FAMILIES.map(described).join('; ')} (<account>.dkr.ecr.<region>.amazonaws.com/<repository>:<tag>)`,
  );
}

function described({ name, repository, tagsOf, versions }: ImageFamily): string {
  return `${name} (${versions.map(({ version }) => `${repository}:${tagsOf(version)[0]}`).join(', ')})`;
}
