import type { Duration } from 'aws-cdk-lib';
import { tagsOf } from '../runtime/ownership';
import type { PipelineContext } from '../runtime/pipeline-context';
import type { PipelineFunction } from '../runtime/pipeline-function';
import { call, choose, invoke, jsonata, pass, type States, wait } from '../runtime/states';
import { transformStates } from '../runtime/transform-jobs';
import type { BatchScoring } from './batch-scoring';
import { assignChallenger, CHALLENGER, CHALLENGER_VERSION } from './challenger-variables';
import { JOB_NAME } from './jobs';

export interface ScoringProps {
  readonly context: PipelineContext;
  readonly batchScoring: BatchScoring;
  /** Environment of the container that serves the challenger: an object, or an expression of one. */
  readonly environment: object | string;
  readonly networkIsolation: boolean;
  readonly scoringRoleArn: string;
  readonly functions: {
    readonly profileBaseline: PipelineFunction<'profile-baseline'>;
    readonly findChampion: PipelineFunction<'find-champion'>;
  };
  /** How long a release takes at most. */
  readonly releaseTimeout: Duration;
  /**
   * Where a challenger goes that was accepted in the comparison with the champion that is in production now.
   */
  readonly accepted: string;
  /** Where one goes that somebody has released meanwhile. */
  readonly released: string;
}

/** The champion that was scored, as JSONata: null if there is none. */
export const CHAMPION = CHALLENGER.champion;

/** The value of `$comparedWith` once the current champion was compared with; null before that. */
export const VERSION_OR_NONE = `(${CHAMPION} ? ${CHAMPION}.modelVersion : '')`;

const CHALLENGER_MODEL = `${JOB_NAME} & '-scoring-' & ${CHALLENGER.suffix}`;
/** The champion's own model runs with the rights of endpoints. */
const CHAMPION_MODEL = `${JOB_NAME} & '-champion-' & ${CHALLENGER.championsScored} & '-' & ${CHALLENGER.suffix}`;
/** Each takes as long as a job: more of them within one retraining is no bad luck. */
const MOST_CHAMPIONS = 5;
const CAUSE = CHALLENGER.error.Cause;
/** Why a job, of which the cause tells everything, or a call failed. */
const FAILURE = `$substring(${CAUSE}, 0, 1) = '{' and $contains(${CAUSE}, '"FailureReason"') ? $parse(${CAUSE}).FailureReason : ${CAUSE}`;
const RELEASE_POLL_SECONDS = 900;
/** An execution may have 25,000 events, and a poll takes 9: a release may take weeks. */
const MOST_RELEASE_LOOKS = 1000;

/**
 * Challenger and champion score the holdout, each in the container that would serve it; then
 * `EvaluateChallenger`. Who comes to `FindChampion` once `$comparedWith` is the champion that decided goes to
 * `accepted`, if that is in production still.
 */
export function scoringStates(props: ScoringProps): States {
  return { ...scoreChallenger(props), ...scoreChampion(props) };
}

function scoreChallenger(props: ScoringProps): States {
  const { environment, networkIsolation, functions } = props;
  return {
    ...scoreBy(
      props,
      {
        name: 'Challenger',
        job: "'-challenger-'",
        model: CHALLENGER_MODEL,
        version: `${CHALLENGER_VERSION.modelVersion}`,
        container: {
          Image: jsonata(CHALLENGER_VERSION.image),
          ModelDataUrl: jsonata(CHALLENGER_VERSION.modelDataUrl),
          Environment: environment,
        },
        isIsolated: networkIsolation,
      },
      { next: 'ProfileBaseline', catchTo: 'RecordFailure' },
    ),
    ProfileBaseline: invoke(
      functions.profileBaseline,
      {
        modelVersion: jsonata(CHALLENGER_VERSION.modelVersion),
        dataVersion: jsonata(CHALLENGER.dataVersion),
        scoresKey: scoresKey(`${CHALLENGER_VERSION.modelVersion}`),
      },
      {
        next: 'FindChampion',
        catchTo: 'RecordFailure',
        assign: (answer) =>
          assignChallenger({
            baseline: jsonata(answer),
            scoredVersion: '',
            failedChampion: {},
            championsScored: 0,
          }),
      },
    ),
  };
}

/**
 * The version in production may be another one than when the workflow began, and its model gone: it is looked
 * up when it is to be scored, again when it was, and before the challenger is released. The workflow waits
 * for a release in progress, because the challenger must beat the version that is in production after it.
 */
function scoreChampion(props: ScoringProps): States {
  return {
    FindChampion: invoke(
      props.functions.findChampion,
      {},
      {
        next: 'IsChampionScored',
        catchTo: 'RecordFailure',
        assign: (answer) =>
          assignChallenger({
            champion: jsonata(answer.champion),
            registeredContainer: jsonata(answer.container),
            candidate: jsonata(answer.candidate),
          }),
      },
    ),
    IsChampionScored: choose(
      [
        [`${CHALLENGER.candidate} != null`, 'WaitForOtherRelease'],
        [`${CHALLENGER.comparedWith} = ${VERSION_OR_NONE}`, props.accepted],
        // Somebody has released it meanwhile.
        [`${CHAMPION}.modelVersion = ${CHALLENGER_VERSION.modelVersion}`, props.released],
        [
          `${CHAMPION} = null or ${CHAMPION}.modelVersion = ${CHALLENGER.scoredVersion}`,
          'EvaluateChallenger',
        ],
        [`${CHAMPION} = ${CHALLENGER.failedChampion}`, 'ChampionCannotScore'],
        [`${CHALLENGER.championsScored} >= ${MOST_CHAMPIONS}`, 'ChampionKeepsChanging'],
      ],
      'BeginScoringChampion',
    ),
    ChampionCannotScore: pass(
      'RecordFailure',
      assignChallenger({
        error: {
          Error: 'ChampionCannotScore',
          Cause: jsonata(
            `'version ' & ${CHAMPION}.modelVersion & ', which is in production, could not score the holdout, so that the challenger cannot be compared with it: ' & (${FAILURE})`,
          ),
        },
      }),
    ),
    WaitForOtherRelease: wait(releasePollSeconds(props.releaseTimeout), 'FindChampion'),
    ChampionKeepsChanging: pass(
      'RecordFailure',
      assignChallenger({
        error: {
          Error: 'ChampionKeepsChanging',
          Cause: `the version in production has changed ${MOST_CHAMPIONS} times while the challenger was compared with it: try again when the releases have ended`,
        },
      }),
    ),
    BeginScoringChampion: pass(
      'LookAtChampionModel',
      assignChallenger({ championsScored: jsonata(`${CHALLENGER.championsScored} + 1`) }),
    ),
    LookAtChampionModel: call(
      'sagemaker:describeModel',
      { ModelName: jsonata(`${CHAMPION}.modelName`) },
      {
        next: 'CreateChampionModel',
        catchTo: 'ChampionNotScored',
        assign: assignChallenger({
          championContainer: jsonata(
            `${CHALLENGER.registeredContainer} ? ${CHALLENGER.registeredContainer} : $states.result.PrimaryContainer`,
          ),
          isChampionIsolated: jsonata('$states.result.EnableNetworkIsolation = true'),
        }),
      },
    ),
    ...scoreBy(
      props,
      {
        name: 'Champion',
        job: `'-champion-' & ${CHALLENGER.championsScored} & '-'`,
        model: CHAMPION_MODEL,
        version: `${CHAMPION}.modelVersion`,
        container: {
          Image: jsonata(CHALLENGER.championContainer.Image),
          ModelDataUrl: jsonata(CHALLENGER.championContainer.ModelDataUrl),
          Environment: jsonata(CHALLENGER.championContainer.Environment),
        },
        isIsolated: jsonata(CHALLENGER.isChampionIsolated),
      },
      { next: 'ChampionScored', catchTo: 'ChampionNotScored' },
    ),
    ChampionScored: pass(
      'FindChampion',
      assignChallenger({ scoredVersion: jsonata(`${CHAMPION}.modelVersion`) }),
    ),
    ChampionNotScored: pass('FindChampion', assignChallenger({ failedChampion: jsonata(CHAMPION) })),
  };
}

/** What scores the holdout; all but its name and its container as JSONata. */
interface Scorer {
  readonly name: 'Challenger' | 'Champion';
  readonly container: object;
  /** Whether it has no network. */
  readonly isIsolated: boolean | string;
  readonly model: string;
  /** What the job's name has after the version. */
  readonly job: string;
  readonly version: string;
}

/** A model that is made for it, with the rights of scoring alone, scores the holdout. */
function scoreBy(
  props: ScoringProps,
  scorer: Scorer,
  { next, catchTo }: { readonly next: string; readonly catchTo: string },
): States {
  const { context } = props;
  const { name, container } = scorer;
  const model = { ModelName: jsonata(scorer.model) };
  return {
    ...transformStates(
      {
        createModel: `Create${name}Model`,
        transform: `Score${name}`,
        discardModel: `Discard${name}Model`,
      },
      {
        context,
        modelName: model.ModelName,
        roleArn: props.scoringRoleArn,
        container,
        isIsolated: scorer.isIsolated,
        jobName: jsonata(`${JOB_NAME} & ${scorer.job} & ${CHALLENGER.suffix}`),
        input: jsonata(CHALLENGER.split.holdoutUri),
        output: jsonata(
          `'s3://${context.bucket.bucketName}/datasets/' & ${CHALLENGER.dataVersion} & '/scores/' & ${scorer.version} & '/'`,
        ),
        instanceType: props.batchScoring.instanceType,
        instanceCount: 1,
        tags: tagsOf(context),
      },
      { next: `Delete${name}Model`, catchTo },
    ),
    [`Delete${name}Model`]: call('sagemaker:deleteModel', model, {
      next,
      catchTo: `Is${name}ModelThere`,
    }),
    // After a lost answer the call is made again, and denied: what is gone has no tags that allow to delete
    // it.
    [`Is${name}ModelThere`]: call('sagemaker:describeModel', model, { next: catchTo, ignoreErrorsTo: next }),
  };
}

/** Infrequent, so that waiting for two consecutive releases takes few polls. */
function releasePollSeconds(releaseTimeout: Duration): number {
  return Math.max(RELEASE_POLL_SECONDS, Math.ceil((2 * releaseTimeout.toSeconds()) / MOST_RELEASE_LOOKS));
}

/** Version of the champion that was scored, null if there is none. */
export function championVersion(): string {
  return jsonata(`${CHAMPION} ? ${CHAMPION}.modelVersion : null`);
}

/** Where a version's scores are, for a JSONata expression of the version. */
export function scoresKey(modelVersion: string): string {
  return jsonata(scoresKeyExpression(modelVersion));
}

export function scoresKeyExpression(modelVersion: string): string {
  return `'datasets/' & ${CHALLENGER.dataVersion} & '/scores/' & ${modelVersion} & '/features.csv.out'`;
}
