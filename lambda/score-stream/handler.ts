import { S3Client } from '@aws-sdk/client-s3';
import { SQSClient } from '@aws-sdk/client-sqs';
import { SSMClient } from '@aws-sdk/client-ssm';
import * as z from 'zod/mini';
import type { StreamOutputSettings, StreamScorerSettings } from '../../contracts/functions/stream';
import { readPartEnvironment } from '../aws/environment';
import { readModelSignature } from '../aws/model-signatures';
import { RoutingStore } from '../aws/routing-store';
import { ArtifactStore } from '../aws/store';
import { CaptureRecorder } from '../inference/capture-recorder';
import { InferenceMetrics } from '../inference/inference-metrics';
import { LiveRouting } from '../inference/live-routing';
import { LoadedModels } from '../inference/loaded-models';
import { RegisteredModels } from '../inference/registered-models';
import { DeadLetters } from './dead-letters';
import { EndpointScorer } from './endpoint-scorer';
import { FunctionScorer } from './function-scorer';
import { type ItemFailures, itemFailures, wholeBatch } from './item-failures';
import { EventBusOutput } from './outputs/event-bus-output';
import { FirehoseOutput } from './outputs/firehose-output';
import { KinesisOutput } from './outputs/kinesis-output';
import { QueueOutput } from './outputs/queue-output';
import { QueueSender } from './outputs/queue-sender';
import type { StreamOutput } from './outputs/stream-output';
import { TableOutput } from './outputs/table-output';
import { type ScoreRecordsProps, type Scorer, scoreRecords } from './score-records';
import { recordsOfEvent } from './sources/records-of-event';
import { StreamMetrics } from './stream-metrics';

const { pipelineName, bucketName, settings } = readPartEnvironment(
  'score-stream',
  z.object({
    streamName: z.string(),
    routing: z.object({ kind: z.literal('routing'), parameter: z.string(), maximumAgeSeconds: z.number() }),
    output: z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('sqs'), queueUrl: z.string(), isFifo: z.boolean() }),
      z.object({ kind: z.literal('kinesis'), streamArn: z.string() }),
      z.object({ kind: z.literal('eventBridge'), busName: z.string() }),
      z.object({ kind: z.literal('dynamoDb'), tableName: z.string() }),
      z.object({ kind: z.literal('firehose'), deliveryStreamName: z.string() }),
    ]),
    keyField: z.optional(z.string()),
    carriedFields: z.array(z.string()),
    deadLetterQueueUrl: z.string(),
    reportsItemFailures: z.boolean(),
    scorer: z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('function'), capturePercentage: z.number() }),
      z.object({
        kind: z.literal('endpoint'),
        endpointName: z.string(),
        contentType: z.enum(['text/csv', 'application/json']),
        hasVariants: z.boolean(),
      }),
    ]),
    metricNamespace: z.string(),
  }),
);

const now = () => new Date();
const store = new ArtifactStore(new S3Client(), bucketName);
const sqs = new SQSClient();
// By `console`, Lambda's JSON format would nest the line, and CloudWatch would find no metric in it.
const write = (line: string) => process.stdout.write(`${line}\n`);
const inferenceMetrics = new InferenceMetrics({
  pipelineName,
  namespace: settings.metricNamespace,
  write: (line) => write(line()),
  now,
});
const recorder = new CaptureRecorder({
  store,
  // Where requests to the function are recorded: the monitors read it.
  folder: pipelineName,
  percentage: settings.scorer.kind === 'function' ? settings.scorer.capturePercentage : 0,
  now,
  onFailure: () => inferenceMetrics.countCaptureFailure(),
});
const props: ScoreRecordsProps = {
  pipelineName,
  streamName: settings.streamName,
  keyField: settings.keyField,
  carriedFields: settings.carriedFields,
  routing: new LiveRouting({
    routing: new RoutingStore(new SSMClient(), settings.routing.parameter),
    maximumAgeSeconds: settings.routing.maximumAgeSeconds,
    now,
  }),
  scorer: scorerOf(settings.scorer),
  output: outputOf(settings.output),
  deadLetters: new DeadLetters(new QueueSender(sqs, settings.deadLetterQueueUrl), {
    pipeline: pipelineName,
    stream: settings.streamName,
  }),
  metrics: new StreamMetrics({
    pipelineName,
    streamName: settings.streamName,
    namespace: settings.metricNamespace,
    write,
    now,
  }),
  reportsItemFailures: settings.reportsItemFailures,
};

function scorerOf(scorer: StreamScorerSettings): Scorer {
  if (scorer.kind === 'endpoint') {
    return new EndpointScorer({
      endpoint: scorer,
      signatureOf: (modelVersion) => readModelSignature(store, modelVersion),
    });
  }
  return new FunctionScorer({
    models: new LoadedModels(new RegisteredModels(store)),
    metrics: inferenceMetrics,
    recorder,
    stopwatch: () => performance.now(),
    now,
  });
}

function outputOf(output: StreamOutputSettings): StreamOutput {
  switch (output.kind) {
    case 'sqs':
      return new QueueOutput(new QueueSender(sqs, output.queueUrl), output.isFifo);
    case 'kinesis':
      return new KinesisOutput(output.streamArn);
    case 'eventBridge':
      return new EventBusOutput(output.busName);
    case 'dynamoDb':
      return new TableOutput(output.tableName);
    case 'firehose':
      return new FirehoseOutput(output.deliveryStreamName);
  }
}

/** Nobody waits for the answer, but the next records do. */
const LONGEST_RECORDING_MILLIS = 5_000;

/** Scores the records of an event; the answer names those that are to be delivered again. */
export async function handler(event: unknown): Promise<ItemFailures> {
  try {
    const again = await scoreRecords(recordsOfEvent(event), props);
    return settings.reportsItemFailures ? itemFailures(again) : wholeBatch(again);
  } finally {
    await recorder.flush(AbortSignal.timeout(LONGEST_RECORDING_MILLIS));
  }
}
