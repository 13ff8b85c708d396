import { frameworkOf } from '../../containers/framework';
import { NotImplementedError } from '../../gateway/aws-error';

/** @throws NotImplementedError for an image that cannot run here */
export function checkImage(image: string): void {
  if (frameworkOf(image)) return;
  throw new NotImplementedError(
    `the container image ${image}; it runs AWS's scikit-learn images (<account>.dkr.ecr.<region>.amazonaws.com/sagemaker-scikit-learn:<tag>)`,
  );
}
