import { choose, jsonata, PERSISTENT_RETRY, type States } from '../runtime/states';
import {
  approval,
  createModel,
  type FunctionStatesProps,
  planning,
  released,
  smokeTest,
} from './release-states';
import { noteShift, type RecordFunctions, rolledBack } from './rollback-states';
import { beginStep, stepStates } from './step-states';

/**
 * The states of a release where a function serves alone: it follows the routing document, so that writing the challenger's
 * share there shifts the traffic, and recording the release retires the champion.
 */
export function functionReleaseStates(props: FunctionStatesProps): States {
  const { functions } = props;
  return {
    ...planning(props, 'CreateModel'),
    ...createModel(props, 'SmokeTest'),
    ...smokeTest(props, functions.ask ? 'AskForApproval' : 'BeginStep'),
    ...approval(props, 'BeginStep'),
    BeginStep: beginStep('ShiftTraffic'),
    ShiftTraffic: noteShift(functions.noteShift, jsonata('$plan.steps[$step].challenger'), {
      next: 'IsLastStep',
      catchTo: 'RestoreChampion',
    }),
    ...stepStates(props, { shift: 'BeginStep', done: 'WriteReport' }),
    ...released(functions, 'RemoveUnused'),
    ...functionRollbackStates(functions),
  };
}

/** From any state of such a release to the champion alone, beginning with `RestoreChampion`. */
export function functionRollbackStates(functions: RecordFunctions): States {
  return {
    RestoreChampion: choose([['$plan.first', 'WriteRollbackReport']], 'GiveTrafficBack'),
    GiveTrafficBack: {
      // If it cannot be written, the record of the rollback takes the challenger out of the routing document.
      ...noteShift(functions.noteShift, 0, {
        next: 'WriteRollbackReport',
        ignoreErrorsTo: 'WriteRollbackReport',
      }),
      Retry: PERSISTENT_RETRY,
    },
    ...rolledBack(functions, 'RemoveLeftovers'),
  };
}
