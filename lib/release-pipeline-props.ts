import type { BasePipelineProps } from './base-pipeline-props';
import type { AdoptionProps } from './serving/adoption';

export interface ReleasePipelineProps extends BasePipelineProps {
  /**
   * An endpoint that exists already, and that this pipeline takes over as it serves, instead of creating one.
   * The first deploy registers its model as version 1.0.0, which is in production from then on; it changes
   * neither the endpoint's traffic nor its instances nor its config. `hosting` must say what the endpoint has.
   * Releases then go their ordinary way. When the stack is deleted, the endpoint stays as it serves.
   *
   * Leave it as it is for the life of the pipeline. Clients keep the endpoint's name.
   * @default - the first release creates an endpoint with the name of the pipeline
   */
  readonly adopt?: AdoptionProps;

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
