import { STAND_INS } from '../../containers/scikit-learn-images';
import { NotImplementedError } from '../../gateway/aws-error';
import { standInOfUri } from '../ecr/stand-in-image';

/** @throws NotImplementedError for an image that cannot run here */
export function checkImage(image: string): void {
  if (standInOfUri(image)) return;
  const versions = STAND_INS.map(({ version }) => version).join(', ');
  throw new NotImplementedError(
    `the container image ${image}; it runs AWS's scikit-learn images ${versions} (<account>.dkr.ecr.<region>.amazonaws.com/sagemaker-scikit-learn:<version>-cpu-py3)`,
  );
}
