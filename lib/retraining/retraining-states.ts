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
import { assignRetraining, EVALUATION, RETRAINING, VERSION } from './retraining-variables';
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
const RELEASE_ENDED = `${RETRAINING.error.Error} = 'States.TaskFailed'`;

/** What decided: the person's answer, if there is one, and the gate. */
const REASONS = jsonata(`$append(${RETRAINING.answer}, ${EVALUATION.reasons})`);

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
    BeginRetraining: pass(
      'SnapshotData',
      assignRetraining({
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
    ),
    SnapshotData: invoke(
      functions.snapshotData,
      {},
      {
        next: 'ValidateData',
        catchTo,
        assign: (answer) => assignRetraining({ dataVersion: jsonata(answer.dataVersion) }),
      },
    ),
    ValidateData: invoke(
      functions.validateData,
      { dataVersion: jsonata(RETRAINING.dataVersion) },
      {
        next: 'DataIsValid',
        catchTo,
        assign: (answer) => assignRetraining({ validation: jsonata(answer) }),
      },
    ),
    DataIsValid: choose(
      [
        [
          `${RETRAINING.validation.valid} and $count(${RETRAINING.validation.findings}) > 0`,
          'TellDataWarnings',
        ],
        [RETRAINING.validation.valid, 'SplitData'],
      ],
      'RecordBadData',
    ),
    TellDataWarnings: run(
      'sns:publish',
      {
        TopicArn: context.topic.topicArn,
        Subject: `${context.pipelineName}: training data raise warnings`,
        Message: jsonata(
          `$join(['The retraining continues. Findings in the training data:', ${RETRAINING.validation.findings.each.message}, 'Report: ' & ${RETRAINING.validation.report}], '\\n')`,
        ),
      },
      { next: 'SplitData', catchTo },
    ),
    SplitData: invoke(
      functions.splitData,
      { dataVersion: jsonata(RETRAINING.dataVersion) },
      {
        next: 'PlanVersion',
        catchTo,
        assign: (answer) => assignRetraining({ split: jsonata(answer) }),
      },
    ),
    PlanVersion: invoke(
      functions.planVersion,
      {
        dataVersion: jsonata(RETRAINING.dataVersion),
        hyperparameters: jsonata(RETRAINING.overrides),
      },
      { next: 'Train', catchTo, assign: (answer) => assignRetraining({ version: jsonata(answer) }) },
    ),
  };
}

function judgement({ functions, releaseStateMachineArn, approval }: RetrainingStatesProps): States {
  return {
    EvaluateChallenger: invoke(
      functions.evaluate,
      {
        modelVersion: jsonata(VERSION.modelVersion),
        dataVersion: jsonata(RETRAINING.dataVersion),
        challengerScoresKey: scoresKey(`${VERSION.modelVersion}`),
        championScoresKey: jsonata(`${CHAMPION} ? ${scoresKeyExpression(`${CHAMPION}.modelVersion`)} : null`),
        champion: jsonata(CHAMPION),
      },
      {
        next: 'RegisterModel',
        catchTo: 'RecordFailure',
        // What a person has said was said of an earlier comparison.
        assign: (answer) =>
          assignRetraining({
            evaluation: jsonata(answer),
            comparedWith: jsonata(VERSION_OR_NONE),
            answer: [],
          }),
      },
    ),
    RegisterModel: invoke(
      functions.register,
      {
        modelVersion: jsonata(VERSION.modelVersion),
        parentVersion: jsonata(VERSION.parentVersion),
        modelDataUrl: jsonata(VERSION.modelDataUrl),
        artifacts: {
          model: jsonata(RETRAINING.modelArchive),
          code: jsonata(VERSION.code),
          baseline: jsonata(RETRAINING.baseline),
        },
        lineage: jsonata(VERSION.lineage),
        evaluation: jsonata(RETRAINING.evaluation),
        execution: EXECUTION,
        trainingJobName: jsonata(RETRAINING.trainingJob.TrainingJobName),
        hyperparameters: jsonata(RETRAINING.trainingJob.HyperParameters),
      },
      {
        next: 'BeatsProduction',
        catchTo: 'RecordFailure',
        assign: (answer) => assignRetraining({ registration: jsonata(answer) }),
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
          `'release-' & $replace(${VERSION.modelVersion}, '.', '-') & '-' & ${RETRAINING.suffix} & '-' & ${RETRAINING.refusedReleases}`,
        ),
        Input: {
          modelVersion: jsonata(VERSION.modelVersion),
          reason: jsonata(`$join($append(${RETRAINING.answer}, ${EVALUATION.reasons}), '; ')`),
          AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID: EXECUTION,
        },
      },
      {
        next: 'WasReleased',
        catchTo: 'ReleaseEndedEarly',
        assign: assignRetraining({ release: jsonata('$states.result.Output') }),
      },
    ),
    WasReleased: choose([[`${RETRAINING.release.outcome} = 'released'`, 'Promoted']], 'ReleaseRolledBack'),
    ReleaseEndedEarly: choose(
      [
        // A person or an alarm stopped it: another workflow gives the champion its traffic back, and records
        // it.
        [`${RELEASE_ENDED} and $parse(${RETRAINING.error.Cause}).Status = 'ABORTED'`, 'ReleaseStopped'],
        [
          `${RELEASE_ENDED} and $parse(${RETRAINING.error.Cause}).Error = 'ReleaseInProgress' and ${RETRAINING.refusedReleases} < ${MOST_REFUSED_RELEASES}`,
          'OtherReleaseWasFirst',
        ],
        // The release, or the workflow that undoes it, has recorded it and notified people of it.
        [RELEASE_ENDED, 'ReleaseFailed'],
      ],
      'RecordFailure',
    ),
    OtherReleaseWasFirst: pass(
      'WaitForOtherRelease',
      assignRetraining({ refusedReleases: jsonata(`${RETRAINING.refusedReleases} + 1`) }),
    ),
    ReleaseStopped: succeed({
      outcome: 'rolled-back',
      modelVersion: jsonata(VERSION.modelVersion),
      reasons: jsonata(`[$parse(${RETRAINING.error.Cause}).Cause]`),
    }),
    ReleaseFailed: succeed({
      outcome: 'release-failed',
      modelVersion: jsonata(VERSION.modelVersion),
      reasons: jsonata(
        `[$join([$parse(${RETRAINING.error.Cause}).Status, $parse(${RETRAINING.error.Cause}).Error, $parse(${RETRAINING.error.Cause}).Cause], ': ')]`,
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
      reasons: jsonata(RETRAINING.release.reasons),
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
        dataVersion: jsonata(RETRAINING.dataVersion),
        reasons: jsonata(`[${RETRAINING.validation.findings.each.message}]`),
        report: jsonata(RETRAINING.validation.report),
        execution: EXECUTION,
      },
      { next: 'DataRefused' },
      PERSISTENT_RETRY,
    ),
    DataRefused: fail(
      'DataRefused',
      jsonata(`$join([${RETRAINING.validation.findings.each.message}], '; ')`),
    ),
    RecordFailure: invoke(
      functions.recordOutcome,
      {
        outcome: 'failure',
        modelVersion: jsonata(`$exists(${VERSION.modelVersion}) ? ${VERSION.modelVersion} : null`),
        dataVersion: jsonata(RETRAINING.dataVersion),
        reasons: [],
        error: jsonata(RETRAINING.error),
        execution: EXECUTION,
      },
      { next: 'RetrainingFailed' },
      PERSISTENT_RETRY,
    ),
    RetrainingFailed: fail(jsonata(RETRAINING.error.Error), CAUSE),
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
        dataVersion: jsonata(RETRAINING.dataVersion),
        verdict: jsonata(EVALUATION.verdict),
        reasons: REASONS,
        modelPackageArn: jsonata(RETRAINING.registration.modelPackageArn),
        report: jsonata(EVALUATION.report),
        execution: EXECUTION,
      },
      { next: end[0] },
      PERSISTENT_RETRY,
    ),
    [end[0]]: succeed({ outcome: end[1], modelVersion, reasons: REASONS }),
  };
}
