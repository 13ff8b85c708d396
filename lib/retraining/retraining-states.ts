import type { Duration } from 'aws-cdk-lib';
import type { BatchScoring } from '../challenger/batch-scoring';
import type { ChallengerJudge } from '../challenger/challenger-judge';
import { type ChallengerStatesProps, challengerStates } from '../challenger/challenger-states';
import { REASONS } from '../challenger/challenger-variables';
import { generatedNamePrefix, type PipelineContext } from '../runtime/pipeline-context';
import type { PipelineFunction } from '../runtime/pipeline-function';
import {
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
import { assignRetraining, RETRAINING, VERSION } from './retraining-variables';
import type { Training } from './training';
import { trainingStates } from './training-states';

export interface RetrainingStatesProps {
  readonly context: PipelineContext;
  readonly training: Training;
  readonly batchScoring: BatchScoring;
  readonly servingEnvironment: { [name: string]: string };
  readonly networkIsolation: boolean;
  readonly trainingRoleArn: string;
  /** What scores and judges the challenger. */
  readonly judge: ChallengerJudge;
  readonly releaseStateMachineArn: string;
  /** How long a release takes at most. */
  readonly releaseTimeout: Duration;
  readonly functions: {
    readonly snapshotData: PipelineFunction<'snapshot-data'>;
    readonly validateData: PipelineFunction<'validate-data'>;
    readonly splitData: PipelineFunction<'split-data'>;
    readonly planVersion: PipelineFunction<'plan-version'>;
    readonly packageModel: PipelineFunction<'package-model'>;
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

/** The states of a retraining, in the order in which a good challenger passes them. */
export function retrainingStates(props: RetrainingStatesProps): States {
  return {
    ...data(props),
    ...trainingStates(props),
    ...challengerStates(challengerStatesProps(props)),
    ...release(props),
    ...refusals(props),
  };
}

function data({ context, functions }: RetrainingStatesProps): States {
  const catchTo = 'RecordFailure';
  const subject = `${context.pipelineName}: training data raise warnings`;
  const warnings = `$join(['The retraining continues. Findings in the training data:', ${RETRAINING.validation.findings.each.message}, 'Report: ' & ${RETRAINING.validation.report}], '\\n')`;
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
        Subject: subject,
        // Amazon Q Developer in chat applications subscribes by HTTPS, and posts custom notifications only:
        // https://docs.aws.amazon.com/chatbot/latest/adminguide/custom-notifs.html
        MessageStructure: 'json',
        Message: jsonata(
          `$string({'default': ${warnings}, 'https': $string({'version': '1.0', 'source': 'custom', 'content': {'textType': 'client-markdown', 'title': '${subject}', 'description': $substring(${warnings}, 0, 3000)}})})`,
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

function challengerStatesProps(props: RetrainingStatesProps): ChallengerStatesProps {
  const { judge, servingEnvironment } = props;
  return {
    ...props,
    workflow: 'retraining',
    functions: judge.functions,
    approval: judge.approval,
    scoringRoleArn: judge.scoringRole.roleArn,
    environment: servingEnvironment,
    version: {
      artifacts: {
        model: jsonata(RETRAINING.modelArchive),
        code: jsonata(VERSION.code),
        baseline: jsonata(RETRAINING.baseline),
      },
      environment: servingEnvironment,
      trainingJob: {
        name: jsonata(RETRAINING.trainingJob.TrainingJobName),
        hyperparameters: jsonata(RETRAINING.trainingJob.HyperParameters),
      },
    },
    accepted: 'Release',
    released: 'Promoted',
    failed: 'RetrainingFailed',
  };
}

function release({ releaseStateMachineArn }: RetrainingStatesProps): States {
  return {
    Release: run(
      'states:startExecution.sync:2',
      {
        StateMachineArn: releaseStateMachineArn,
        Name: jsonata(
          `'release-' & $replace(${VERSION.modelVersion}, '.', '-') & '-' & ${RETRAINING.suffix} & '-' & ${RETRAINING.refusedReleases}`,
        ),
        Input: {
          modelVersion: jsonata(VERSION.modelVersion),
          reason: jsonata(`$join(${REASONS}, '; ')`),
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
      reasons: jsonata(REASONS),
    }),
    ReleaseRolledBack: succeed({
      outcome: 'rolled-back',
      modelVersion: jsonata(VERSION.modelVersion),
      reasons: jsonata(RETRAINING.release.reasons),
    }),
  };
}

function refusals({ judge }: RetrainingStatesProps): States {
  return {
    RecordBadData: invoke(
      judge.functions.recordOutcome,
      {
        workflow: 'retraining',
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
  };
}
