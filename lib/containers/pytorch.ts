import { newestVersion, PublishedImage } from './published-image';
import { scriptEnvironment } from './script-environment';
import type { ServingFramework } from './serving-framework';
import type { TrainingFramework } from './training-framework';

/** AWS publishes training images that are newer than those that serve. */
const NEWEST = newestVersion('pytorch-training', 'pytorch-inference');

/** AWS's Deep Learning Container for PyTorch serves, by TorchServe. */
export function pytorchServing(version = NEWEST): ServingFramework {
  return {
    name: 'ServingContainer.pytorch',
    image: new PublishedImage({ image: 'pytorch-inference', version, wayOut: 'ServingContainer.custom' }),
    script: 'required',
    // `torchserve.py` of `sagemaker-pytorch-inference-toolkit` knows `code/` of the archive only.
    fetchesScripts: false,
    // `decoder.py` of `sagemaker-inference`.
    contentTypes: ['text/csv', 'application/json', 'application/x-npy'],
    files: [],
    environment: scriptEnvironment,
  };
}

/** AWS's Deep Learning Container for PyTorch trains. */
export function pytorchTraining(version = NEWEST): TrainingFramework {
  return {
    name: 'TrainingContainer.pytorch',
    version,
    image: new PublishedImage({ image: 'pytorch-training', version, wayOut: 'TrainingContainer.custom' }),
    installsScripts: false,
  };
}
