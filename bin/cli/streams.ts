import {
  DescribeAlarmsCommand,
  GetMetricDataCommand,
  type MetricDataQuery,
  paginateListMetrics,
} from '@aws-sdk/client-cloudwatch';
import { GetQueueAttributesCommand } from '@aws-sdk/client-sqs';
import * as z from 'zod/mini';
import { parseDocument } from '../../lambda/domain/records/document';
import type { Aws } from './aws';
import { CliError } from './cli-error';
import { publishedParts } from './published-parts';

const NAMESPACE = 'ModelPipeline';

const streamSchema = z.object({
  function: z.string(),
  mapping: z.string(),
  /** ARN of the source. */
  source: z.string(),
  deadLetterQueue: z.string(),
  lagAlarm: z.string(),
  failureAlarm: z.string(),
  deadLetterAlarm: z.string(),
});

/** A stream that a pipeline scores, as its stack publishes it. */
export interface PublishedStream extends z.infer<typeof streamSchema> {
  readonly name: string;
}

/** How a stream goes, since a time. */
export interface StreamState {
  readonly stream: string;
  readonly source: string;
  readonly scored: number;
  readonly versions: readonly { readonly modelVersion: string; readonly records: number }[];
  /** Of the oldest record of any batch; undefined if there was none. */
  readonly maximumAgeSeconds: number | undefined;
  /** Records that were to be delivered again, each as often as it was. */
  readonly failed: number;
  readonly poison: number;
  readonly poisonByReason: readonly { readonly reason: string; readonly records: number }[];
  /** In the queue now. */
  readonly deadLetters: number;
  /** What alarms say that have gone off. */
  readonly alarms: readonly string[];
}

/** The streams of a pipeline, by name. */
export async function listStreams(aws: Aws, pipeline: string): Promise<PublishedStream[]> {
  const published = await publishedParts(aws, pipeline, 'streams');
  return Array.from(published, ([name, text]) => ({
    name,
    ...parseDocument(streamSchema, text, `parts of the stream ${name}`),
  }));
}

/** @throws CliError if the pipeline has no stream of that name */
export async function streamNamed(aws: Aws, pipeline: string, name: string): Promise<PublishedStream> {
  const streams = await listStreams(aws, pipeline);
  const found = streams.find((each) => each.name === name);
  if (found) return found;
  const names = streams.map((each) => each.name).join(', ') || 'none';
  throw new CliError(`pipeline ${pipeline} has no stream ${name}; it has: ${names}`);
}

/** @param since how far back, in seconds */
export async function streamState(
  aws: Aws,
  pipeline: string,
  stream: PublishedStream,
  since: number,
): Promise<StreamState> {
  const dimensions = { Pipeline: pipeline, Stream: stream.name };
  const [versions, reasons] = await Promise.all([
    valuesOf(aws, 'ScoredRecords', dimensions, 'ModelVersion'),
    valuesOf(aws, 'PoisonRecords', dimensions, 'Reason'),
  ]);
  const sums = (name: string, dimension: string, values: readonly string[]) =>
    values.map((value) => ({ name, statistic: 'Sum', dimensions: { ...dimensions, [dimension]: value } }));
  const figures = [
    { name: 'ScoredRecords', statistic: 'Sum', dimensions },
    { name: 'FailedRecords', statistic: 'Sum', dimensions },
    { name: 'PoisonRecords', statistic: 'Sum', dimensions },
    { name: 'RecordAge', statistic: 'Maximum', dimensions },
    ...sums('ScoredRecords', 'ModelVersion', versions),
    ...sums('PoisonRecords', 'Reason', reasons),
  ];
  const [values, deadLetters, alarms] = await Promise.all([
    readFigures(aws, figures, since),
    deadLettersIn(aws, stream),
    alarmsOf(aws, stream),
  ]);
  const of = (first: number, names: readonly string[]) =>
    names
      .map((name, index) => ({ name, records: values[first + index] ?? 0 }))
      .filter(({ records }) => records > 0);
  const age = values[3];
  return {
    stream: stream.name,
    source: stream.source,
    scored: values[0] ?? 0,
    versions: of(4, versions).map(({ name, records }) => ({ modelVersion: name, records })),
    maximumAgeSeconds: age === undefined ? undefined : age / 1000,
    failed: values[1] ?? 0,
    poison: values[2] ?? 0,
    poisonByReason: of(4 + versions.length, reasons).map(({ name, records }) => ({ reason: name, records })),
    deadLetters,
    alarms,
  };
}

interface Figure {
  readonly name: string;
  readonly statistic: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** Values of a dimension that a metric has beside others. */
async function valuesOf(
  aws: Aws,
  MetricName: string,
  beside: Figure['dimensions'],
  dimension: string,
): Promise<string[]> {
  const Dimensions = [
    ...Object.entries(beside).map(([Name, Value]) => ({ Name, Value })),
    { Name: dimension },
  ];
  const pages = paginateListMetrics(
    { client: aws.cloudwatch },
    { Namespace: NAMESPACE, MetricName, Dimensions },
  );
  const found = new Set<string>();
  for await (const { Metrics = [] } of pages) {
    for (const metric of Metrics) {
      const value = metric.Dimensions?.find(({ Name }) => Name === dimension)?.Value;
      if (value !== undefined) found.add(value);
    }
  }
  return [...found].sort();
}

/** One value each for the whole time; undefined without data. */
async function readFigures(
  aws: Aws,
  figures: readonly Figure[],
  since: number,
): Promise<(number | undefined)[]> {
  const EndTime = new Date();
  const { MetricDataResults = [] } = await aws.cloudwatch.send(
    new GetMetricDataCommand({
      StartTime: new Date(EndTime.getTime() - since * 1000),
      EndTime,
      MetricDataQueries: figures.map(
        ({ name, statistic, dimensions }, index): MetricDataQuery => ({
          Id: `m${index}`,
          MetricStat: {
            Metric: {
              Namespace: NAMESPACE,
              MetricName: name,
              Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
            },
            Stat: statistic,
            Period: periodOf(since),
          },
        }),
      ),
    }),
  );
  return figures.map(({ statistic }, index) => {
    const values = MetricDataResults.find(({ Id }) => Id === `m${index}`)?.Values ?? [];
    if (values.length === 0) return undefined;
    return statistic === 'Sum' ? values.reduce((sum, value) => sum + value, 0) : Math.max(...values);
  });
}

/**
 * CloudWatch keeps minutes for 15 days, and 5 minutes for 63.
 *
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html
 */
function periodOf(since: number): number {
  const days = since / 86_400;
  if (days < 15) return 60;
  return days < 63 ? 300 : 3600;
}

async function deadLettersIn(aws: Aws, { deadLetterQueue }: PublishedStream): Promise<number> {
  const { Attributes = {} } = await aws.sqs.send(
    new GetQueueAttributesCommand({
      QueueUrl: deadLetterQueue,
      AttributeNames: ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'],
    }),
  );
  return Object.values(Attributes).reduce((sum, value) => sum + Number(value), 0);
}

async function alarmsOf(
  aws: Aws,
  { lagAlarm, failureAlarm, deadLetterAlarm }: PublishedStream,
): Promise<string[]> {
  const { MetricAlarms = [] } = await aws.cloudwatch.send(
    new DescribeAlarmsCommand({ AlarmNames: [lagAlarm, failureAlarm, deadLetterAlarm], StateValue: 'ALARM' }),
  );
  return MetricAlarms.map(({ AlarmDescription, AlarmName = '' }) => AlarmDescription ?? AlarmName);
}
