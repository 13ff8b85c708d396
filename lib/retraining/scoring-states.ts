import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { PipelineContext } from '../runtime/pipeline-context';
import { call, choose, invoke, jsonata, run, type State, type States } from '../runtime/states';
import { JOB_NAME, tags } from './jobs';
import type { Training } from './training';

export interface ScoringProps {
  readonly context: PipelineContext;
  readonly training: Training;
  readonly servingEnvironment: { [name: string]: string };
  readonly executionRoleArn: string;
  readonly functions: { readonly profileBaseline: IFunction };
}

/** Challenger and champion score the holdout, each in the container that would serve it; then `EvaluateChallenger`. */
export function scoringStates(props: ScoringProps): States {
  const { context, executionRoleArn, training: settings, servingEnvironment, functions } = props;
  return {
    CreateChallengerModel: call(
      'sagemaker:createModel',
      {
        ModelName: jsonata(`${JOB_NAME} & '-scoring-' & $suffix`),
        ExecutionRoleArn: executionRoleArn,
        PrimaryContainer: {
          Image: settings.image,
          ModelDataUrl: jsonata('$version.modelDataUrl'),
          Environment: servingEnvironment,
        },
        Tags: tags(context),
      },
      { next: 'ScoreHoldout', catchTo: 'RecordFailure' },
    ),
    ScoreHoldout: {
      Type: 'Parallel',
      Branches: [
        {
          StartAt: 'ScoreChallenger',
          States: {
            ScoreChallenger: score(
              props,
              `${JOB_NAME} & '-scoring-' & $suffix`,
              '$version.modelVersion',
              'challenger',
            ),
          },
        },
        {
          StartAt: 'HasChampion',
          States: {
            HasChampion: choose([['$exists($version.champion.modelName)', 'ScoreChampion']], 'NoChampion'),
            ScoreChampion: score(
              props,
              '$version.champion.modelName',
              '$version.champion.modelVersion',
              'champion',
            ),
            NoChampion: { Type: 'Pass', End: true },
          },
        },
      ],
      Output: {},
      Catch: [
        {
          ErrorEquals: ['States.ALL'],
          Assign: { error: jsonata('$states.errorOutput') },
          Next: 'DiscardChallengerModel',
        },
      ],
      Next: 'DeleteChallengerModel',
    },
    DiscardChallengerModel: call(
      'sagemaker:deleteModel',
      { ModelName: jsonata(`${JOB_NAME} & '-scoring-' & $suffix`) },
      { next: 'RecordFailure', ignoreErrorsTo: 'RecordFailure' },
    ),
    DeleteChallengerModel: call(
      'sagemaker:deleteModel',
      { ModelName: jsonata(`${JOB_NAME} & '-scoring-' & $suffix`) },
      { next: 'ProfileBaseline', catchTo: 'RecordFailure' },
    ),
    ProfileBaseline: invoke(
      functions.profileBaseline,
      {
        modelVersion: jsonata('$version.modelVersion'),
        dataVersion: jsonata('$dataVersion'),
        scoresKey: scoresKey('$version.modelVersion'),
      },
      { next: 'EvaluateChallenger', catchTo: 'RecordFailure' },
    ),
  };
}

/** A batch job that scores the holdout in the container that would serve the model. */
function score(props: ScoringProps, modelName: string, modelVersion: string, who: string): State {
  const { context, training: settings } = props;
  return {
    ...run(
      'sagemaker:createTransformJob.sync',
      {
        TransformJobName: jsonata(`${JOB_NAME} & '-${who}-' & $suffix`),
        ModelName: jsonata(modelName),
        BatchStrategy: 'MultiRecord',
        MaxPayloadInMB: 6,
        TransformInput: {
          DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: jsonata('$split.holdoutUri') } },
          ContentType: 'text/csv',
          SplitType: 'Line',
        },
        TransformOutput: {
          S3OutputPath: jsonata(
            `'s3://${context.bucket.bucketName}/datasets/' & $dataVersion & '/scores/' & ${modelVersion} & '/'`,
          ),
          Accept: 'text/csv',
          AssembleWith: 'Line',
        },
        TransformResources: { InstanceType: settings.instanceType, InstanceCount: 1 },
        Tags: tags(context),
      },
      {},
    ),
  };
}

/** Where a version's scores are, for a JSONata expression of the version. */
export function scoresKey(modelVersion: string): string {
  return jsonata(scoresKeyExpression(modelVersion));
}

export function scoresKeyExpression(modelVersion: string): string {
  return `'datasets/' & $dataVersion & '/scores/' & ${modelVersion} & '/features.csv.out'`;
}
