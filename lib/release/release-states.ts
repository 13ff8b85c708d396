import { tagsOf } from '../runtime/ownership';
import type { PipelineContext } from '../runtime/pipeline-context';
import type { PipelineFunction } from '../runtime/pipeline-function';
import {
  CAUSE,
  choose,
  create,
  ENTERED,
  EXISTS,
  fail,
  invoke,
  jsonata,
  PERSISTENT_RETRY,
  pass,
  type States,
  succeed,
  unless,
  wait,
} from '../runtime/states';
import type { EndpointHosting } from '../serving/endpoint-hosting';
import { ENDPOINT_VARIABLES, endpointConfig, updateEndpoint, waitForEndpoint } from './endpoint-states';
import { approvalStates } from './release-approval';
import type { ReleaseFunctions } from './release-functions';
import { longestRelease, type ReleaseSchedule } from './release-schedule';
import { assignRelease, PLAN, RELEASE } from './release-variables';
import { RELEASE_ENDS, repairStates } from './repair-states';
import {
  noteShift,
  ROLLBACK_VARIABLES,
  recordPromotion,
  removeUnused,
  rollbackStates,
  writeReport,
} from './rollback-states';
import { resumeScaling, stopScaling } from './scaling-states';
import { shadowStates } from './shadow-states';
import { retirementStates, shiftStates } from './shift-states';

/** What it takes to release where a function serves alone. */
export interface FunctionStatesProps {
  readonly context: PipelineContext;
  readonly schedule: ReleaseSchedule;
  readonly executionRoleArn: string;
  readonly functions: ReleaseFunctions;
}

/** What it takes to release to an endpoint. */
export interface ReleaseStatesProps extends FunctionStatesProps {
  readonly hosting: EndpointHosting;
  readonly functions: ReleaseFunctions & { readonly scale: PipelineFunction<'scale-endpoint'> };
  /** Whether the number of instances follows the traffic between releases. */
  readonly scales: boolean;
}

/** Why the release was requested. */
const REASON = jsonata(
  "$exists($states.context.Execution.Input.reason) ? $states.context.Execution.Input.reason : 'no reason given'",
);

/** How long the execution has gone on. */
const SECONDS_SO_FAR =
  '(($toMillis($states.context.State.EnteredTime) - $toMillis($states.context.Execution.StartTime)) / 1000)';

/** The states of a release, in the order in which a good one passes them. */
export function releaseStates(props: ReleaseStatesProps): States {
  return {
    ...preparation(props),
    ...shadow(props),
    ...smokeTest(props, props.functions.ask ? 'AskForApproval' : 'ShiftTraffic'),
    ...approval(props, 'ShiftTraffic'),
    ...shiftStates(props),
    ...retirementStates(props),
    ...ending(props),
  };
}

/** What differs in the update that brings the challenger up. */
interface ChallengerUpdate {
  /** The state that leads to `StopScaling`. */
  readonly begin: string;
  readonly parameters: object;
}

/** From the plan to an endpoint with the challenger; then `SmokeTest`. */
function preparation(props: ReleaseStatesProps, update?: ChallengerUpdate): States {
  const { context, schedule, functions, hosting } = props;
  return {
    ...planning(props, 'HasChampion'),
    ...repairStates(context, functions.repair, 'CreateModel'),
    ...createModel(props, schedule.shadow ? 'IsShadowFirst' : 'CreateEndpointConfig'),
    CreateEndpointConfig: endpointConfig(
      `${PLAN.configName}`,
      { production: `${PLAN.variants}` },
      context,
      hosting,
      {
        next: 'IsFirstRelease',
        catchTo: 'CreateEndpointConfigRefused',
      },
    ),
    CreateEndpointConfigRefused: unless(EXISTS, { next: 'IsFirstRelease', otherwise: 'RestoreChampion' }),
    IsFirstRelease: choose(
      [[`${PLAN.first}`, 'CreateEndpoint']],
      update?.begin ?? (schedule.shadow ? 'UpdateEndpoint' : 'StopScaling'),
    ),
    ...create(
      'CreateEndpoint',
      'sagemaker:createEndpoint',
      {
        EndpointName: context.endpointName,
        EndpointConfigName: jsonata(PLAN.configName),
        Tags: tagsOf(context),
      },
      { next: 'WaitForChallenger', catchTo: 'RestoreChampion' },
    ),
    // Before the first of the endpoint's updates.
    StopScaling: stopScaling(functions.scale, {
      next: schedule.shadow ? 'StartShadow' : 'UpdateEndpoint',
      catchTo: 'RestoreChampion',
    }),
    ...updateEndpoint(
      'UpdateEndpoint',
      `${PLAN.configName}`,
      context,
      'WaitForChallenger',
      update?.parameters,
    ),
    ...waitForEndpoint('Challenger', {
      ready: 'SmokeTest',
      failed: 'ChallengerFailed',
      config: `${PLAN.configName}`,
    }),
    ChallengerFailed: pass(
      'RestoreChampion',
      assignRelease({
        reasons: jsonata(
          "['the endpoint did not come up with the new version' & " +
            `(${RELEASE.endpoint.EndpointStatus} = 'InService' ? ', but has the config ' & ${RELEASE.endpoint.EndpointConfigName} : '') & ` +
            `': ' & ${RELEASE.endpoint.FailureReason}]`,
        ),
      }),
    ),
  };
}

/**
 * From the plan to an endpoint that has the challenger in the champion's place; then `SmokeTest`.
 *
 * @param parameters of the update, beside the endpoint config
 */
export function replacement(props: ReleaseStatesProps, parameters: object = {}): States {
  return {
    ...preparation(props, { begin: props.functions.ask ? 'AskForApproval' : 'BeginShift', parameters }),
    ...approval(props, 'BeginShift'),
    BeginShift: pass('NoteShift', assignRelease({ trafficSince: ENTERED })),
    NoteShift: noteShift(props.functions.noteShift, jsonata(PLAN.steps.at(0).challenger), {
      next: 'StopScaling',
      catchTo: 'RestoreChampion',
    }),
  };
}

/** The plan, or its refusal. */
export function planning(
  { functions, schedule }: Pick<FunctionStatesProps, 'functions' | 'schedule'>,
  next: string,
): States {
  const longestWait = longestRelease(schedule).toSeconds();
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
        next,
        catchTo: 'NotPlanned',
        assign: (answer) =>
          assignRelease({
            plan: jsonata(answer),
            reason: REASON,
            step: 0,
            trafficSince: '',
            reasons: [],
            repairs: false,
            ...ROLLBACK_VARIABLES,
            ...ENDPOINT_VARIABLES,
            releaseExecution: jsonata('$states.context.Execution.Id'),
            startedAt: ENTERED,
          }),
      },
    ),
    NotPlanned: choose(
      [
        [
          `${RELEASE.error.Error} = 'ReleaseInProgress' and $states.context.Execution.Input.waitForOthers = true and ${SECONDS_SO_FAR} < ${longestWait}`,
          'WaitForOthers',
        ],
      ],
      'RecordRefusal',
    ),
    // A tenth of the time so far, which takes few of the 25,000 events that an execution may have.
    WaitForOthers: wait(jsonata(`$max([60, $ceil(${SECONDS_SO_FAR} / 10)])`), 'PlanRelease'),
    RecordRefusal: invoke(
      functions.record,
      {
        kind: 'refusal',
        releaseId: jsonata('$states.context.Execution.Name'),
        modelVersion: jsonata('$string($states.context.Execution.Input.modelVersion)'),
        error: jsonata(RELEASE.error),
        execution: jsonata('$states.context.Execution.Id'),
        time: ENTERED,
      },
      { next: 'Refused', ignoreErrorsTo: 'Refused' },
      PERSISTENT_RETRY,
    ),
    Refused: fail(jsonata(RELEASE.error.Error), CAUSE),
  };
}

/** The challenger's model, with which batches are scored as long as it is in production. */
export function createModel({ context, executionRoleArn }: FunctionStatesProps, next: string): States {
  return create(
    'CreateModel',
    'sagemaker:createModel',
    {
      ModelName: jsonata(PLAN.modelName),
      ExecutionRoleArn: executionRoleArn,
      PrimaryContainer: jsonata(PLAN.container),
      EnableNetworkIsolation: jsonata(PLAN.networkIsolation),
      VpcConfig: context.platform.network?._vpcConfig(),
      Tags: tagsOf(context),
    },
    { next, catchTo: 'RestoreChampion' },
  );
}

function shadow({ schedule, functions, ...props }: ReleaseStatesProps): States {
  const { compareShadow } = functions;
  if (!schedule.shadow || !compareShadow) return {};
  return shadowStates(
    { ...props, schedule, shadow: schedule.shadow, functions: { ...functions, compareShadow } },
    'CreateEndpointConfig',
  );
}

/** JSONata: how many instances the challenger has; a function is one. */
const INSTANCES = `${PLAN.finalVariants} ? ${PLAN.finalVariants.at(0).InitialInstanceCount} : 1`;

/**
 * @param next where a challenger with a champion goes once it has passed
 * @param hasTraffic whether customers' requests have warmed it up
 */
export function smokeTest(
  { functions }: Pick<FunctionStatesProps, 'functions'>,
  next: string,
  hasTraffic = false,
): States {
  return {
    SmokeTest: invoke(
      functions.smokeTest,
      {
        releaseId: jsonata(PLAN.releaseId),
        variant: jsonata(PLAN.variant),
        modelVersion: jsonata(PLAN.modelVersion),
        dataVersion: jsonata(PLAN.dataVersion),
        functionVersion: jsonata(PLAN.functionVersion),
        ...(!hasTraffic && { instances: jsonata(INSTANCES) }),
      },
      {
        next: 'SmokeTestPassed',
        catchTo: 'RestoreChampion',
        assign: (answer) =>
          assignRelease({
            passed: jsonata(answer.passed),
            reasons: jsonata(answer.reasons),
          }),
      },
    ),
    SmokeTestPassed: choose(
      [
        [`${RELEASE.passed} and ${PLAN.first}`, 'WriteReport'],
        [RELEASE.passed, next],
      ],
      'RestoreChampion',
    ),
  };
}

/** @param next where an approved challenger goes */
export function approval({ schedule, functions }: FunctionStatesProps, next: string): States {
  return functions.ask ? approvalStates(functions.ask, schedule.approval ?? {}, next) : {};
}

/** From `WriteReport` to the end of a good release, and from `RestoreChampion` to that of a bad one. */
export function ending(props: ReleaseStatesProps): States {
  const { functions } = props;
  return {
    ...released(functions, 'ResumeScaling'),
    ResumeScaling: resumeScaling(functions.scale, 'RemoveUnused'),
    ...rollbackStates(props, RELEASE_ENDS),
  };
}

/**
 * From `WriteReport` to the end of a good release.
 * @param recorded what follows its record, and leads to `RemoveUnused`
 */
export function released(functions: ReleaseFunctions, recorded: string): States {
  return {
    WriteReport: writeReport('released', functions.writeReport, 'RecordRelease'),
    RecordRelease: recordPromotion(functions.record, { next: recorded }),
    RemoveUnused: removeUnused(functions.removeUnused, 'Released'),
    Released: succeed({
      outcome: 'released',
      modelVersion: jsonata(PLAN.modelVersion),
      reasons: jsonata(RELEASE.reasons),
    }),
  };
}
