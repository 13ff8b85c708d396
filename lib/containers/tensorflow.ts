import { newestVersion, PublishedImage } from './published-image';
import { scriptEnvironment } from './script-environment';
import type { ServingFramework } from './serving-framework';
import type { TrainingFramework } from './training-framework';

/** `INFERENCE_SCRIPT_PATH` of `python_service.py`. */
const SCRIPT = 'inference.py';

/** `PYTHON_LIB_PATH` of `serve.py`, which replaces `PYTHONPATH` for the service that runs the script. */
const PACKAGES = 'lib';

/**
 * AWS's Deep Learning Container with TensorFlow Serving serves. Its files and content types are those of
 * `scripts/docker/tensorflow/inference/sagemaker` in the first repository, and until 2.19 of the second.
 *
 * @see https://github.com/aws/deep-learning-containers
 * @see https://github.com/aws/sagemaker-tensorflow-serving-container
 */
export function tensorflowServing(version = newestVersion('tensorflow-inference')): ServingFramework {
  return {
    name: 'ServingContainer.tensorflow',
    image: new PublishedImage({ image: 'tensorflow-inference', version, wayOut: 'ServingContainer.custom' }),
    // TensorFlow Serving reads rows of CSV, and answers in JSON.
    script: 'for-csv',
    scriptName: SCRIPT,
    fetchesScripts: false,
    packagesFolder: PACKAGES,
    contentTypes: ['text/csv', 'application/json', 'application/jsonlines'],
    files: [
      {
        // `find_models` of `tfs_utils.py`.
        pattern: '^(.+/)?\\d+/saved_model\\.pb$',
        description: 'a SavedModel in a folder with a number, such as 1/saved_model.pb',
      },
    ],
    environment: () => scriptEnvironment(SCRIPT, PACKAGES),
  };
}

/** AWS's Deep Learning Container for TensorFlow trains. */
export function tensorflowTraining(
  version = newestVersion('tensorflow-training', 'tensorflow-inference'),
): TrainingFramework {
  return {
    name: 'TrainingContainer.tensorflow',
    version,
    image: new PublishedImage({ image: 'tensorflow-training', version, wayOut: 'TrainingContainer.custom' }),
    installsScripts: false,
  };
}
