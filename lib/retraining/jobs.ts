import { RETRAINING, VERSION } from './retraining-variables';
/** How the names of a retraining's jobs begin, as JSONata: no longer than SageMaker allows. */
export const JOB_NAME = `${RETRAINING.namePrefix} & '-' & $replace(${VERSION.modelVersion}, '.', '-')`;
