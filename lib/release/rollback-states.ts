import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { PipelineContext } from '../runtime/pipeline-context';
import {
  call,
  choose,
  ENTERED,
  invoke,
  jsonata,
  PERSISTENT_RETRY,
  pass,
  type State,
  type States,
  succeed,
  type Transition,
  wait,
} from '../runtime/states';
import { resumeScaling } from './scaling-states';

const POLL_SECONDS = 15;
const MOST_ATTEMPTS = 6;
const UNDER_WAY = "['Creating', 'Updating', 'SystemUpdating', 'RollingBack']";

/** The reasons of a verdict, or the error that ended the release. */
const WHY = "$exists($error.Error) ? [$error.Error & ': ' & $error.Cause] : $reasons";

/** Variables that the states of a rollback start from. */
export const ROLLBACK_VARIABLES = { trafficIsBack: false, attempts: 0, error: {}, report: '' };

export interface RollbackFunctions {
  readonly noteShift: IFunction;
  readonly scale: IFunction;
  readonly writeReport: IFunction;
  readonly record: IFunction;
  readonly removeUnused: IFunction;
}

export interface RollbackStatesProps {
  readonly context: PipelineContext;
  readonly functions: RollbackFunctions;
  /** Whether the number of instances follows the traffic, so that the champion's config does not know it. */
  readonly scales: boolean;
}

/** What an update of the endpoint leaves as it is. */
const KEEPING_INSTANCES = {
  RetainAllVariantProperties: true,
  ExcludeRetainedVariantProperties: [
    { VariantPropertyType: 'DesiredWeight' },
    { VariantPropertyType: 'DataCaptureConfig' },
  ],
};

/**
 * From any state of a release to the champion alone, beginning with `RestoreChampion`. It looks at the endpoint and takes
 * the next step, until nothing of the challenger is left: so it does not matter where the release ended. If both variants
 * are up, the first step is one weight update.
 *
 * Needs the variables `plan`, `reason`, `reasons`, `startedAt` and `trafficSince`, and {@link ROLLBACK_VARIABLES}.
 */
export function rollbackStates({ context, functions, scales }: RollbackStatesProps): States {
  const update = (parameters: object) => ({ EndpointName: context.pipelineName, ...parameters });
  return {
    RestoreChampion: choose([['$plan.first', 'DeleteFailedEndpoint']], 'NoteReturn'),
    NoteReturn: {
      ...noteShift(functions.noteShift, 0, { next: 'LookAtEndpoint', ignoreErrorsTo: 'LookAtEndpoint' }),
      // The endpoint's traffic does not wait for it.
      Retry: [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 1, MaxAttempts: 1 }],
    },
    LookAtEndpoint: call('sagemaker:describeEndpoint', update({}), {
      next: 'NextStepBack',
      ignoreErrorsTo: 'ChampionNotRestored',
      assign: {
        endpoint: jsonata(
          "{'EndpointStatus': $states.result.EndpointStatus, 'EndpointConfigName': $states.result.EndpointConfigName}",
        ),
      },
    }),
    NextStepBack: choose(
      [
        [`$endpoint.EndpointStatus in ${UNDER_WAY}`, 'WaitForEndpoint'],
        ['$endpoint.EndpointConfigName = $plan.champion.endpointConfigName', 'WriteRollbackReport'],
        [`$attempts >= ${MOST_ATTEMPTS}`, 'ChampionNotRestored'],
        [
          // With deployment guardrails both had the same variant, and there is one fleet now.
          '$endpoint.EndpointConfigName = $plan.configName and $plan.variant != $plan.championVariant and $not($trafficIsBack)',
          'GiveTrafficBack',
        ],
      ],
      'RemoveChallenger',
    ),
    WaitForEndpoint: wait(POLL_SECONDS, 'LookAtEndpoint'),
    GiveTrafficBack: call(
      'sagemaker:updateEndpointWeightsAndCapacities',
      update({
        DesiredWeightsAndCapacities: [
          { VariantName: jsonata('$plan.championVariant'), DesiredWeight: 1 },
          { VariantName: jsonata('$plan.variant'), DesiredWeight: 0 },
        ],
      }),
      { next: 'LookAtEndpoint', assign: { trafficIsBack: true }, ignoreErrorsTo: 'CountAttempt' },
    ),
    RemoveChallenger: call(
      'sagemaker:updateEndpoint',
      update({
        EndpointConfigName: jsonata('$plan.champion.endpointConfigName'),
        ...(scales && KEEPING_INSTANCES),
      }),
      { next: 'CountAttempt', ignoreErrorsTo: 'CountAttempt' },
    ),
    CountAttempt: pass('WaitForEndpoint', { attempts: jsonata('$attempts + 1') }),
    ChampionNotRestored: pass('WriteRollbackReport', {
      error: {},
      reasons: jsonata(
        `$append(${WHY}, ['the endpoint could not be brought back to its former config: somebody must look at it'])`,
      ),
    }),
    DeleteFailedEndpoint: call('sagemaker:deleteEndpoint', update({}), {
      next: 'WriteRollbackReport',
      ignoreErrorsTo: 'WriteRollbackReport',
    }),
    WriteRollbackReport: writeReport('rolled-back', functions.writeReport, 'RecordRollback'),
    RecordRollback: recordAs('rollback', functions.record, { next: 'ResumeChampionScaling' }),
    ResumeChampionScaling: resumeScaling(functions.scale, 'RemoveLeftovers'),
    RemoveLeftovers: removeUnused(functions.removeUnused, 'RolledBack'),
    RolledBack: succeed({
      outcome: 'rolled-back',
      modelVersion: jsonata('$plan.modelVersion'),
      reasons: jsonata(WHY),
    }),
  };
}

/**
 * Writes the challenger's share of the traffic into the routing document.
 *
 * @param shadowConfig the endpoint config in which it is a shadow, if it is
 */
export function noteShift(
  handler: IFunction,
  weight: number | string,
  transition: Transition,
  shadowConfig = '',
): State {
  return invoke(
    handler,
    { releaseId: jsonata('$plan.releaseId'), weight, trafficSince: jsonata('$trafficSince'), shadowConfig },
    transition,
  );
}

/** Records how a release ended. */
export function recordAs(
  kind: 'release' | 'rollback',
  record: IFunction,
  transition: { readonly next: string },
): State {
  return invoke(
    record,
    {
      kind,
      plan: jsonata('$plan'),
      reasons: jsonata(kind === 'release' ? '$reasons' : WHY),
      reason: jsonata('$reason'),
      execution: jsonata('$states.context.Execution.Id'),
      report: jsonata('$report'),
      time: ENTERED,
    },
    transition,
    PERSISTENT_RETRY,
  );
}

/** Writes how a release went; without the report, the end is recorded all the same. */
export function writeReport(outcome: 'released' | 'rolled-back', handler: IFunction, next: string): State {
  return invoke(
    handler,
    {
      outcome,
      plan: jsonata('$plan'),
      reasons: jsonata(outcome === 'released' ? '$reasons' : WHY),
      reason: jsonata('$reason'),
      startedAt: jsonata('$startedAt'),
      trafficSince: jsonata('$trafficSince'),
      time: ENTERED,
    },
    { next, ignoreErrorsTo: next, assign: { report: jsonata('$states.result.Payload.report') } },
  );
}

/** Removes what no version in production needs; what it cannot remove now, the next one will. */
export function removeUnused(handler: IFunction, next: string): State {
  return invoke(handler, {}, { next, ignoreErrorsTo: next }, PERSISTENT_RETRY);
}
