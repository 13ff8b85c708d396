import type { FinishedBatch, PlannedBatch } from '../../contracts/functions/batch';
import { assigns, variables } from '../runtime/variables';

/** Variables of the workflow of runs. */
export interface BatchVariables {
  readonly planned: PlannedBatch;
  readonly finished: FinishedBatch;
}

export const BATCH_RUN = variables<BatchVariables>();
export const assignBatch = assigns<BatchVariables>();
