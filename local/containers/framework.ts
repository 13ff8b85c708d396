/** Frameworks whose images have a local counterpart. */
export type Framework = 'scikit-learn';

/**
 * The framework of an AWS image such as `683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-scikit-learn:1.2-1-cpu-py3`.
 * @returns undefined for an image without a local counterpart
 */
export function frameworkOf(imageUri: string): Framework | undefined {
  return SCIKIT_LEARN_IMAGE.test(imageUri) ? 'scikit-learn' : undefined;
}

const SCIKIT_LEARN_IMAGE =
  /^\d{12}\.dkr\.ecr\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?\/sagemaker-scikit-learn(?::[\w][\w.-]{0,127}|@sha256:[0-9a-f]{64})$/;
