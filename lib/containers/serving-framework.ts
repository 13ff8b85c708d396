import type { RequiredFile } from '../../contracts/functions/registering';
import type { ContainerImage } from './container-image';

/** What a framework needs to serve a model. */
export interface ServingFramework {
  /** As messages name its container. */
  readonly name: string;
  readonly image: ContainerImage;
  readonly script: InferenceScriptUse;
  /** The name that the inference script must have; undefined if the environment names it. */
  readonly scriptName?: string;
  /**
   * Whether the container fetches the scripts that `SAGEMAKER_SUBMIT_DIRECTORY` names in S3. The scripts of
   * others must be in the model's archive.
   */
  readonly fetchesScripts: boolean;
  /**
   * Folder of `code/` in which it finds the packages that the image lacks.
   * @default SERVING_PACKAGES - which `PYTHONPATH` names
   */
  readonly packagesFolder?: string;
  /** Content types of requests that it accepts by itself, or by its script. */
  readonly contentTypes: readonly string[];
  /** What else a model's archive must have. */
  readonly files: readonly RequiredFile[];
  /** Environment by which the container finds the model, and its script. */
  environment(inferenceScript: string): { [name: string]: string };
}

/**
 * Whether a container runs an inference script:
 *
 * - `required`: it cannot serve without one
 * - `for-csv`: it can, but answers rows of `text/csv` by numbers in `text/csv` with one only
 * - `optional`: it does what it likes with it
 * - `none`: it runs none
 */
export type InferenceScriptUse = 'required' | 'for-csv' | 'optional' | 'none';
