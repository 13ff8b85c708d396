import type { ContainerImage } from './container-image';

/** What a framework needs to serve a model. */
export interface ServingFramework {
  /** As messages name its container. */
  readonly name: string;
  readonly image: ContainerImage;
  /**
   * Whether the container fetches the scripts that `SAGEMAKER_SUBMIT_DIRECTORY` names in S3. The scripts of
   * others must be in the model's archive.
   */
  readonly fetchesScripts: boolean;
  /** Environment by which the container finds the model's script. */
  environment(inferenceScript: string): { [name: string]: string };
}
