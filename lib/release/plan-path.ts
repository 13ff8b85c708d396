import type { ReleasePlan } from '../../contracts/release-plan';
import { path } from '../runtime/path';

/** The plan of the release, in the variable that the states of a release and of a rollback share. */
export const PLAN = path<ReleasePlan>('$plan');
