import type { NoteShiftRequest, RecordRollbackRequest } from '../../contracts/functions/release';
import type { PipelineContext } from '../runtime/pipeline-context';
import type { PipelineFunction } from '../runtime/pipeline-function';
import {
  call,
  choose,
  ENTERED,
  fail,
  type Given,
  invoke,
  jsonata,
  PERSISTENT_RETRY,
  pass,
  type State,
  type States,
  succeed,
  type Transition,
} from '../runtime/states';
import { type ChampionEnds, championStates } from './champion-states';
import { assignRelease, PLAN, RELEASE } from './release-variables';
import { resumeChampionScaling } from './scaling-states';

/** The reasons of a verdict, or the error that ended the release. */
const WHY = `$exists(${RELEASE.error.Error}) ? [${RELEASE.error.Error} & ': ' & ${RELEASE.error.Cause}] : ${RELEASE.reasons}`;

/** Variables that the states of a rollback start from. */
export const ROLLBACK_VARIABLES = {
  trafficIsBack: false,
  isNoted: false,
  attempts: 0,
  championLooks: 0,
  error: {},
  report: '',
  problems: [],
};

/** What every rollback calls. */
export interface RollbackFunctions {
  readonly noteShift: PipelineFunction<'note-shift'>;
  readonly writeReport: PipelineFunction<'write-report'>;
  readonly record: PipelineFunction<'record-release'>;
  readonly repair: PipelineFunction<'repair-champion'>;
  readonly removeUnused: PipelineFunction<'remove-unused'>;
  /** Only if instances of the function that serves start before requests. */
  readonly warm?: PipelineFunction<'warm-function'>;
}

export interface RollbackStatesProps {
  readonly context: PipelineContext;
  readonly functions: RollbackFunctions & { readonly scale: PipelineFunction<'scale-endpoint'> };
  /** Whether the number of instances follows the traffic, so that the champion's config does not know it. */
  readonly scales: boolean;
}

/**
 * From any state of a release to the champion alone, beginning with `RestoreChampion`. It describes the
 * endpoint and takes the next step until nothing of the challenger is left, so it does not matter where the
 * release ended. If both variants are up, the first step is one weight update.
 *
 * Needs the variables `plan`, `reason`, `reasons`, `releaseExecution`, `startedAt` and `trafficSince`, and
 * {@link ROLLBACK_VARIABLES}.
 */
export function rollbackStates(
  props: RollbackStatesProps,
  ends: ChampionEnds = { back: 'CompleteChampion', lost: 'ChampionNotRestored' },
): States {
  const { context, functions } = props;
  const update = (parameters: object) => ({ EndpointName: context.endpointName, ...parameters });
  return {
    RestoreChampion: choose([[`${PLAN.first}`, 'LookAtFailedEndpoint']], 'LookAtEndpoint'),
    BeginNote: pass('NoteReturn', assignRelease({ isNoted: true })),
    NoteReturn: {
      ...noteShift(functions.noteShift, 0, {
        next: 'LookAtEndpoint',
        tellErrorsLater: {
          what: 'the share of the traffic in the routing document could not be set to 0',
          next: 'LookAtEndpoint',
        },
      }),
      Retry: [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 1, MaxAttempts: 1 }],
    },
    ...championStates(props, ends),
    CompleteChampion: completeChampion(functions.repair),
    ChampionNotRestored: pass(
      'WriteRollbackReport',
      assignRelease({
        error: {},
        reasons: jsonata(
          `$append(${WHY}, ['the endpoint could not be restored to its previous config: check it manually'])`,
        ),
      }),
    ),
    LookAtFailedEndpoint: call('sagemaker:describeEndpoint', update({}), {
      next: 'IsFailedEndpointOurs',
      ignoreErrorsTo: 'WriteRollbackReport',
      assign: assignRelease({
        endpoint: jsonata(
          "{'EndpointStatus': $states.result.EndpointStatus, 'EndpointConfigName': $states.result.EndpointConfigName}",
        ),
      }),
    }),
    // The config's name is this release's alone; what failed is an earlier one's, or somebody else's, which
    // has no tag that lets this delete it.
    IsFailedEndpointOurs: choose(
      [
        [
          `${RELEASE.endpoint.EndpointConfigName} = ${PLAN.configName} or ${RELEASE.endpoint.EndpointStatus} = 'Failed'`,
          'DeleteFailedEndpoint',
        ],
      ],
      'WriteRollbackReport',
    ),
    DeleteFailedEndpoint: call('sagemaker:deleteEndpoint', update({}), {
      next: 'WriteRollbackReport',
      ignoreErrorsTo: 'WriteRollbackReport',
    }),
    ...rolledBack(functions, { recorded: 'ResumeChampionScaling', unrecorded: 'ResumeScalingUnrecorded' }),
    ResumeChampionScaling: resumeChampionScaling(functions.scale, 'RemoveLeftovers'),
    ResumeScalingUnrecorded: resumeChampionScaling(functions.scale, 'RollbackNotRecorded'),
  };
}

/**
 * Its model or config may have been deleted meanwhile: the serving endpoint continues without, the next
 * release would not.
 */
export function completeChampion(repair: PipelineFunction<'repair-champion'>): State {
  const what = 'what somebody deleted of the version in production could not be recreated';
  const next = 'WriteRollbackReport';
  return invoke(repair, {}, { next, tellErrorsLater: { what, next } });
}

/**
 * From `WriteRollbackReport`, with the champion's traffic back, to the end.
 *
 * `recorded` follows the record, and leads to `RemoveLeftovers`; `unrecorded` is where a missing record
 * leads, and ends in `RollbackNotRecorded`.
 */
export function rolledBack(
  functions: RollbackFunctions,
  { recorded, unrecorded }: { readonly recorded: string; readonly unrecorded: string },
): States {
  return {
    WriteRollbackReport: writeReport('rolled-back', functions.writeReport, 'RecordRollback'),
    RecordRollback: recordRollback(functions.record, {
      next: recorded,
      tellErrorsLater: { what: 'the rollback could not be recorded at once', next: 'RecordWhatCanBe' },
    }),
    // Without the ledger, too, people are notified, the champion scales, and another release can begin.
    RecordWhatCanBe: recordRollback(
      functions.record,
      { next: recorded, ignoreErrorsTo: unrecorded },
      { isLastAttempt: true },
    ),
    // Of which people are notified as of every workflow that fails.
    RollbackNotRecorded: fail(
      'RollbackNotRecorded',
      'the champion has its traffic back, but this could be neither recorded nor notified: check the function RecordRelease, then: model-pipeline rollback',
    ),
    RemoveLeftovers: removeUnused(functions.removeUnused, 'RolledBack'),
    RolledBack: succeed({
      outcome: 'rolled-back',
      modelVersion: jsonata(PLAN.modelVersion),
      reasons: jsonata(WHY),
    }),
  };
}

/**
 * Writes the challenger's share of the traffic into the routing document.
 *
 * @param shadow if it is a shadow: the endpoint config by which it is, or nothing where a function copies the
 * requests
 */
export function noteShift(
  handler: PipelineFunction<'note-shift'>,
  trafficShare: Given<number>,
  transition: Transition,
  shadow?: Given<NoteShiftRequest['shadow']>,
): State {
  return invoke(
    handler,
    {
      releaseId: jsonata(PLAN.releaseId),
      trafficShare,
      trafficSince: jsonata(RELEASE.trafficSince),
      ...(shadow && { shadow }),
    },
    transition,
  );
}

const RECORDED = {
  reason: jsonata(RELEASE.reason),
  execution: jsonata('$states.context.Execution.Id'),
  releaseExecution: jsonata(RELEASE.releaseExecution),
  report: jsonata(RELEASE.report),
};

/** Records that the challenger is in production. */
export function recordPromotion(record: PipelineFunction<'record-release'>, transition: Transition): State {
  return invoke(
    record,
    {
      kind: 'release',
      plan: jsonata(RELEASE.plan),
      reasons: jsonata(RELEASE.reasons),
      ...RECORDED,
      time: ENTERED,
    },
    transition,
    PERSISTENT_RETRY,
  );
}

/** Records that the champion has all traffic again. */
function recordRollback(
  record: PipelineFunction<'record-release'>,
  transition: Transition,
  lastAttempt?: Pick<RecordRollbackRequest, 'isLastAttempt'>,
): State {
  return invoke(
    record,
    {
      kind: 'rollback',
      plan: jsonata(RELEASE.plan),
      reasons: jsonata(WHY),
      ...RECORDED,
      problems: jsonata(RELEASE.problems),
      time: ENTERED,
      ...lastAttempt,
    },
    transition,
    PERSISTENT_RETRY,
  );
}

/** Writes how a release went; without the report, the end is recorded all the same. */
export function writeReport(
  outcome: 'released' | 'rolled-back',
  handler: PipelineFunction<'write-report'>,
  next: string,
): State {
  return invoke(
    handler,
    {
      outcome,
      plan: jsonata(RELEASE.plan),
      reasons: jsonata(outcome === 'released' ? RELEASE.reasons : WHY),
      reason: jsonata(RELEASE.reason),
      startedAt: jsonata(RELEASE.startedAt),
      trafficSince: jsonata(RELEASE.trafficSince),
      time: ENTERED,
    },
    {
      next,
      ...(outcome === 'released'
        ? { ignoreErrorsTo: next }
        : { tellErrorsLater: { what: 'the report could not be written', next } }),
      assign: (answer) => assignRelease({ report: jsonata(answer.report) }),
    },
  );
}

/** Removes what no version in production needs; what it cannot remove now, the next one will. */
export function removeUnused(handler: PipelineFunction<'remove-unused'>, next: string): State {
  return invoke(handler, {}, { next, ignoreErrorsTo: next }, PERSISTENT_RETRY);
}
