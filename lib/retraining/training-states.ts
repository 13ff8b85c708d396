import { SourceArchive } from '../artifacts/source-archive';
import { JOB_NAME } from '../challenger/jobs';
import { volumeKey } from '../platform/encryption';
import { tagsOf } from '../runtime/ownership';
import { call, invoke, job, jsonata, type States } from '../runtime/states';
import type { ResolvedTuning } from './hyperparameter-tuning';
import type { RetrainingStatesProps } from './retraining-states';
import { assignRetraining, RETRAINING, VERSION } from './retraining-variables';

/** Where a training script finds and leaves its checkpoints: SageMaker's own place for them. */
const CHECKPOINTS = '/opt/ml/checkpoints';

/** Name of the channel that holds the scripts of a job which cannot fetch them by itself. */
const CODE_CHANNEL = 'code';

/** Name that they have there: that of their object. */
const CODE_FILE = 'sourcedir.tar.gz';

/** How long the name of a tuning job may be without its suffix; the names of its trainings begin with it. */
export const TUNING_NAME_LENGTH = 23;

/** The states that train the challenger, and put its model where versions have theirs. */
export function trainingStates(props: RetrainingStatesProps): States {
  return {
    ...(props.training.tuning ? tune(props, props.training.tuning) : train(props)),
    PackageModel: invoke(
      props.functions.packageModel,
      {
        modelVersion: jsonata(VERSION.modelVersion),
        artifact: jsonata(RETRAINING.trainingJob.ModelArtifacts.S3ModelArtifacts),
      },
      {
        next: 'CreateChallengerModel',
        catchTo: 'RecordFailure',
        assign: (answer) => assignRetraining({ modelArchive: jsonata(answer) }),
      },
    ),
  };
}

function train(props: RetrainingStatesProps): States {
  const { context, training } = props;
  return job(
    'Train',
    'TrainingJob',
    {
      TrainingJobName: jsonata(`${JOB_NAME} & '-' & ${RETRAINING.suffix}`),
      HyperParameters: hyperparameters(props),
      ...trainingDefinition(props),
      ...(training.maximumWait && {
        CheckpointConfig: {
          S3Uri: jsonata(`'s3://${context.bucket.bucketName}/checkpoints/' & ${VERSION.modelVersion}`),
          LocalPath: CHECKPOINTS,
        },
        Environment: { CHECKPOINT_DIR: CHECKPOINTS },
      }),
      Tags: tagsOf(context),
    },
    { next: 'PackageModel', catchTo: 'RecordFailure' },
  );
}

function tune(props: RetrainingStatesProps, tuning: ResolvedTuning): States {
  return {
    ...job(
      'Train',
      'HyperParameterTuningJob',
      {
        HyperParameterTuningJobName: jsonata(
          `$substring(${JOB_NAME}, 0, ${TUNING_NAME_LENGTH}) & '-' & ${RETRAINING.suffix}`,
        ),
        HyperParameterTuningJobConfig: tuning.config,
        TrainingJobDefinition: {
          StaticHyperParameters: hyperparameters(props),
          // Trainings of one job would share their checkpoints: they have none.
          ...trainingDefinition(props),
        },
        Tags: tagsOf(props.context),
      },
      { next: 'TakeBestTraining', catchTo: 'RecordFailure' },
    ),
    TakeBestTraining: call(
      'sagemaker:describeTrainingJob',
      { TrainingJobName: jsonata(RETRAINING.hyperParameterTuningJob.BestTrainingJob.TrainingJobName) },
      {
        next: 'PackageModel',
        catchTo: 'RecordFailure',
        assign: assignRetraining({ trainingJob: jsonata('$states.result') }),
      },
    ),
  };
}

/** Framework containers take their own settings as JSON among the hyperparameters. */
function hyperparameters({ training }: RetrainingStatesProps): string {
  const program = training.installsScripts ? SourceArchive.ENTRY_MODULE : SourceArchive.ENTRY_POINT;
  const archive = training.networkIsolation
    ? `'"/opt/ml/input/data/${CODE_CHANNEL}/${CODE_FILE}"'`
    : `'"' & ${VERSION.codeUrl} & '"'`;
  return jsonata(
    `$merge([${VERSION.hyperparameters}, {'sagemaker_program': '${JSON.stringify(program)}', 'sagemaker_submit_directory': ${archive}}])`,
  );
}

/** What trainings have in common, be they one or several. */
function trainingDefinition({ context, training, trainingRoleArn }: RetrainingStatesProps) {
  const { platform } = context;
  const { maximumWait, networkIsolation } = training;
  return {
    RoleArn: trainingRoleArn,
    AlgorithmSpecification: {
      TrainingImage: jsonata(VERSION.trainingImage),
      TrainingInputMode: 'File',
      MetricDefinitions: Object.entries(training.metrics).map(([Name, Regex]) => ({ Name, Regex })),
    },
    InputDataConfig: [
      { ...channel('train', jsonata(RETRAINING.split.trainUri)), ContentType: 'text/csv' },
      ...(networkIsolation ? [channel(CODE_CHANNEL, jsonata(VERSION.codeUrl))] : []),
    ],
    OutputDataConfig: {
      S3OutputPath: jsonata(VERSION.outputUri),
      KmsKeyId: platform.encryptionKey?.keyArn,
    },
    ResourceConfig: {
      InstanceType: training.instanceType,
      InstanceCount: training.instanceCount,
      VolumeSizeInGB: training.volumeSize.toGibibytes(),
      VolumeKmsKeyId: volumeKey(platform, training.instanceType),
    },
    VpcConfig: platform.network?._vpcConfig(),
    StoppingCondition: {
      MaxRuntimeInSeconds: training.maximumRuntime.toSeconds(),
      ...(maximumWait && { MaxWaitTimeInSeconds: maximumWait.toSeconds() }),
    },
    ...(maximumWait && { EnableManagedSpotTraining: true }),
    ...(networkIsolation && { EnableNetworkIsolation: true }),
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
