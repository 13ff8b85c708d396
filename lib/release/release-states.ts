import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { PipelineContext } from '../runtime/pipeline-context';
import {
  CAUSE,
  call,
  choose,
  create,
  ENTERED,
  EXISTS,
  fail,
  invoke,
  jsonata,
  pass,
  type State,
  type States,
  succeed,
  unless,
  wait,
} from '../runtime/states';
import { BUSY, endpointConfig, POLL_SECONDS, updateEndpoint, waitForEndpoint } from './endpoint-states';
import { approvalStates } from './release-approval';
import { InconclusiveAction, type ReleaseSchedule } from './release-schedule';
import {
  noteShift,
  ROLLBACK_VARIABLES,
  recordAs,
  removeUnused,
  rollbackStates,
  writeReport,
} from './rollback-states';
import { shadowStates } from './shadow-states';

export interface ReleaseStatesProps {
  readonly context: PipelineContext;
  readonly schedule: ReleaseSchedule;
  readonly executionRoleArn: string;
  readonly capturePercentage: number;
  readonly functions: {
    readonly plan: IFunction;
    readonly smokeTest: IFunction;
    readonly noteShift: IFunction;
    readonly writeReport: IFunction;
    readonly record: IFunction;
    readonly removeUnused: IFunction;
    /** Only if a person must approve. */
    readonly ask?: IFunction;
    /** Only if the challenger is a shadow first. */
    readonly compareShadow?: IFunction;
  };
}

const MOST_LOOKS = 1500;
/** Why the release was asked for. */
const REASON = jsonata(
  "$exists($states.context.Execution.Input.reason) ? $states.context.Execution.Input.reason : 'no reason given'",
);

/** The states of a release, in the order in which a good one passes them. */
export function releaseStates(props: ReleaseStatesProps, analyse: IFunction): States {
  return {
    ...preparation(props),
    ...shadow(props),
    ...smokeTest(props, props.functions.ask ? 'AskForApproval' : 'ShiftTraffic'),
    ...approval(props, 'ShiftTraffic'),
    ...shift(props, analyse),
    ...retirement(props),
    ...ending(props),
  };
}

/** What differs in the update that brings the challenger up. */
export interface ChallengerUpdate {
  /** The state that leads to `UpdateEndpoint`. */
  readonly begin: string;
  readonly parameters: object;
}

/** From the plan to an endpoint with the challenger; then `SmokeTest`. */
export function preparation(
  { context, schedule, executionRoleArn, functions, capturePercentage }: ReleaseStatesProps,
  update?: ChallengerUpdate,
): States {
  const tags = [{ Key: 'model-pipeline', Value: context.pipelineName }];
  return {
    PlanRelease: invoke(
      functions.plan,
      {
        modelVersion: jsonata('$states.context.Execution.Input.modelVersion'),
        allowSchemaChange: jsonata('$states.context.Execution.Input.allowSchemaChange = true'),
        releaseId: jsonata('$states.context.Execution.Name'),
        execution: jsonata('$states.context.Execution.Id'),
        reason: REASON,
        time: ENTERED,
      },
      {
        next: 'CreateModel',
        catchTo: 'NotPlanned',
        assign: {
          plan: jsonata('$states.result.Payload'),
          reason: REASON,
          step: 0,
          trafficSince: '',
          reasons: [],
          ...ROLLBACK_VARIABLES,
          startedAt: ENTERED,
        },
      },
    ),
    NotPlanned: choose(
      [
        [
          "$error.Error = 'ReleaseInProgress' and $states.context.Execution.Input.waitForOthers = true",
          'WaitForOthers',
        ],
      ],
      'TellRefusal',
    ),
    WaitForOthers: wait(60, 'PlanRelease'),
    TellRefusal: invoke(
      functions.record,
      {
        kind: 'refusal',
        releaseId: jsonata('$states.context.Execution.Name'),
        modelVersion: jsonata('$string($states.context.Execution.Input.modelVersion)'),
        error: jsonata('$error'),
        execution: jsonata('$states.context.Execution.Id'),
        time: ENTERED,
      },
      { next: 'Refused', ignoreErrorsTo: 'Refused' },
    ),
    Refused: fail(jsonata('$error.Error'), CAUSE),
    ...create(
      'CreateModel',
      'sagemaker:createModel',
      {
        ModelName: jsonata('$plan.modelName'),
        ExecutionRoleArn: executionRoleArn,
        PrimaryContainer: jsonata('$plan.container'),
        Tags: tags,
      },
      {
        next: schedule.shadow ? 'IsShadowFirst' : 'CreateEndpointConfig',
        catchTo: 'RestoreChampion',
      },
    ),
    CreateEndpointConfig: endpointConfig(
      '$plan.configName',
      { production: '$plan.variants' },
      context,
      capturePercentage,
      {
        next: 'IsFirstRelease',
        catchTo: 'CreateEndpointConfigRefused',
      },
    ),
    CreateEndpointConfigRefused: unless(EXISTS, { next: 'IsFirstRelease', otherwise: 'RestoreChampion' }),
    IsFirstRelease: choose([['$plan.first', 'CreateEndpoint']], update?.begin ?? 'UpdateEndpoint'),
    ...create(
      'CreateEndpoint',
      'sagemaker:createEndpoint',
      { EndpointName: context.pipelineName, EndpointConfigName: jsonata('$plan.configName'), Tags: tags },
      { next: 'WaitForChallenger', catchTo: 'RestoreChampion' },
    ),
    ...updateEndpoint('UpdateEndpoint', '$plan.configName', context, 'WaitForChallenger', update?.parameters),
    ...waitForEndpoint('Challenger', {
      ready: 'SmokeTest',
      failed: 'ChallengerFailed',
      config: '$plan.configName',
    }),
    ChallengerFailed: pass('RestoreChampion', {
      reasons: jsonata(
        "['the endpoint did not come up with the new version' & " +
          "($endpoint.EndpointStatus = 'InService' ? ', but has the config ' & $endpoint.EndpointConfigName : '') & " +
          "': ' & $endpoint.FailureReason]",
      ),
    }),
  };
}

function shadow({ schedule, functions, ...props }: ReleaseStatesProps): States {
  const { compareShadow } = functions;
  if (!schedule.shadow || !compareShadow) return {};
  return shadowStates(
    { ...props, schedule, shadow: schedule.shadow, functions: { ...functions, compareShadow } },
    'CreateEndpointConfig',
  );
}

/** @param next where a challenger with a champion goes once it has passed */
export function smokeTest({ context, functions }: ReleaseStatesProps, next: string): States {
  return {
    SmokeTest: invoke(
      functions.smokeTest,
      {
        endpointName: context.pipelineName,
        variant: jsonata('$plan.variant'),
        modelVersion: jsonata('$plan.modelVersion'),
        dataVersion: jsonata('$plan.dataVersion'),
      },
      {
        next: 'SmokeTestPassed',
        catchTo: 'RestoreChampion',
        assign: {
          passed: jsonata('$states.result.Payload.passed'),
          reasons: jsonata('$states.result.Payload.reasons'),
        },
      },
    ),
    SmokeTestPassed: choose(
      [
        ['$passed and $plan.first', 'WriteReport'],
        ['$passed', next],
      ],
      'RestoreChampion',
    ),
  };
}

/** @param next where an approved challenger goes */
export function approval({ schedule, functions }: ReleaseStatesProps, next: string): States {
  return functions.ask ? approvalStates(functions.ask, schedule.approval ?? {}, next) : {};
}

function shift({ context, schedule, functions }: ReleaseStatesProps, analyse: IFunction): States {
  const bakes = schedule.bakeTime.toSeconds() > 0;
  const promotesInconclusive = schedule.onInconclusive === InconclusiveAction.PROMOTE;
  const seconds = lookSeconds(schedule);
  /** Wait, look, decide: until the step is good for the next one or the champion comes back. */
  const observation = (names: {
    state: string;
    analysis: string;
    verdict: string;
    next: string;
  }): States => ({
    [names.state]: wait(seconds, names.analysis),
    [names.analysis]: analysis(analyse, context, names.state === 'Bake', names.verdict),
    [names.verdict]: choose(
      [
        ["$verdict = 'promote'", names.next],
        ["$verdict = 'hold'", names.state],
        ["$verdict = 'inconclusive'", promotesInconclusive ? names.next : 'Inconclusive'],
      ],
      'RestoreChampion',
    ),
  });
  return {
    ShiftTraffic: call(
      'sagemaker:updateEndpointWeightsAndCapacities',
      {
        EndpointName: context.pipelineName,
        DesiredWeightsAndCapacities: [
          { VariantName: jsonata('$plan.variant'), DesiredWeight: jsonata('$plan.steps[$step].challenger') },
          {
            VariantName: jsonata('$plan.championVariant'),
            DesiredWeight: jsonata('$plan.steps[$step].champion'),
          },
        ],
      },
      { next: 'WaitForShift', catchTo: 'ShiftRefused' },
    ),
    ShiftRefused: unless(BUSY, { next: 'WaitToShift', otherwise: 'RestoreChampion' }),
    WaitToShift: wait(POLL_SECONDS, 'ShiftTraffic'),
    ...waitForEndpoint('Shift', {
      ready: 'BeginStep',
      failed: 'EndpointChanged',
      config: '$plan.configName',
    }),
    BeginStep: pass('NoteShift', {
      stepSince: ENTERED,
      trafficSince: jsonata("$trafficSince = '' ? $states.context.State.EnteredTime : $trafficSince"),
    }),
    NoteShift: noteShift(functions.noteShift, jsonata('$plan.steps[$step].challenger'), {
      next: 'IsLastStep',
      catchTo: 'RestoreChampion',
    }),
    IsLastStep: choose(
      [['$step + 1 = $count($plan.steps)', bakes ? 'Bake' : 'CreateFinalConfig']],
      'Observe',
    ),
    ...observation({ state: 'Observe', analysis: 'AnalyseStep', verdict: 'StepVerdict', next: 'NextStep' }),
    NextStep: pass('ShiftTraffic', { step: jsonata('$step + 1') }),
    ...(bakes
      ? observation({
          state: 'Bake',
          analysis: 'AnalyseBake',
          verdict: 'BakeVerdict',
          next: 'CreateFinalConfig',
        })
      : {}),
    ...(promotesInconclusive
      ? {}
      : {
          Inconclusive: pass('RestoreChampion', {
            reasons: jsonata("$append(['too little traffic for too long'], $reasons)"),
          }),
        }),
  };
}

function retirement({ context, capturePercentage }: ReleaseStatesProps): States {
  return {
    CreateFinalConfig: endpointConfig(
      '$plan.finalConfigName',
      { production: '$plan.finalVariants' },
      context,
      capturePercentage,
      { next: 'RetireChampion', catchTo: 'CreateFinalConfigRefused' },
    ),
    CreateFinalConfigRefused: unless(EXISTS, { next: 'RetireChampion', otherwise: 'RestoreChampion' }),
    ...updateEndpoint('RetireChampion', '$plan.finalConfigName', context, 'WaitForRetirement'),
    ...waitForEndpoint('Retirement', {
      ready: 'WriteReport',
      failed: 'EndpointChanged',
      config: '$plan.finalConfigName',
    }),
    EndpointChanged: pass('RestoreChampion', {
      reasons: jsonata(
        "['somebody changed the endpoint while this release was under way: it is ' & $endpoint.EndpointStatus & ' with the config ' & $endpoint.EndpointConfigName]",
      ),
    }),
  };
}

/** From `WriteReport` to the end of a good release, and from `RestoreChampion` to that of a bad one. */
export function ending({ context, functions }: ReleaseStatesProps): States {
  return {
    WriteReport: writeReport('released', functions.writeReport, 'RecordRelease'),
    RecordRelease: recordAs('release', functions.record, { next: 'RemoveUnused' }),
    RemoveUnused: removeUnused(functions.removeUnused, 'Released'),
    Released: succeed({
      outcome: 'released',
      modelVersion: jsonata('$plan.modelVersion'),
      reasons: jsonata('$reasons'),
    }),
    ...rollbackStates(context, functions),
  };
}

function analysis(analyse: IFunction, context: PipelineContext, baking: boolean, next: string): State {
  return invoke(
    analyse,
    {
      releaseId: jsonata('$plan.releaseId'),
      endpointName: context.pipelineName,
      endpointConfigName: jsonata('$plan.configName'),
      modelVersion: jsonata('$plan.modelVersion'),
      championVersion: jsonata('$plan.champion.modelVersion'),
      championVariant: jsonata('$plan.championVariant'),
      challengerVariant: jsonata('$plan.variant'),
      trafficSince: jsonata('$trafficSince'),
      stepSince: jsonata('$stepSince'),
      now: ENTERED,
      step: jsonata('$step'),
      weight: jsonata('$plan.steps[$step].challenger'),
      baking,
    },
    {
      next,
      catchTo: 'RestoreChampion',
      assign: {
        verdict: jsonata('$states.result.Payload.verdict'),
        reasons: jsonata('$states.result.Payload.reasons'),
      },
    },
  );
}

/** Metrics come by the minute. Long releases are looked at less often: an execution may have 25,000 events, a look has 11. */
function lookSeconds({ weights, maximumStepDuration }: ReleaseSchedule): number {
  const longest = weights.length * maximumStepDuration.toMinutes();
  return 60 * Math.max(1, Math.ceil(longest / MOST_LOOKS));
}
