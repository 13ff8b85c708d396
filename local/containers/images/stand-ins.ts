import { HUGGING_FACE_INFERENCE } from './hugging-face';
import type { ImageFamily, StandIn } from './image-family';
import { parseImageUri } from './image-uri';
import { PYTORCH_INFERENCE, PYTORCH_TRAINING } from './pytorch';
import { SCIKIT_LEARN } from './scikit-learn';
import { TENSORFLOW_INFERENCE, TENSORFLOW_INFERENCE_2_19, TENSORFLOW_TRAINING } from './tensorflow';
import { TRITON } from './triton';
import { XGBOOST } from './xgboost';

export const IMAGE_FAMILIES: readonly ImageFamily[] = [
  SCIKIT_LEARN,
  XGBOOST,
  PYTORCH_TRAINING,
  PYTORCH_INFERENCE,
  HUGGING_FACE_INFERENCE,
  TENSORFLOW_TRAINING,
  TENSORFLOW_INFERENCE_2_19,
  TENSORFLOW_INFERENCE,
  TRITON,
];

export const STAND_INS: readonly StandIn[] = IMAGE_FAMILIES.flatMap((family) =>
  family.versions.map((version) => ({ ...version, family })),
);

/** The newest scikit-learn image. */
export const NEWEST_STAND_IN = STAND_INS.findLast(({ family }) => family === SCIKIT_LEARN) as StandIn;

/**
 * What runs in the place of an image such as
 * `683313688378.dkr.ecr.us-east-1.amazonaws.com/sagemaker-scikit-learn:1.9-0-cpu-py3`.
 *
 * @returns undefined for an image that cannot run here
 */
export function standInOf(imageUri: string): StandIn | undefined {
  const image = parseImageUri(imageUri);
  return STAND_INS.find(
    ({ family, version }) =>
      family.repository === image?.repository && family.tagsOf(version).includes(image.tag ?? ''),
  );
}
