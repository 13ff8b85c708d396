import { posix } from 'node:path';
import type * as sdk from '@aws-sdk/client-sagemaker';
import { AwsError, NotImplementedError } from '../../../gateway/aws-error';
import type { Cloud, Operations } from '../../../gateway/service';
import { checkImage } from '../container-image';
import { checkKeys } from '../encryption-keys';
import { assumeExecutionRole } from '../execution-role';
import { listPage } from '../list-page';
import { requireMembers } from '../resource-kinds';
import { parseS3Uri, RoleStorage } from '../role-storage';
import type { Store, TrainingJob } from '../store';
import { checkS3Objects, checkS3Source } from './s3-input';
import { CHECKPOINTS } from './training-container-run';
import { TrainingMetrics } from './training-metrics';
import { DEFAULT_MAX_RUNTIME_SECONDS, type TrainingRunner } from './training-runner';

export function trainingJobOperations(cloud: Cloud, store: Store, runner: TrainingRunner) {
  const { trainingJobs, tags } = store;
  return {
    CreateTrainingJob: async (input) => {
      const name = input.TrainingJobName as string;
      trainingJobs.mustBeNew(name);
      checkTrainingJob(input);
      checkKeys(cloud, [input.OutputDataConfig?.KmsKeyId, input.ResourceConfig?.VolumeKmsKeyId]);
      const principal = await assumeExecutionRole(cloud, input.RoleArn as string);
      const storage = new RoleStorage(cloud, principal);
      for (const uri of channelUris(input))
        await checkS3Objects(cloud, storage, input.RoleArn as string, uri);
      const job = newJob(input, trainingJobs.arn(name), cloud.clock.date());
      trainingJobs.add(name, job);
      tags.begin(trainingJobs.arn(name), input.Tags);
      runner.start(name);
      return { TrainingJobArn: trainingJobs.arn(name) };
    },

    DescribeTrainingJob: (input) => trainingJobs.get(input.TrainingJobName),

    StopTrainingJob: (input) => {
      runner.requestStop(input.TrainingJobName);
      return {};
    },

    ListTrainingJobs: (input) => {
      const { page, nextToken } = listPage(trainingJobs.all(), factsOf, input, 'Ascending');
      return {
        TrainingJobSummaries: page.map((job) => ({
          TrainingJobName: job.TrainingJobName,
          TrainingJobArn: job.TrainingJobArn,
          CreationTime: job.CreationTime,
          TrainingEndTime: job.TrainingEndTime,
          LastModifiedTime: job.LastModifiedTime,
          TrainingJobStatus: job.TrainingJobStatus,
          SecondaryStatus: job.SecondaryStatus,
        })),
        NextToken: nextToken,
      };
    },
  } satisfies Operations<typeof sdk>;
}

function factsOf(job: TrainingJob) {
  return {
    name: job.TrainingJobName as string,
    created: job.CreationTime as Date,
    modified: job.LastModifiedTime,
    status: job.TrainingJobStatus,
  };
}

function newJob(input: sdk.CreateTrainingJobCommandInput, arn: string, now: Date): TrainingJob {
  return {
    TrainingJobName: input.TrainingJobName,
    TrainingJobArn: arn,
    ModelArtifacts: undefined,
    TrainingJobStatus: 'InProgress',
    SecondaryStatus: 'Starting',
    HyperParameters: input.HyperParameters,
    AlgorithmSpecification: input.AlgorithmSpecification,
    RoleArn: input.RoleArn,
    InputDataConfig: input.InputDataConfig,
    OutputDataConfig: input.OutputDataConfig,
    ResourceConfig: input.ResourceConfig,
    StoppingCondition: input.StoppingCondition,
    Environment: input.Environment,
    CreationTime: now,
    LastModifiedTime: now,
    SecondaryStatusTransitions: [
      { Status: 'Starting', StartTime: now, StatusMessage: 'Starting the training job' },
    ],
    EnableNetworkIsolation: input.EnableNetworkIsolation ?? false,
    EnableInterContainerTrafficEncryption: input.EnableInterContainerTrafficEncryption ?? false,
    EnableManagedSpotTraining: input.EnableManagedSpotTraining ?? false,
    CheckpointConfig: input.CheckpointConfig,
    VpcConfig: input.VpcConfig,
    DebugHookConfig: input.DebugHookConfig,
    DebugRuleConfigurations: input.DebugRuleConfigurations,
    ProfilerConfig: input.ProfilerConfig,
    ProfilerRuleConfigurations: input.ProfilerRuleConfigurations,
  };
}

/**
 * @throws AwsError ValidationException for a request that cannot be
 * @throws NotImplementedError
 */
export function checkTrainingJob(input: sdk.CreateTrainingJobCommandInput): void {
  const {
    AlgorithmSpecification = {},
    OutputDataConfig = {},
    ResourceConfig = {},
    StoppingCondition = {},
  } = input as {
    AlgorithmSpecification?: Partial<sdk.AlgorithmSpecification>;
    OutputDataConfig?: Partial<sdk.OutputDataConfig>;
    ResourceConfig?: Partial<sdk.ResourceConfig>;
    StoppingCondition?: sdk.StoppingCondition;
  };
  requireMembers('createTrainingJobRequest', input, [
    'AlgorithmSpecification',
    'ResourceConfig',
    'StoppingCondition',
  ]);
  requireMembers('algorithmSpecification', AlgorithmSpecification, ['TrainingInputMode', 'TrainingImage']);
  if (AlgorithmSpecification.TrainingInputMode === 'Pipe')
    throw new NotImplementedError('TrainingInputMode Pipe');
  checkImage(AlgorithmSpecification.TrainingImage as string, 'training');
  checkMetrics(AlgorithmSpecification.MetricDefinitions ?? []);
  requireMembers('outputDataConfig', OutputDataConfig, ['S3OutputPath']);
  parseS3Uri(OutputDataConfig.S3OutputPath as string);
  if ((ResourceConfig.InstanceCount ?? 1) !== 1)
    throw new NotImplementedError('training on several instances');
  checkLimits(StoppingCondition, input.EnableManagedSpotTraining ?? false);
  if (input.CheckpointConfig) checkCheckpoints(input.CheckpointConfig);
  for (const channel of input.InputDataConfig ?? []) {
    const where = `the channel ${channel.ChannelName} of InputDataConfig`;
    if (channel.InputMode === 'Pipe') throw new NotImplementedError(`InputMode Pipe of ${where}`);
    checkS3Source(where, channel.DataSource?.S3DataSource);
  }
}

function checkLimits(limits: sdk.StoppingCondition, isSpot: boolean): void {
  const { MaxRuntimeInSeconds = DEFAULT_MAX_RUNTIME_SECONDS, MaxWaitTimeInSeconds } = limits;
  if (!isSpot && MaxWaitTimeInSeconds !== undefined) {
    throw new AwsError(
      'ValidationException',
      'MaxWaitTimeInSeconds is only valid with EnableManagedSpotTraining.',
    );
  }
  if (isSpot && !((MaxWaitTimeInSeconds ?? 0) >= MaxRuntimeInSeconds)) {
    throw new AwsError(
      'ValidationException',
      'Invalid MaxWaitTimeInSeconds. It must be present and be greater than or equal to MaxRuntimeInSeconds.',
    );
  }
}

function checkCheckpoints({ S3Uri, LocalPath = CHECKPOINTS }: Partial<sdk.CheckpointConfig>): void {
  requireMembers('checkpointConfig', { S3Uri }, ['S3Uri']);
  parseS3Uri(S3Uri as string);
  if (!posix.normalize(LocalPath).startsWith('/opt/ml/'))
    throw new NotImplementedError(`checkpoints in ${LocalPath}; they may be below /opt/ml`);
}

function checkMetrics(definitions: readonly sdk.MetricDefinition[]): void {
  try {
    new TrainingMetrics(definitions);
  } catch (error) {
    throw new AwsError('ValidationException', `Invalid metric definition: ${(error as Error).message}`);
  }
}

function channelUris(input: sdk.CreateTrainingJobCommandInput): string[] {
  return (input.InputDataConfig ?? []).map(({ DataSource }) => DataSource?.S3DataSource?.S3Uri as string);
}
