import { backoff, call, choose, invoke, jsonata, pass, type States, wait } from '../runtime/states';
import { assignRelease, PLAN, RELEASE } from './release-variables';
import type { RollbackStatesProps } from './rollback-states';

const POLL_SECONDS = 15;
const MOST_ATTEMPTS = 6;
/** Twenty hours: the workflow that rolls back a release has a day. */
const MOST_LOOKS = 112;
const UNDER_WAY = "['Creating', 'Updating', 'SystemUpdating', 'RollingBack', 'Deleting']";

/** With deployment guardrails both had the same variant, and there is one fleet now. */
const BOTH_ARE_UP =
  `$not(${RELEASE.endpoint.EndpointStatus} in $append(${UNDER_WAY}, ['Missing', 'Failed'])) and ${RELEASE.endpoint.EndpointConfigName} = ${PLAN.configName}` +
  ` and ${PLAN.variant} != ${PLAN.championVariant} and $not(${RELEASE.trafficIsBack})`;

/**
 * SageMaker has no error of its own for an endpoint that does not exist; any other one, such as throttling,
 * says nothing about it.
 */
const MISSING_OR_UNKNOWN =
  "$contains($lowercase($string($states.errorOutput.Cause)), 'could not find') ? 'Missing' : 'Unknown'";

/** What an update of the endpoint leaves as it is. */
const KEEPING_INSTANCES = {
  RetainAllVariantProperties: true,
  ExcludeRetainedVariantProperties: [
    { VariantPropertyType: 'DesiredWeight' },
    { VariantPropertyType: 'DataCaptureConfig' },
  ],
};

/** States in which the endpoint has been restored to the champion alone, or cannot be. */
export interface ChampionEnds {
  readonly back: string;
  readonly lost: string;
}

/**
 * From whatever the endpoint is to the champion alone, beginning with `LookAtEndpoint`: describes it and
 * takes the next step, repeatedly. What somebody deleted meanwhile is recreated.
 */
export function championStates(
  { context, functions, scales }: RollbackStatesProps,
  ends: ChampionEnds,
): States {
  const update = (parameters: object) => ({ EndpointName: context.endpointName, ...parameters });
  return {
    LookAtEndpoint: {
      ...call('sagemaker:describeEndpoint', update({}), {
        next: 'NextStepBack',
        assign: assignRelease({
          endpoint: jsonata(
            "{'EndpointStatus': $states.result.EndpointStatus, 'EndpointConfigName': $states.result.EndpointConfigName}",
          ),
        }),
      }),
      Catch: [
        {
          ErrorEquals: ['States.ALL'],
          Assign: {
            endpoint: jsonata(`{'EndpointStatus': ${MISSING_OR_UNKNOWN}, 'EndpointConfigName': ''}`),
          },
          Next: 'NextStepBack',
        },
      ],
    },
    NextStepBack: choose(
      [
        // The endpoint's traffic comes first, then that of the function that follows the routing document.
        [`${BOTH_ARE_UP} and ${RELEASE.attempts} < ${MOST_ATTEMPTS}`, 'GiveTrafficBack'],
        [`$not(${RELEASE.isNoted})`, 'BeginNote'],
        [
          `${RELEASE.endpoint.EndpointStatus} in ${UNDER_WAY} and ${RELEASE.championLooks} < ${MOST_LOOKS}`,
          'WaitForEndpoint',
        ],
        [
          `${RELEASE.endpoint.EndpointStatus} = 'InService' and ${RELEASE.endpoint.EndpointConfigName} = ${PLAN.champion.endpointConfigName}`,
          ends.back,
        ],
        [`${RELEASE.attempts} >= ${MOST_ATTEMPTS} or ${RELEASE.championLooks} >= ${MOST_LOOKS}`, ends.lost],
        [`${RELEASE.endpoint.EndpointStatus} = 'Unknown'`, 'CountAttempt'],
        [`${RELEASE.endpoint.EndpointStatus} in ['Missing', 'Failed']`, 'RepairChampion'],
      ],
      'RemoveChallenger',
    ),
    WaitForEndpoint: wait(
      backoff(POLL_SECONDS, RELEASE.championLooks),
      'LookAtEndpoint',
      assignRelease({
        championLooks: jsonata(`${RELEASE.championLooks} + 1`),
      }),
    ),
    GiveTrafficBack: call(
      'sagemaker:updateEndpointWeightsAndCapacities',
      update({
        DesiredWeightsAndCapacities: [
          { VariantName: jsonata(PLAN.championVariant), DesiredWeight: 1 },
          { VariantName: jsonata(PLAN.variant), DesiredWeight: 0 },
        ],
      }),
      {
        next: 'LookAtEndpoint',
        assign: assignRelease({ trafficIsBack: true }),
        ignoreErrorsTo: 'CountAttempt',
      },
    ),
    RemoveChallenger: call(
      'sagemaker:updateEndpoint',
      update({
        EndpointConfigName: jsonata(PLAN.champion.endpointConfigName),
        ...(scales && KEEPING_INSTANCES),
      }),
      { next: 'CountAttempt', ignoreErrorsTo: 'RepairChampion' },
    ),
    RepairChampion: invoke(functions.repair, {}, { next: 'CountAttempt', ignoreErrorsTo: 'CountAttempt' }),
    CountAttempt: pass('WaitForEndpoint', assignRelease({ attempts: jsonata(`${RELEASE.attempts} + 1`) })),
  };
}
