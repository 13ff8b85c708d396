import type { Duration } from 'aws-cdk-lib';
import { choose, invoke, jsonata, PERSISTENT_RETRY, type States, wait } from '../runtime/states';
import {
  approval,
  createModel,
  type FunctionStatesProps,
  planning,
  released,
  smokeTest,
} from './release-states';
import { PLAN, RELEASE } from './release-variables';
import { completeChampion, noteShift, type RollbackFunctions, rolledBack } from './rollback-states';
import { comparisonStates } from './shadow-states';
import { beginStep, stepStates } from './step-states';
import { endFormerInstances, warmStates } from './warm-function';

export interface FunctionReleaseProps extends FunctionStatesProps {
  /** How long it may take until all of the function's instances know a change of the routing document. */
  readonly maximumRoutingAge?: Duration;
}

/**
 * The states of a release where a function serves alone: it follows the routing document, so that writing the
 * challenger's share there shifts the traffic, and recording the release retires the champion.
 */
export function functionReleaseStates(props: FunctionReleaseProps): States {
  const { functions, schedule } = props;
  const first = functions.ask ? 'AskForApproval' : 'BeginStep';
  return {
    ...planning(props, 'HasChampion'),
    HasChampion: choose([[`${PLAN.champion} != null`, 'CheckChampion']], 'CreateModel'),
    // The function serves without its model, but nothing could be compared with it.
    CheckChampion: invoke(functions.repair, {}, { next: 'CreateModel', catchTo: 'RestoreChampion' }),
    ...createModel(props, functions.warm ? 'WarmFunction' : 'SmokeTest'),
    ...(functions.warm && warmStates(functions.warm)),
    ...smokeTest(props, schedule.shadow ? 'IsShadowFirst' : first),
    ...shadow(props, first),
    ...approval(props, 'BeginStep'),
    BeginStep: beginStep('ShiftTraffic'),
    ShiftTraffic: noteShift(functions.noteShift, jsonata(PLAN.steps.at(`${RELEASE.step}`).challenger), {
      next: 'IsLastStep',
      catchTo: 'RestoreChampion',
    }),
    ...stepStates(props, { shift: 'BeginStep', done: 'WriteReport' }),
    ...released(functions, functions.warm ? 'EndFormerInstances' : 'RemoveUnused'),
    ...(functions.warm && { EndFormerInstances: endFormerInstances(functions.warm, 'RemoveUnused') }),
    ...functionRollbackStates(functions),
  };
}

function shadow({ maximumRoutingAge, ...props }: FunctionReleaseProps, next: string): States {
  const { schedule, functions } = props;
  const { compareShadow } = functions;
  if (!schedule.shadow || !compareShadow) return {};
  const comparison = { ...props, shadow: schedule.shadow, functions: { ...functions, compareShadow } };
  return {
    // The previous version of the function may not copy requests, or may copy them to a function that no
    // longer exists.
    IsShadowFirst: choose(
      [[`${PLAN.champion.functionVersion} = ${PLAN.functionVersion}`, 'BeginShadow']],
      next,
    ),
    ...comparisonStates(comparison, {}, 'WaitForLastCopies'),
    // They come from instances that do not know yet, and are not to be counted with the traffic.
    WaitForLastCopies: wait(Math.max(1, maximumRoutingAge?.toSeconds() ?? 0), next),
  };
}

/** From any state of such a release to the champion alone, beginning with `RestoreChampion`. */
export function functionRollbackStates(functions: RollbackFunctions): States {
  return {
    RestoreChampion: choose([[`${PLAN.first}`, 'WriteRollbackReport']], 'GiveTrafficBack'),
    GiveTrafficBack: {
      // If it cannot be written, the record of the rollback takes the challenger out of the routing document.
      ...noteShift(functions.noteShift, 0, {
        next: 'CompleteChampion',
        tellErrorsLater: {
          what: 'the share of the traffic in the routing document could not be set to 0',
          next: 'CompleteChampion',
        },
      }),
      Retry: PERSISTENT_RETRY,
    },
    CompleteChampion: completeChampion(functions.repair),
    ...rolledBack(functions, {
      recorded: functions.warm ? 'EndLeftoverInstances' : 'RemoveLeftovers',
      unrecorded: 'RollbackNotRecorded',
    }),
    ...(functions.warm && { EndLeftoverInstances: endFormerInstances(functions.warm, 'RemoveLeftovers') }),
  };
}
