import { VERSION } from './retraining-paths';
/** How the names of a retraining's jobs begin, as JSONata: no longer than SageMaker allows. */
export const JOB_NAME = `$namePrefix & '-' & $replace(${VERSION.modelVersion}, '.', '-')`;
