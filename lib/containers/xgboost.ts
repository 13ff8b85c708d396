import { newestVersion, PublishedImage } from './published-image';
import { scriptEnvironment } from './script-environment';
import type { ServingFramework } from './serving-framework';
import type { TrainingFramework } from './training-framework';

const NEWEST = newestVersion('xgboost-training', 'xgboost-inference');

/**
 * The first version that takes GPUs; it has one tag for all instances.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/xgboost.html, "EC2 instance recommendation"
 */
const GPU_SINCE = '1.2-2';

/** AWS's XGBoost image serves. */
export function xgboostServing(version = NEWEST): ServingFramework {
  return {
    name: 'ServingContainer.xgboost',
    image: new PublishedImage({
      image: 'xgboost-inference',
      version,
      gpuSince: GPU_SINCE,
      wayOut: 'ServingContainer.custom',
    }),
    script: 'required',
    fetchesScripts: true,
    // `encoder.py` of `sagemaker-xgboost-container`; `application/json` by the script only.
    contentTypes: ['text/csv', 'application/json', 'text/libsvm', 'application/x-recordio-protobuf'],
    files: [],
    environment: scriptEnvironment,
  };
}

/** AWS's XGBoost image trains. */
export function xgboostTraining(version = NEWEST): TrainingFramework {
  return {
    name: 'TrainingContainer.xgboost',
    version,
    image: new PublishedImage({
      image: 'xgboost-training',
      version,
      gpuSince: GPU_SINCE,
      wayOut: 'TrainingContainer.custom',
    }),
    // `training.py` of `sagemaker-xgboost-container` calls `run_module` of `sagemaker-containers`.
    installsScripts: true,
  };
}
