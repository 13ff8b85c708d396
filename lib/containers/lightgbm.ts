import { scikitLearnServing } from './scikit-learn';
import type { ServingFramework } from './serving-framework';

/** AWS's scikit-learn image serves, with LightGBM from the archive. */
export function lightgbmServing(version?: string): ServingFramework {
  return {
    ...scikitLearnServing(version),
    name: 'ServingContainer.lightgbm',
    files: [
      {
        pattern: '^code/(.+/)?lightgbm/__init__\\.py$',
        description:
          'the package lightgbm below code/, such as code/model_pipeline/packages/lightgbm: the image does not have it, and installs nothing when it starts',
      },
    ],
    // Scripts that are fetched need no packages but the image's.
    fetchesScripts: false,
  };
}
