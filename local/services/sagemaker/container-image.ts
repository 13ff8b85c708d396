import { IMAGE_FAMILIES, type ImageFamily } from '../../containers/images';
import { NotImplementedError } from '../../gateway/aws-error';
import { standInOfUri } from '../ecr/stand-in-image';

/** @throws NotImplementedError for an image that cannot run here */
export function checkImage(image: string): void {
  if (standInOfUri(image)) return;
  throw new NotImplementedError(
    `the container image ${image}; it runs these images of AWS's: ${IMAGE_FAMILIES.map(described).join('; ')} (<account>.dkr.ecr.<region>.amazonaws.com/<repository>:<tag>)`,
  );
}

function described({ name, repository, tagsOf, versions }: ImageFamily): string {
  return `${name} (${versions.map(({ version }) => `${repository}:${tagsOf(version)[0]}`).join(', ')})`;
}
