import type { BasePipelineProps } from './base-pipeline-props';
import type { ModelImage } from './serving/model-image';

export interface ReleasePipelineProps extends BasePipelineProps {
  /**
   * Image that serves versions.
   * @default ModelImage.scikitLearn()
   */
  readonly image?: ModelImage;

  /**
   * Script in the folder `code/` of each archive that loads the model and answers requests.
   * @default 'inference.py'
   */
  readonly inferenceScript?: string;
}
