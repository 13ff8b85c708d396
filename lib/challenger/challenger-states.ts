import type {
  ChallengerWorkflow,
  RecordOutcomeRequest,
  RegisterModelRequest,
} from '../../contracts/functions/retraining';
import type { PipelineFunction } from '../runtime/pipeline-function';
import {
  CAUSE,
  choose,
  fail,
  type Given,
  invoke,
  jsonata,
  PERSISTENT_RETRY,
  type States,
  succeed,
} from '../runtime/states';
import { type ChallengerApproval, challengerApprovalStates } from './challenger-approval';
import type { JudgeFunctions } from './challenger-judge';
import {
  assignChallenger,
  CHALLENGER,
  CHALLENGER_VERSION,
  EVALUATION,
  REASONS,
} from './challenger-variables';
import {
  CHAMPION,
  championVersion,
  type ScoringProps,
  scoresKey,
  scoresKeyExpression,
  scoringStates,
  VERSION_OR_NONE,
} from './scoring-states';

export interface ChallengerStatesProps extends ScoringProps {
  readonly workflow: ChallengerWorkflow;
  readonly functions: JudgeFunctions;
  /** Undefined if nobody is asked. */
  readonly approval?: ChallengerApproval | undefined;
  /** What the version is registered with, besides what every challenger is. */
  readonly version: {
    readonly [Field in 'artifacts' | 'environment' | 'trainingJob' | 'metrics']?: Given<
      RegisterModelRequest[Field]
    >;
  } & { readonly [Field in 'artifacts' | 'environment']: Given<RegisterModelRequest[Field]> };
  /** Name of the state in which the workflow fails. */
  readonly failed: string;
}

const EXECUTION = jsonata('$states.context.Execution.Id');

/**
 * The states that score a challenger beside the champion, judge it, register it, and record why it is not
 * accepted. They begin with `CreateChallengerModel`; a failure of the states before them leads to
 * `RecordFailure`.
 */
export function challengerStates(props: ChallengerStatesProps): States {
  return { ...scoringStates(props), ...judgement(props), ...refusals(props) };
}

function judgement({ functions, approval, version }: ChallengerStatesProps): States {
  return {
    EvaluateChallenger: invoke(
      functions.evaluate,
      {
        modelVersion: jsonata(CHALLENGER_VERSION.modelVersion),
        dataVersion: jsonata(CHALLENGER.dataVersion),
        challengerScoresKey: scoresKey(`${CHALLENGER_VERSION.modelVersion}`),
        championScoresKey: jsonata(`${CHAMPION} ? ${scoresKeyExpression(`${CHAMPION}.modelVersion`)} : null`),
        champion: jsonata(CHAMPION),
      },
      {
        next: 'RegisterModel',
        catchTo: 'RecordFailure',
        // What a person has said was said of an earlier comparison.
        assign: (answer) =>
          assignChallenger({
            evaluation: jsonata(answer),
            comparedWith: jsonata(VERSION_OR_NONE),
            answer: [],
          }),
      },
    ),
    RegisterModel: invoke(
      functions.register,
      {
        modelVersion: jsonata(CHALLENGER_VERSION.modelVersion),
        parentVersion: jsonata(CHALLENGER_VERSION.parentVersion),
        modelDataUrl: jsonata(CHALLENGER_VERSION.modelDataUrl),
        lineage: jsonata(CHALLENGER_VERSION.lineage),
        evaluation: jsonata(CHALLENGER.evaluation),
        execution: EXECUTION,
        ...version,
      },
      {
        next: 'BeatsProduction',
        catchTo: 'RecordFailure',
        assign: (answer) => assignChallenger({ registration: jsonata(answer) }),
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
  };
}

function refusals({ workflow, functions, approval, failed }: ChallengerStatesProps): States {
  const { recordOutcome } = functions;
  return {
    RecordRejection: recordJudgement(recordOutcome, workflow, 'rejection', 'ChallengerRefused'),
    ChallengerRefused: judged('refused'),
    ...(approval && {
      RecordPersonsRejection: recordJudgement(
        recordOutcome,
        workflow,
        'rejection-by-person',
        'ChallengerRejected',
      ),
      ChallengerRejected: judged('rejected'),
      RecordExpiry: recordJudgement(recordOutcome, workflow, 'expiry', 'ApprovalExpired'),
      ApprovalExpired: judged('expired'),
    }),
    RecordFailure: invoke(
      recordOutcome,
      {
        workflow,
        outcome: 'failure',
        modelVersion: jsonata(
          `$exists(${CHALLENGER_VERSION.modelVersion}) ? ${CHALLENGER_VERSION.modelVersion} : null`,
        ),
        dataVersion: jsonata(CHALLENGER.dataVersion),
        reasons: [],
        error: jsonata(CHALLENGER.error),
        execution: EXECUTION,
      },
      { next: failed },
      PERSISTENT_RETRY,
    ),
    [failed]: fail(jsonata(CHALLENGER.error.Error), CAUSE),
  };
}

/** Records how a registered challenger was judged, and why. */
export function recordJudgement(
  recordOutcome: PipelineFunction<'record-outcome'>,
  workflow: ChallengerWorkflow,
  outcome: RecordOutcomeRequest['outcome'],
  next: string,
) {
  return invoke(
    recordOutcome,
    {
      workflow,
      outcome,
      modelVersion: jsonata(CHALLENGER_VERSION.modelVersion),
      champion: championVersion(),
      dataVersion: jsonata(CHALLENGER.dataVersion),
      verdict: jsonata(EVALUATION.verdict),
      reasons: jsonata(REASONS),
      modelPackageArn: jsonata(CHALLENGER.registration.modelPackageArn),
      report: jsonata(EVALUATION.report),
      execution: EXECUTION,
    },
    { next },
    PERSISTENT_RETRY,
  );
}

/** The end of a workflow whose challenger is registered. */
export function judged(outcome: string) {
  return succeed({
    outcome,
    modelVersion: jsonata(CHALLENGER_VERSION.modelVersion),
    reasons: jsonata(REASONS),
  });
}
