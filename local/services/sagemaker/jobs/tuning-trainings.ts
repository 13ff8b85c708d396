import type {
  CreateTrainingJobCommandInput,
  HyperParameterTrainingJobDefinition,
  HyperParameterTrainingJobSummary,
  HyperParameterTuningJobConfig,
  HyperParameterTuningJobObjective,
} from '@aws-sdk/client-sagemaker';
import type { Store, TrainingJob, TuningJob } from '../store';
import { rangeNames } from './hyperparameter-search';

/**
 * What SageMaker adds to the hyperparameters of a training that belongs to a tuning: the name of the
 * objective.
 */
const OBJECTIVE_HYPERPARAMETER = '_tuning_objective_metric';

/** What a tuning job is made from. */
export interface TuningRequest {
  readonly HyperParameterTuningJobConfig: HyperParameterTuningJobConfig;
  readonly TrainingJobDefinition: HyperParameterTrainingJobDefinition;
}

/** The request for one training of a tuning job. */
export function trainingRequest(
  { HyperParameterTuningJobConfig: config, TrainingJobDefinition: definition }: TuningRequest,
  TrainingJobName: string,
  tuned: Readonly<Record<string, string>>,
): CreateTrainingJobCommandInput {
  const { StaticHyperParameters, HyperParameterTuningResourceConfig, ...rest } = definition;
  return {
    ...rest,
    TrainingJobName,
    ResourceConfig: definition.ResourceConfig ?? HyperParameterTuningResourceConfig,
    HyperParameters: {
      [OBJECTIVE_HYPERPARAMETER]: config.HyperParameterTuningJobObjective?.MetricName as string,
      ...StaticHyperParameters,
      ...tuned,
    },
  };
}

/** The trainings of a tuning job so far, in the order of their beginning. */
export function trainingsOf(store: Store, job: TuningJob): HyperParameterTrainingJobSummary[] {
  const { HyperParameterTuningJobConfig: config, HyperParameterTuningJobArn: arn } = job;
  const objective = config?.HyperParameterTuningJobObjective as HyperParameterTuningJobObjective;
  const names = rangeNames(config?.ParameterRanges ?? {});
  return store.trainingJobs
    .all()
    .filter(({ TuningJobArn }) => TuningJobArn === arn)
    .map((training) => summaryOf(training, objective, names));
}

/** How far a tuning job is, and the best training until now. */
export function progressOf(
  trainings: readonly HyperParameterTrainingJobSummary[],
): Pick<TuningJob, 'TrainingJobStatusCounters' | 'ObjectiveStatusCounters' | 'BestTrainingJob'> {
  const jobs = (...statuses: string[]) =>
    trainings.filter(({ TrainingJobStatus }) => statuses.includes(TrainingJobStatus as string)).length;
  const objectives = (status: string) =>
    trainings.filter(({ ObjectiveStatus }) => ObjectiveStatus === status).length;
  return {
    TrainingJobStatusCounters: {
      Completed: jobs('Completed'),
      InProgress: jobs('InProgress', 'Stopping'),
      RetryableError: 0,
      NonRetryableError: jobs('Failed'),
      Stopped: jobs('Stopped'),
    },
    ObjectiveStatusCounters: {
      Succeeded: objectives('Succeeded'),
      Pending: objectives('Pending'),
      Failed: objectives('Failed'),
    },
    BestTrainingJob: bestOf(trainings),
  };
}

function bestOf(
  trainings: readonly HyperParameterTrainingJobSummary[],
): HyperParameterTrainingJobSummary | undefined {
  const score = ({ FinalHyperParameterTuningJobObjectiveMetric: metric }: HyperParameterTrainingJobSummary) =>
    (metric?.Type === 'Minimize' ? -1 : 1) * (metric?.Value as number);
  const judged = trainings.filter(({ ObjectiveStatus }) => ObjectiveStatus === 'Succeeded');
  return judged.reduce<HyperParameterTrainingJobSummary | undefined>(
    (best, training) => (best && score(best) >= score(training) ? best : training),
    undefined,
  );
}

function summaryOf(
  job: TrainingJob,
  { MetricName, Type }: HyperParameterTuningJobObjective,
  names: readonly string[],
): HyperParameterTrainingJobSummary {
  const final = job.FinalMetricDataList?.find((metric) => metric.MetricName === MetricName);
  const isRunning = ['InProgress', 'Stopping'].includes(job.TrainingJobStatus as string);
  const isJudged = job.TrainingJobStatus === 'Completed' && final !== undefined;
  return {
    TrainingJobName: job.TrainingJobName,
    TrainingJobArn: job.TrainingJobArn,
    CreationTime: job.CreationTime,
    TrainingStartTime: job.TrainingStartTime,
    TrainingEndTime: job.TrainingEndTime,
    TrainingJobStatus: job.TrainingJobStatus,
    FailureReason: job.FailureReason,
    TunedHyperParameters: Object.fromEntries(
      names.map((name) => [name, job.HyperParameters?.[name] as string]),
    ),
    ...(isJudged && {
      FinalHyperParameterTuningJobObjectiveMetric: { Type, MetricName, Value: final.Value },
    }),
    ObjectiveStatus: isRunning ? 'Pending' : isJudged ? 'Succeeded' : 'Failed',
  };
}
