import type * as sdk from '@aws-sdk/client-sagemaker';
import { AwsError, NotImplementedError } from '../../../gateway/aws-error';
import { paginate } from '../../../gateway/paginate';
import type { Cloud, Operations } from '../../../gateway/service';
import { assumeExecutionRole } from '../execution-role';
import { listPage } from '../list-page';
import { requireMembers } from '../resource-kinds';
import type { Store, TuningJob } from '../store';
import { checkRanges } from './hyperparameter-search';
import { checkTrainingJob } from './training-job-operations';
import type { TuningRunner } from './tuning-runner';
import { progressOf, type TuningRequest, trainingRequest, trainingsOf } from './tuning-trainings';

export function tuningJobOperations(
  cloud: Cloud,
  store: Store,
  runner: TuningRunner,
): Operations<typeof sdk> {
  const { tuningJobs, tags } = store;
  return {
    CreateHyperParameterTuningJob: async (input) => {
      const name = input.HyperParameterTuningJobName as string;
      tuningJobs.mustBeNew(name);
      requireMembers('createHyperParameterTuningJobRequest', input, ['TrainingJobDefinition']);
      const request = input as TuningRequest;
      checkRequest(request);
      await assumeExecutionRole(cloud, request.TrainingJobDefinition.RoleArn as string);
      const arn = tuningJobs.arn(name);
      const now = cloud.clock.date();
      tuningJobs.add(name, {
        HyperParameterTuningJobName: name,
        HyperParameterTuningJobArn: arn,
        HyperParameterTuningJobConfig: request.HyperParameterTuningJobConfig,
        TrainingJobDefinition: request.TrainingJobDefinition,
        HyperParameterTuningJobStatus: 'InProgress',
        CreationTime: now,
        LastModifiedTime: now,
        ...progressOf([]),
      });
      tags.begin(arn, input.Tags);
      runner.start(name);
      return { HyperParameterTuningJobArn: arn };
    },

    DescribeHyperParameterTuningJob: (input) => tuningJobs.get(input.HyperParameterTuningJobName),

    StopHyperParameterTuningJob: (input) => {
      runner.requestStop(input.HyperParameterTuningJobName);
      return {};
    },

    ListHyperParameterTuningJobs: (input) => {
      const { page, nextToken } = listPage(tuningJobs.all(), factsOf, input, 'Ascending');
      return {
        HyperParameterTuningJobSummaries: page.map((job) => ({
          HyperParameterTuningJobName: job.HyperParameterTuningJobName,
          HyperParameterTuningJobArn: job.HyperParameterTuningJobArn,
          HyperParameterTuningJobStatus: job.HyperParameterTuningJobStatus,
          Strategy: job.HyperParameterTuningJobConfig?.Strategy,
          CreationTime: job.CreationTime,
          HyperParameterTuningEndTime: job.HyperParameterTuningEndTime,
          LastModifiedTime: job.LastModifiedTime,
          TrainingJobStatusCounters: job.TrainingJobStatusCounters,
          ObjectiveStatusCounters: job.ObjectiveStatusCounters,
          ResourceLimits: job.HyperParameterTuningJobConfig?.ResourceLimits,
        })),
        NextToken: nextToken,
      };
    },

    ListTrainingJobsForHyperParameterTuningJob: (input) => {
      const trainings = trainingsOf(store, tuningJobs.get(input.HyperParameterTuningJobName)).filter(
        ({ TrainingJobStatus }) => (input.StatusEquals ?? TrainingJobStatus) === TrainingJobStatus,
      );
      const { page, nextToken } = paginate(trainings, input.MaxResults ?? 10, input.NextToken);
      return { TrainingJobSummaries: page, NextToken: nextToken };
    },
  };
}

function factsOf(job: TuningJob) {
  return {
    name: job.HyperParameterTuningJobName as string,
    created: job.CreationTime as Date,
    modified: job.LastModifiedTime,
    status: job.HyperParameterTuningJobStatus,
  };
}

function checkRequest(request: TuningRequest): void {
  const { HyperParameterTuningJobConfig: config, TrainingJobDefinition: definition } = request;
  requireMembers('hyperParameterTuningJobConfig', config, [
    'Strategy',
    'HyperParameterTuningJobObjective',
    'ResourceLimits',
    'ParameterRanges',
  ]);
  if (config.Strategy !== 'Random' && config.Strategy !== 'Bayesian')
    throw new NotImplementedError(
      `hyperparameter tuning by the strategy ${config.Strategy}; it searches by Random and Bayesian`,
    );
  checkLimits(config.ResourceLimits as sdk.ResourceLimits);
  checkRanges(config.ParameterRanges as sdk.ParameterRanges);
  checkObjective(config, definition);
  checkTrainingJob(trainingRequest(request, 'any', {}));
}

function checkLimits(limits: sdk.ResourceLimits): void {
  requireMembers('resourceLimits', limits, ['MaxNumberOfTrainingJobs', 'MaxParallelTrainingJobs']);
  const { MaxNumberOfTrainingJobs: all = 0, MaxParallelTrainingJobs: parallel = 0 } = limits;
  if (parallel >= 1 && parallel <= all) return;
  throw new AwsError(
    'ValidationException',
    `MaxParallelTrainingJobs (${parallel}) must be at least 1, and not more than MaxNumberOfTrainingJobs (${all}).`,
  );
}

function checkObjective(
  { HyperParameterTuningJobObjective: objective }: sdk.HyperParameterTuningJobConfig,
  { AlgorithmSpecification }: sdk.HyperParameterTrainingJobDefinition,
): void {
  requireMembers('hyperParameterTuningJobObjective', objective ?? {}, ['Type', 'MetricName']);
  const names = (AlgorithmSpecification?.MetricDefinitions ?? []).map(({ Name }) => Name);
  if (names.includes(objective?.MetricName)) return;
  throw new AwsError(
    'ValidationException',
    `A metric is required for this hyperparameter tuning job objective: '${objective?.MetricName}' is none of the metric definitions (${names.join(', ')}).`,
  );
}
