import type { ContainerImage } from './container-image';

/** What a framework needs to train a model by a script. */
export interface TrainingFramework {
  /** As messages name its container. */
  readonly name: string;
  readonly image: ContainerImage;
  /** Version of the image; undefined if nothing is known of it. */
  readonly version?: string;
  /**
   * Whether the container installs the scripts by pip, and runs a module of them by `python -m`, as
   * `sagemaker-containers` 2.8.6.post2 does (`_modules.py`). Others run a file, as `sagemaker-training` does.
   */
  readonly installsScripts: boolean;
}
