import { call, job, jsonata, type States } from '../runtime/states';
import { JOB_NAME, tags } from './jobs';
import type { RetrainingStatesProps } from './retraining-states';

/** Where a training script finds and leaves its checkpoints: SageMaker's own place for them. */
const CHECKPOINTS = '/opt/ml/checkpoints';

/** Name of the channel that holds the scripts of a job which cannot fetch them by itself. */
const CODE_CHANNEL = 'code';

/** The states that train the challenger, and put its model where versions have theirs. */
export function trainingStates({
  context,
  training,
  source,
  executionRoleArn,
}: RetrainingStatesProps): States {
  const { maximumWait, networkIsolation } = training;
  const sourceArchive = networkIsolation
    ? `/opt/ml/input/data/${CODE_CHANNEL}/${source.fileName}`
    : source.url;
  return {
    ...job(
      'Train',
      'TrainingJob',
      {
        TrainingJobName: jsonata(`${JOB_NAME} & '-' & $suffix`),
        RoleArn: executionRoleArn,
        AlgorithmSpecification: {
          TrainingImage: jsonata('$version.image'),
          TrainingInputMode: 'File',
          MetricDefinitions: Object.entries(training.metrics).map(([Name, Regex]) => ({ Name, Regex })),
        },
        // Framework containers take their own settings as JSON among the hyperparameters.
        HyperParameters: jsonata(
          `$merge([$version.hyperparameters, {'sagemaker_program': '${JSON.stringify(training.trainingScript)}', 'sagemaker_submit_directory': '${JSON.stringify(sourceArchive)}'}])`,
        ),
        InputDataConfig: [
          { ...channel('train', jsonata('$split.trainUri')), ContentType: 'text/csv' },
          ...(networkIsolation ? [channel(CODE_CHANNEL, source.url)] : []),
        ],
        OutputDataConfig: { S3OutputPath: jsonata('$version.outputUri') },
        ResourceConfig: {
          InstanceType: training.instanceType,
          InstanceCount: training.instanceCount,
          VolumeSizeInGB: training.volumeSize.toGibibytes(),
        },
        StoppingCondition: {
          MaxRuntimeInSeconds: training.maximumRuntime.toSeconds(),
          ...(maximumWait && { MaxWaitTimeInSeconds: maximumWait.toSeconds() }),
        },
        ...(maximumWait && {
          EnableManagedSpotTraining: true,
          CheckpointConfig: {
            S3Uri: jsonata(`'s3://${context.bucket.bucketName}/checkpoints/' & $version.modelVersion`),
            LocalPath: CHECKPOINTS,
          },
          Environment: { CHECKPOINT_DIR: CHECKPOINTS },
        }),
        ...(networkIsolation && { EnableNetworkIsolation: true }),
        Tags: tags(context),
      },
      { next: 'PackageModel', catchTo: 'RecordFailure' },
    ),
    PackageModel: call(
      's3:copyObject',
      {
        Bucket: context.bucket.bucketName,
        CopySource: jsonata("$substringAfter($trainingJob.ModelArtifacts.S3ModelArtifacts, 's3://')"),
        Key: jsonata('$version.modelKey'),
      },
      { next: 'CreateChallengerModel', catchTo: 'RecordFailure' },
    ),
  };
}

function channel(ChannelName: string, S3Uri: string) {
  return {
    ChannelName,
    DataSource: {
      S3DataSource: { S3DataType: 'S3Prefix', S3Uri, S3DataDistributionType: 'FullyReplicated' },
    },
  };
}
