import type { BasePipelineProps } from './base-pipeline-props';

export interface ReleasePipelineProps extends BasePipelineProps {
  /**
   * Folder with the scripts that serve a version whose archive has none below `code/`. A container fetches
   * them when it starts, and needs no packages but the image's: versions with packages of their own have both
   * in their archive. Each version keeps the scripts that it was imported with.
   * @default - each archive has its own scripts
   */
  readonly source?: string;

  /**
   * The script that loads the model and answers requests.
   * @default 'inference.py'
   */
  readonly inferenceScript?: string;
}
