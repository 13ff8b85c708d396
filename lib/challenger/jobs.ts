import { CHALLENGER, CHALLENGER_VERSION } from './challenger-variables';

/** How the names of a challenger's jobs begin, as JSONata: no longer than SageMaker allows. */
export const JOB_NAME = `${CHALLENGER.namePrefix} & '-' & $replace(${CHALLENGER_VERSION.modelVersion}, '.', '-')`;
