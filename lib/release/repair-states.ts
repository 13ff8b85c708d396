import type { PipelineContext } from '../runtime/pipeline-context';
import type { PipelineFunction } from '../runtime/pipeline-function';
import { backoff, call, choose, invoke, jsonata, pass, type States, wait } from '../runtime/states';
import type { ChampionEnds } from './champion-states';
import { POLL_SECONDS } from './endpoint-states';
import { assignRelease, PLAN, RELEASE } from './release-variables';

/** A deletion takes minutes; this many polls take half an hour. */
const MOST_DELETIONS = 40;

/** Where the champion's way back leads in a release, which may not have begun with the challenger yet. */
export const RELEASE_ENDS: ChampionEnds = { back: 'ChampionIsBack', lost: 'ChampionIsLost' };

/**
 * Restores the champion before a release, from `HasChampion` until `next`: what somebody deleted of it is
 * recreated. If that is impossible, and nothing serves, the challenger is released like a first version,
 * because there is nothing to compare it with.
 */
export function repairStates(
  { endpointName }: PipelineContext,
  repair: PipelineFunction<'repair-champion'>,
  next: string,
): States {
  const endpoint = { EndpointName: endpointName };
  return {
    HasChampion: choose([[`${PLAN.champion} != null`, 'CheckChampion']], next),
    CheckChampion: invoke(
      repair,
      {},
      {
        next: 'IsChampionUp',
        catchTo: 'RestoreChampion',
        assign: (answer) => assignRelease({ isUp: jsonata(answer.isUp) }),
      },
    ),
    IsChampionUp: choose([[RELEASE.isUp, next]], 'BringChampionBack'),
    // Nothing of the challenger has traffic yet, so that there is nothing to note.
    BringChampionBack: pass('LookAtEndpoint', assignRelease({ repairs: true, isNoted: true })),
    ChampionIsBack: choose([[RELEASE.repairs, 'GoOn']], 'CompleteChampion'),
    GoOn: pass(
      next,
      assignRelease({ repairs: false, attempts: 0, championLooks: 0, trafficIsBack: false, isNoted: false }),
    ),
    ChampionIsLost: choose(
      [
        [
          `${RELEASE.repairs} and ${RELEASE.endpoint.EndpointStatus} in ['Missing', 'Failed']`,
          'ReleaseAlone',
        ],
      ],
      'ChampionNotRestored',
    ),
    ReleaseAlone: pass(
      'DeleteDeadEndpoint',
      assignRelease({
        repairs: false,
        attempts: 0,
        championLooks: 0,
        reason: jsonata(
          `${RELEASE.reason} & '; version ' & ${PLAN.champion.modelVersion} & ' could not be recreated, so there was nothing to compare with'`,
        ),
        plan: jsonata(
          `$merge([${RELEASE.plan}, {'first': true, 'shadow': null, 'configName': ${PLAN.finalConfigName}, 'variants': ${PLAN.finalVariants}}])`,
        ),
      }),
    ),
    DeleteDeadEndpoint: call('sagemaker:deleteEndpoint', endpoint, {
      next: 'WaitForDeletion',
      ignoreErrorsTo: 'WaitForDeletion',
    }),
    WaitForDeletion: wait(backoff(POLL_SECONDS, RELEASE.attempts), 'IsDeleted'),
    IsDeleted: call('sagemaker:describeEndpoint', endpoint, {
      next: 'IsStillDead',
      ignoreErrorsTo: next,
      assign: assignRelease({ endpoint: jsonata("{'EndpointStatus': $states.result.EndpointStatus}") }),
    }),
    // Another one may have come in its place, which is somebody else's.
    IsStillDead: choose(
      [
        [
          `${RELEASE.endpoint.EndpointStatus} in ['Failed', 'Deleting'] and ${RELEASE.attempts} < ${MOST_DELETIONS}`,
          'CountDeletion',
        ],
      ],
      'EndpointNotDeleted',
    ),
    CountDeletion: pass(
      'DeleteDeadEndpoint',
      assignRelease({ attempts: jsonata(`${RELEASE.attempts} + 1`) }),
    ),
    EndpointNotDeleted: pass(
      'RestoreChampion',
      assignRelease({
        reasons: jsonata(
          "['the endpoint could not be deleted, or somebody created another one with its name']",
        ),
      }),
    ),
  };
}
