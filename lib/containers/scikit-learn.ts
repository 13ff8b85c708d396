import { newestVersion, PublishedImage } from './published-image';
import { scriptEnvironment } from './script-environment';
import type { ServingFramework } from './serving-framework';
import type { TrainingFramework } from './training-framework';

const NEWEST = newestVersion('scikit-learn-training', 'scikit-learn-inference');

/** AWS's scikit-learn image serves. */
export function scikitLearnServing(version = NEWEST): ServingFramework {
  return {
    name: 'ServingContainer.scikitLearn',
    image: new PublishedImage({
      image: 'scikit-learn-inference',
      version,
      wayOut: 'ServingContainer.custom',
    }),
    script: 'required',
    fetchesScripts: true,
    // `_encoders.py` of `sagemaker-containers` 2.8.6.post2.
    contentTypes: ['text/csv', 'application/json', 'application/x-npy'],
    files: [],
    environment: scriptEnvironment,
  };
}

/** AWS's scikit-learn image trains. */
export function scikitLearnTraining(version = NEWEST): TrainingFramework {
  return {
    name: 'TrainingContainer.scikitLearn',
    version,
    image: new PublishedImage({
      image: 'scikit-learn-training',
      version,
      wayOut: 'TrainingContainer.custom',
    }),
    installsScripts: false,
  };
}
