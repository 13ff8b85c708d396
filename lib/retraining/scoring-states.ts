import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { type PipelineContext, tagsOf } from '../runtime/pipeline-context';
import {
  call,
  choose,
  create,
  invoke,
  job,
  jsonata,
  pass,
  type States,
  unless,
  wait,
} from '../runtime/states';
import type { BatchScoring } from './batch-scoring';
import { JOB_NAME } from './jobs';

export interface ScoringProps {
  readonly context: PipelineContext;
  readonly batchScoring: BatchScoring;
  readonly servingEnvironment: { [name: string]: string };
  readonly executionRoleArn: string;
  readonly functions: { readonly profileBaseline: IFunction; readonly findChampion: IFunction };
}

/** The champion that was scored, as JSONata: null if there is none. */
export const CHAMPION = '$champion';

/** What `$comparedWith` is once the champion of now was compared with; null before. */
export const VERSION_OR_NONE = `(${CHAMPION} ? ${CHAMPION}.modelVersion : '')`;

const CHALLENGER_MODEL = `${JOB_NAME} & '-scoring-' & $suffix`;
/** Each takes as long as a job: more of them within one retraining is no bad luck. */
const MOST_CHAMPIONS = 5;
/** An execution may have 25,000 events, and a look has 9: a release may take weeks. */
const RELEASE_POLL_SECONDS = 900;

/**
 * Challenger and champion score the holdout, each in the container that would serve it; then `EvaluateChallenger`. Who comes to
 * `FindChampion` once `$comparedWith` is the champion that decided goes to `Release`, if that is in production still.
 */
export function scoringStates(props: ScoringProps): States {
  return { ...scoreChallenger(props), ...scoreChampion(props) };
}

function scoreChallenger(props: ScoringProps): States {
  const { context, executionRoleArn, servingEnvironment, functions } = props;
  const model = { ModelName: jsonata(CHALLENGER_MODEL) };
  return {
    ...create(
      'CreateChallengerModel',
      'sagemaker:createModel',
      {
        ...model,
        ExecutionRoleArn: executionRoleArn,
        PrimaryContainer: {
          Image: jsonata('$version.image'),
          ModelDataUrl: jsonata('$version.modelDataUrl'),
          Environment: servingEnvironment,
        },
        Tags: tagsOf(context),
      },
      { next: 'ScoreChallenger', catchTo: 'RecordFailure' },
    ),
    ...score(
      props,
      {
        name: 'ScoreChallenger',
        job: "'-challenger-'",
        model: CHALLENGER_MODEL,
        version: '$version.modelVersion',
      },
      { next: 'DeleteChallengerModel', catchTo: 'DiscardChallengerModel' },
    ),
    DiscardChallengerModel: call('sagemaker:deleteModel', model, {
      next: 'RecordFailure',
      ignoreErrorsTo: 'RecordFailure',
    }),
    DeleteChallengerModel: call('sagemaker:deleteModel', model, {
      next: 'ProfileBaseline',
      catchTo: 'DeleteChallengerModelRefused',
    }),
    DeleteChallengerModelRefused: unless('Could not find', {
      next: 'ProfileBaseline',
      otherwise: 'RecordFailure',
    }),
    ProfileBaseline: invoke(
      functions.profileBaseline,
      {
        modelVersion: jsonata('$version.modelVersion'),
        dataVersion: jsonata('$dataVersion'),
        scoresKey: scoresKey('$version.modelVersion'),
      },
      {
        next: 'FindChampion',
        catchTo: 'RecordFailure',
        assign: { scoredVersion: '', failedChampion: {}, championsScored: 0 },
      },
    ),
  };
}

/**
 * The version in production may be another one than when the training began, and its model gone: it is looked up when it is to be
 * scored, again when it was, and before the challenger is released. A release under way is waited for, since who is judged must beat
 * the one that comes of it.
 */
function scoreChampion(props: ScoringProps): States {
  return {
    FindChampion: invoke(
      props.functions.findChampion,
      {},
      {
        next: 'IsChampionScored',
        catchTo: 'RecordFailure',
        assign: {
          champion: jsonata('$states.result.Payload.champion'),
          candidate: jsonata('$states.result.Payload.candidate'),
        },
      },
    ),
    IsChampionScored: choose(
      [
        ['$candidate != null', 'WaitForOtherRelease'],
        [`$comparedWith = ${VERSION_OR_NONE}`, 'Release'],
        // Somebody has released it meanwhile.
        [`${CHAMPION}.modelVersion = $version.modelVersion`, 'Promoted'],
        [`${CHAMPION} = null or ${CHAMPION}.modelVersion = $scoredVersion`, 'EvaluateChallenger'],
        [`${CHAMPION} = $failedChampion`, 'RecordFailure'],
        [`$championsScored >= ${MOST_CHAMPIONS}`, 'ChampionKeepsChanging'],
      ],
      'BeginScoringChampion',
    ),
    WaitForOtherRelease: wait(RELEASE_POLL_SECONDS, 'FindChampion'),
    ChampionKeepsChanging: pass('RecordFailure', {
      error: {
        Error: 'ChampionKeepsChanging',
        Cause: `the version in production has changed ${MOST_CHAMPIONS} times while the challenger was compared with it: retrain when the releases have ended`,
      },
    }),
    BeginScoringChampion: pass('ScoreChampion', { championsScored: jsonata('$championsScored + 1') }),
    ...score(
      props,
      {
        name: 'ScoreChampion',
        job: "'-champion-' & $championsScored & '-'",
        model: `${CHAMPION}.modelName`,
        version: `${CHAMPION}.modelVersion`,
      },
      { next: 'ChampionScored', catchTo: 'ChampionNotScored' },
    ),
    ChampionScored: pass('FindChampion', { scoredVersion: jsonata(`${CHAMPION}.modelVersion`) }),
    ChampionNotScored: pass('FindChampion', { failedChampion: jsonata(CHAMPION) }),
  };
}

/** A batch job that scores the holdout in the container that would serve the model. */
function score(
  { context, batchScoring }: ScoringProps,
  { name, job: suffix, model, version }: { name: string; job: string; model: string; version: string },
  transition: { readonly next: string; readonly catchTo: string },
): States {
  return job(
    name,
    'TransformJob',
    {
      TransformJobName: jsonata(`${JOB_NAME} & ${suffix} & $suffix`),
      ModelName: jsonata(model),
      BatchStrategy: 'MultiRecord',
      MaxPayloadInMB: 6,
      TransformInput: {
        DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: jsonata('$split.holdoutUri') } },
        ContentType: 'text/csv',
        SplitType: 'Line',
      },
      TransformOutput: {
        S3OutputPath: jsonata(
          `'s3://${context.bucket.bucketName}/datasets/' & $dataVersion & '/scores/' & ${version} & '/'`,
        ),
        Accept: 'text/csv',
        AssembleWith: 'Line',
      },
      TransformResources: { InstanceType: batchScoring.instanceType, InstanceCount: 1 },
      Tags: tagsOf(context),
    },
    transition,
  );
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
  return `'datasets/' & $dataVersion & '/scores/' & ${modelVersion} & '/features.csv.out'`;
}
