import type { Duration } from 'aws-cdk-lib';
import type { RecordOutcomeRequest } from '../../contracts/functions/retraining';
import { generatedNamePrefix, type PipelineContext } from '../runtime/pipeline-context';
import type { PipelineFunction } from '../runtime/pipeline-function';
import {
  CAUSE,
  choose,
  fail,
  invoke,
  jsonata,
  PERSISTENT_RETRY,
  pass,
  run,
  type States,
  succeed,
} from '../runtime/states';
import type { BatchScoring } from './batch-scoring';
import { type ChallengerApproval, challengerApprovalStates } from './challenger-approval';
import { EVALUATION, VERSION } from './retraining-paths';
import {
  CHAMPION,
  championVersion,
  scoresKey,
  scoresKeyExpression,
  scoringStates,
  VERSION_OR_NONE,
} from './scoring-states';
import type { Training } from './training';
import { trainingStates } from './training-states';

export interface RetrainingStatesProps {
  readonly context: PipelineContext;
  readonly training: Training;
  readonly batchScoring: BatchScoring;
  readonly servingEnvironment: { [name: string]: string };
  readonly networkIsolation: boolean;
  readonly trainingRoleArn: string;
  readonly scoringRoleArn: string;
  readonly releaseStateMachineArn: string;
  /** How long a release takes at most. */
  readonly releaseTimeout: Duration;
  /** Undefined if nobody is asked. */
  readonly approval?: ChallengerApproval;
  readonly functions: {
    readonly snapshotData: PipelineFunction<'snapshot-data'>;
    readonly validateData: PipelineFunction<'validate-data'>;
    readonly splitData: PipelineFunction<'split-data'>;
    readonly planVersion: PipelineFunction<'plan-version'>;
    readonly packageModel: PipelineFunction<'package-model'>;
    readonly findChampion: PipelineFunction<'find-champion'>;
    readonly profileBaseline: PipelineFunction<'profile-baseline'>;
    readonly evaluate: PipelineFunction<'evaluate-challenger'>;
    readonly register: PipelineFunction<'register-model'>;
    readonly recordOutcome: PipelineFunction<'record-outcome'>;
  };
}

const EXECUTION = jsonata('$states.context.Execution.Id');

/** So often another release may begin in the moment before the challenger's own. */
const MOST_REFUSED_RELEASES = 5;

/**
 * JSONata: the release has begun, and ended otherwise than by itself; `$error.Cause` then describes its
 * execution.
 */
const RELEASE_ENDED = "$error.Error = 'States.TaskFailed'";

/** What decided: the person's answer, if there is one, and the gate. */
const REASONS = jsonata(`$append($answer, ${EVALUATION.reasons})`);

/** The states of a retraining, in the order in which a good challenger passes them. */
export function retrainingStates(props: RetrainingStatesProps): States {
  return {
    ...data(props),
    ...trainingStates(props),
    ...scoringStates(props),
    ...judgement(props),
    ...refusals(props),
  };
}

function data({ context, functions }: RetrainingStatesProps): States {
  const catchTo = 'RecordFailure';
  return {
    // Whatever fails later finds every variable that the record of a failure names.
    BeginRetraining: pass('SnapshotData', {
      namePrefix: generatedNamePrefix(context.pipelineName),
      suffix: jsonata('$substring($uuid(), 0, 8)'),
      overrides: jsonata('$exists($states.input.hyperparameters) ? $states.input.hyperparameters : {}'),
      dataVersion: null,
      comparedWith: null,
      refusedReleases: 0,
      answer: [],
      version: {},
      error: {},
    }),
    SnapshotData: invoke(
      functions.snapshotData,
      {},
      {
        next: 'ValidateData',
        catchTo,
        assign: { dataVersion: jsonata('$states.result.Payload.dataVersion') },
      },
    ),
    ValidateData: invoke(
      functions.validateData,
      { dataVersion: jsonata('$dataVersion') },
      {
        next: 'DataIsValid',
        catchTo,
        assign: { validation: jsonata('$states.result.Payload') },
      },
    ),
    DataIsValid: choose(
      [
        ['$validation.valid and $count($validation.findings) > 0', 'TellDataWarnings'],
        ['$validation.valid', 'SplitData'],
      ],
      'RecordBadData',
    ),
    TellDataWarnings: run(
      'sns:publish',
      {
        TopicArn: context.topic.topicArn,
        Subject: `${context.pipelineName}: training data raise warnings`,
        Message: jsonata(
          "$join(['The retraining continues. Findings in the training data:', $validation.findings.message, 'Report: ' & $validation.report], '\\n')",
        ),
      },
      { next: 'SplitData', catchTo },
    ),
    SplitData: invoke(
      functions.splitData,
      { dataVersion: jsonata('$dataVersion') },
      {
        next: 'PlanVersion',
        catchTo,
        assign: { split: jsonata('$states.result.Payload') },
      },
    ),
    PlanVersion: invoke(
      functions.planVersion,
      {
        dataVersion: jsonata('$dataVersion'),
        hyperparameters: jsonata('$overrides'),
      },
      { next: 'Train', catchTo, assign: { version: jsonata('$states.result.Payload') } },
    ),
  };
}

function judgement({ functions, releaseStateMachineArn, approval }: RetrainingStatesProps): States {
  return {
    EvaluateChallenger: invoke(
      functions.evaluate,
      {
        modelVersion: jsonata(VERSION.modelVersion),
        dataVersion: jsonata('$dataVersion'),
        challengerScoresKey: scoresKey(`${VERSION.modelVersion}`),
        championScoresKey: jsonata(`${CHAMPION} ? ${scoresKeyExpression(`${CHAMPION}.modelVersion`)} : null`),
        champion: jsonata(CHAMPION),
      },
      {
        next: 'RegisterModel',
        catchTo: 'RecordFailure',
        // What a person has said was said of an earlier comparison.
        assign: {
          evaluation: jsonata('$states.result.Payload'),
          comparedWith: jsonata(VERSION_OR_NONE),
          answer: [],
        },
      },
    ),
    RegisterModel: invoke(
      functions.register,
      {
        modelVersion: jsonata(VERSION.modelVersion),
        parentVersion: jsonata(VERSION.parentVersion),
        modelDataUrl: jsonata(VERSION.modelDataUrl),
        artifacts: {
          model: jsonata('$modelArchive'),
          code: jsonata(VERSION.code),
          baseline: jsonata('$baseline'),
        },
        lineage: jsonata(VERSION.lineage),
        evaluation: jsonata('$evaluation'),
        execution: EXECUTION,
        trainingJobName: jsonata('$trainingJob.TrainingJobName'),
        hyperparameters: jsonata('$trainingJob.HyperParameters'),
      },
      {
        next: 'BeatsProduction',
        catchTo: 'RecordFailure',
        assign: { registration: jsonata('$states.result.Payload') },
      },
    ),
    BeatsProduction: choose(
      [
        [`${EVALUATION.verdict} = 'promote'`, 'FindChampion'],
        ...(approval ? [[`${EVALUATION.verdict} = 'needs-person'`, 'AskForApproval'] as const] : []),
      ],
      'RecordRejection',
    ),
    ...(approval &&
      challengerApprovalStates(approval, {
        approved: 'FindChampion',
        rejected: 'RecordPersonsRejection',
        expired: 'RecordExpiry',
        catchTo: 'RecordFailure',
      })),
    Release: run(
      'states:startExecution.sync:2',
      {
        StateMachineArn: releaseStateMachineArn,
        Name: jsonata(
          `'release-' & $replace(${VERSION.modelVersion}, '.', '-') & '-' & $suffix & '-' & $refusedReleases`,
        ),
        Input: {
          modelVersion: jsonata(VERSION.modelVersion),
          reason: jsonata(`$join($append($answer, ${EVALUATION.reasons}), '; ')`),
          AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID: EXECUTION,
        },
      },
      {
        next: 'WasReleased',
        catchTo: 'ReleaseEndedEarly',
        assign: { release: jsonata('$states.result.Output') },
      },
    ),
    WasReleased: choose([["$release.outcome = 'released'", 'Promoted']], 'ReleaseRolledBack'),
    ReleaseEndedEarly: choose(
      [
        // A person or an alarm stopped it: another workflow gives the champion its traffic back, and records
        // it.
        [`${RELEASE_ENDED} and $parse($error.Cause).Status = 'ABORTED'`, 'ReleaseStopped'],
        [
          `${RELEASE_ENDED} and $parse($error.Cause).Error = 'ReleaseInProgress' and $refusedReleases < ${MOST_REFUSED_RELEASES}`,
          'OtherReleaseWasFirst',
        ],
        // The release, or the workflow that undoes it, has recorded it and notified people of it.
        [RELEASE_ENDED, 'ReleaseFailed'],
      ],
      'RecordFailure',
    ),
    OtherReleaseWasFirst: pass('WaitForOtherRelease', { refusedReleases: jsonata('$refusedReleases + 1') }),
    ReleaseStopped: succeed({
      outcome: 'rolled-back',
      modelVersion: jsonata(VERSION.modelVersion),
      reasons: jsonata('[$parse($error.Cause).Cause]'),
    }),
    ReleaseFailed: succeed({
      outcome: 'release-failed',
      modelVersion: jsonata(VERSION.modelVersion),
      reasons: jsonata(
        "[$join([$parse($error.Cause).Status, $parse($error.Cause).Error, $parse($error.Cause).Cause], ': ')]",
      ),
    }),
    Promoted: succeed({
      outcome: 'promoted',
      modelVersion: jsonata(VERSION.modelVersion),
      reasons: REASONS,
    }),
    ReleaseRolledBack: succeed({
      outcome: 'rolled-back',
      modelVersion: jsonata(VERSION.modelVersion),
      reasons: jsonata('$release.reasons'),
    }),
  };
}

function refusals({ functions, approval }: RetrainingStatesProps): States {
  const { recordOutcome } = functions;
  return {
    ...notReleased(recordOutcome, {
      record: ['RecordRejection', 'rejection'],
      end: ['ChallengerRefused', 'refused'],
    }),
    ...(approval && {
      ...notReleased(recordOutcome, {
        record: ['RecordPersonsRejection', 'rejection-by-person'],
        end: ['ChallengerRejected', 'rejected'],
      }),
      ...notReleased(recordOutcome, {
        record: ['RecordExpiry', 'expiry'],
        end: ['ApprovalExpired', 'expired'],
      }),
    }),
    RecordBadData: invoke(
      functions.recordOutcome,
      {
        outcome: 'failure',
        dataVersion: jsonata('$dataVersion'),
        reasons: jsonata('[$validation.findings.message]'),
        report: jsonata('$validation.report'),
        execution: EXECUTION,
      },
      { next: 'DataRefused' },
      PERSISTENT_RETRY,
    ),
    DataRefused: fail('DataRefused', jsonata("$join([$validation.findings.message], '; ')")),
    RecordFailure: invoke(
      functions.recordOutcome,
      {
        outcome: 'failure',
        modelVersion: jsonata(`$exists(${VERSION.modelVersion}) ? ${VERSION.modelVersion} : null`),
        dataVersion: jsonata('$dataVersion'),
        reasons: [],
        error: jsonata('$error'),
        execution: EXECUTION,
      },
      { next: 'RetrainingFailed' },
      PERSISTENT_RETRY,
    ),
    RetrainingFailed: fail(jsonata('$error.Error'), CAUSE),
  };
}

/** Records that a registered challenger is not released, and why. */
function notReleased(
  recordOutcome: PipelineFunction<'record-outcome'>,
  {
    record,
    end,
  }: {
    readonly record: readonly [state: string, outcome: RecordOutcomeRequest['outcome']];
    readonly end: readonly [state: string, outcome: string];
  },
): States {
  const modelVersion = jsonata(VERSION.modelVersion);
  return {
    [record[0]]: invoke(
      recordOutcome,
      {
        outcome: record[1],
        modelVersion,
        champion: championVersion(),
        dataVersion: jsonata('$dataVersion'),
        verdict: jsonata(EVALUATION.verdict),
        reasons: REASONS,
        modelPackageArn: jsonata('$registration.modelPackageArn'),
        report: jsonata(EVALUATION.report),
        execution: EXECUTION,
      },
      { next: end[0] },
      PERSISTENT_RETRY,
    ),
    [end[0]]: succeed({ outcome: end[1], modelVersion, reasons: REASONS }),
  };
}
