import type { MetricDataQuery } from '@aws-sdk/client-cloudwatch';
import { GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import {
  DescribeEndpointCommand,
  DescribeEndpointConfigCommand,
  DescribeTrainingJobCommand,
  DescribeTransformJobCommand,
  ListTrainingJobsCommand,
  ListTransformJobsCommand,
} from '@aws-sdk/client-sagemaker';
import { ignoreMissing } from '../../lambda/aws/pipeline-resources';
import type { Aws } from '../cli/aws';
import type { EndedJob, RunningInstances } from './live-cost';

/** The newest of each kind. */
const MOST_JOBS = 5;

/**
 * Instances of the endpoint's variants, also of a shadow; none if the endpoint has none, or does not exist.
 */
export async function runningInstances(
  { sagemaker }: Aws,
  endpointName: string,
): Promise<RunningInstances[]> {
  const endpoint = await sagemaker
    .send(new DescribeEndpointCommand({ EndpointName: endpointName }))
    .catch(ignoreMissing);
  if (!endpoint) return [];
  const config = await sagemaker.send(
    new DescribeEndpointConfigCommand({ EndpointConfigName: endpoint.EndpointConfigName }),
  );
  const variants = [...(config.ProductionVariants ?? []), ...(config.ShadowProductionVariants ?? [])];
  const types = new Map(variants.map(({ VariantName, InstanceType }) => [VariantName, InstanceType]));
  const running = [...(endpoint.ProductionVariants ?? []), ...(endpoint.ShadowProductionVariants ?? [])];
  return running.flatMap(({ VariantName = '', CurrentInstanceCount = 0 }) => {
    const instanceType = types.get(VariantName);
    return instanceType ? [{ variant: VariantName, instanceType, count: CurrentInstanceCount }] : [];
  });
}

/** Requests to the variants of an endpoint in the last hours. */
export async function requestCount(
  { cloudwatch }: Aws,
  endpointName: string,
  variants: readonly string[],
  { now, hours }: { readonly now: Date; readonly hours: number },
): Promise<number> {
  const MetricDataQueries = variants.map((variant, index): MetricDataQuery => {
    const Dimensions = [
      { Name: 'EndpointName', Value: endpointName },
      { Name: 'VariantName', Value: variant },
    ];
    const Metric = { Namespace: 'AWS/SageMaker', MetricName: 'Invocations', Dimensions };
    return { Id: `variant${index}`, MetricStat: { Metric, Period: 3600, Stat: 'Sum' } };
  });
  const { MetricDataResults = [] } = await cloudwatch.send(
    new GetMetricDataCommand({
      MetricDataQueries,
      StartTime: new Date(now.getTime() - hours * 3_600_000),
      EndTime: now,
    }),
  );
  return MetricDataResults.flatMap(({ Values = [] }) => Values).reduce((sum, value) => sum + value, 0);
}

/** The newest jobs of a pipeline that have ended well. */
export async function endedJobs({ sagemaker }: Aws, pipelineName: string): Promise<EndedJob[]> {
  // As `generatedNamePrefix` in lib/runtime/pipeline-context.ts shortens it; then come version and suffix.
  const prefix = pipelineName.slice(0, 30);
  const isOwn = (name = '') =>
    name.startsWith(`${prefix}-`) && /^\d+-\d+-\d+-([a-z]+-)?[^.]*$/.test(name.slice(prefix.length + 1));
  const newest = {
    NameContains: prefix,
    StatusEquals: 'Completed',
    // By the time of creation, by which both sort if nothing else is given.
    SortOrder: 'Descending',
  } as const;
  const { TrainingJobSummaries = [] } = await sagemaker.send(new ListTrainingJobsCommand(newest));
  const { TransformJobSummaries = [] } = await sagemaker.send(new ListTransformJobsCommand(newest));
  const trainings = await Promise.all(
    TrainingJobSummaries.filter(({ TrainingJobName }) => isOwn(TrainingJobName))
      .slice(0, MOST_JOBS)
      .map(({ TrainingJobName }) => sagemaker.send(new DescribeTrainingJobCommand({ TrainingJobName }))),
  );
  const oldest = trainings.at(-1)?.CreationTime?.getTime() ?? Number.POSITIVE_INFINITY;
  const scorings = await Promise.all(
    TransformJobSummaries.filter(
      ({ TransformJobName, CreationTime }) =>
        isOwn(TransformJobName) && (CreationTime?.getTime() ?? 0) >= oldest,
    ).map(({ TransformJobName }) => sagemaker.send(new DescribeTransformJobCommand({ TransformJobName }))),
  );
  return [
    ...trainings.map(
      ({ TrainingJobName = '', CreationTime, ResourceConfig, BillableTimeInSeconds = 0 }): EndedJob => ({
        kind: 'training',
        name: TrainingJobName,
        time: CreationTime ?? new Date(0),
        instanceType: ResourceConfig?.InstanceType ?? '',
        count: ResourceConfig?.InstanceCount ?? 1,
        seconds: BillableTimeInSeconds,
      }),
    ),
    ...scorings.map(
      ({
        TransformJobName = '',
        CreationTime,
        TransformStartTime,
        TransformEndTime,
        TransformResources,
      }): EndedJob => ({
        kind: 'scoring',
        name: TransformJobName,
        time: CreationTime ?? new Date(0),
        instanceType: TransformResources?.InstanceType ?? '',
        count: TransformResources?.InstanceCount ?? 1,
        seconds: ((TransformEndTime?.getTime() ?? 0) - (TransformStartTime?.getTime() ?? 0)) / 1000,
      }),
    ),
  ];
}
