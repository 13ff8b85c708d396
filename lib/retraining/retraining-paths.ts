import type { ChallengerEvaluation } from '../../contracts/challenger-evaluation';
import type { VersionPlan } from '../../contracts/version-plan';
import { path } from '../runtime/path';

/** The plan of the challenger's version, in the variable that the states of a retraining share. */
export const VERSION = path<VersionPlan>('$version');

/** The gate's decision on the challenger, in the variable that the states of a retraining share. */
export const EVALUATION = path<ChallengerEvaluation>('$evaluation');
