import type { ModelSignature } from '../../../contracts/model-signature';
import type { DeadLetter, ScoredRecord } from '../../../contracts/scored-record';
import type { CaptureRecorder } from '../../../lambda/inference/capture-recorder';
import { LoadedModels } from '../../../lambda/inference/loaded-models';
import { DeadLetters } from '../../../lambda/score-stream/dead-letters';
import { FunctionScorer } from '../../../lambda/score-stream/function-scorer';
import { itemFailures } from '../../../lambda/score-stream/item-failures';
import type { QueueMessage } from '../../../lambda/score-stream/outputs/queue-sender';
import type { Sent } from '../../../lambda/score-stream/outputs/stream-output';
import { type ScoreRecordsProps, scoreRecords } from '../../../lambda/score-stream/score-records';
import { recordsOfEvent } from '../../../lambda/score-stream/sources/records-of-event';
import { StreamMetrics } from '../../../lambda/score-stream/stream-metrics';
import type { ItemIdentifier } from '../../../lambda/score-stream/stream-record';
import reference from '../../reference/onnx-models.json';
import { InferenceWorld } from '../serverless-inference/inference-world';

/** Of the reference models. */
const SIGNATURE: ModelSignature = {
  version: 1,
  inputs: ['age', 'price', 'complaints'].map((name) => ({ name, type: 'number', optional: false })),
  outputs: [{ name: 'left', type: 'probability' }],
};

/** What instances of `score-stream` have around them: a classifier serves as version 1.0.0. */
export class StreamWorld extends InferenceWorld {
  /** What came to the consumer, in this order. */
  readonly output: ScoredRecord[] = [];
  readonly deadLetters: DeadLetter[] = [];
  /** Ids that the output refuses. */
  readonly refused = new Set<string>();
  /** Ids that the output never takes, with the reason. */
  readonly unfit = new Map<string, string>();
  deadLettersAreDown = false;
  /** Of the newest instance. */
  recorder!: CaptureRecorder;

  /** ONNX in base64, by version. */
  readonly models = new Map([['1.0.0', reference.classifier.onnx]]);

  constructor() {
    super();
    this.routing = {
      ...this.routing,
      production: {
        modelVersion: '1.0.0',
        variant: 'blue',
        modelName: 'churn-1-0-0',
        modelPackageArn: 'arn:aws:sagemaker:eu-central-1:111111111111:model-package/churn/1',
        since: '2026-11-24T09:00:00Z',
        ledgerSequence: 1,
      },
    };
  }

  /** A new instance of the function. */
  streamInstance(changes: Partial<ScoreRecordsProps> = {}): ScoreRecordsProps {
    const { routing, metrics, recorder, now, stopwatch } = this.instance();
    this.recorder = recorder;
    const models = new LoadedModels({ read: async (modelVersion) => this.read(modelVersion) });
    const write = (line: string) => this.logged.push(line);
    return {
      pipelineName: 'churn',
      streamName: 'Customers',
      carriedFields: [],
      routing,
      scorer: new FunctionScorer({ models, metrics, recorder, now, stopwatch }),
      output: {
        send: async (records) => {
          const isTaken = ({ id }: ScoredRecord) => !this.refused.has(id) && !this.unfit.has(id);
          this.output.push(...records.filter(isTaken));
          return { refused: this.refused, unfit: this.unfit };
        },
      },
      deadLetters: new DeadLetters(
        { send: async (messages) => this.bury(messages) },
        { pipeline: 'churn', stream: 'Customers' },
      ),
      metrics: new StreamMetrics({
        pipelineName: 'churn',
        streamName: 'Customers',
        namespace: 'ModelPipeline',
        write,
        now,
      }),
      reportsItemFailures: true,
      ...changes,
    };
  }

  private read(modelVersion: string) {
    const onnx = this.models.get(modelVersion);
    if (onnx === undefined) throw new Error(`there is no model ${modelVersion}`);
    return { onnx: Buffer.from(onnx, 'base64'), signature: SIGNATURE };
  }

  private bury(messages: readonly QueueMessage[]): Sent {
    const unfit = new Map<string, string>();
    if (this.deadLettersAreDown) return { refused: new Set(messages.map(({ id }) => id)), unfit };
    this.deadLetters.push(...messages.map(({ content }) => JSON.parse(content) as DeadLetter));
    return { refused: new Set(), unfit };
  }
}

/** How the answer to Lambda names the records of an event that are to be delivered again. */
export async function again(event: object, props: ScoreRecordsProps): Promise<ItemIdentifier[]> {
  const { batchItemFailures } = itemFailures(await scoreRecords(recordsOfEvent(event), props));
  return batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
}

const SENT = Date.parse('2026-11-24T09:59:00Z');

/**
 * An event with messages of a queue, whose ids are `m1`, `m2` and so on; of a FIFO queue if they have groups.
 */
export function queueEvent(bodies: readonly string[], groups: readonly string[] = []): object {
  return {
    Records: bodies.map((body, index) => ({
      eventSource: 'aws:sqs',
      eventSourceARN: 'arn:aws:sqs:eu-central-1:111111111111:customers',
      messageId: `m${index + 1}`,
      body,
      attributes: {
        SentTimestamp: String(SENT),
        ...(groups[index] && { MessageGroupId: groups[index], SequenceNumber: String(index + 1) }),
      },
    })),
  };
}

/** An event with records of a shard, whose sequence numbers are 1, 2 and so on. */
export function kinesisEvent(records: readonly (string | Uint8Array)[], partitionKey = 'c17'): object {
  return {
    Records: records.map((data, index) => ({
      eventSource: 'aws:kinesis',
      eventSourceARN: 'arn:aws:kinesis:eu-central-1:111111111111:stream/customers',
      eventID: `shardId-000000000003:${index + 1}`,
      eventName: 'aws:kinesis:record',
      kinesis: {
        kinesisSchemaVersion: '1.0',
        partitionKey,
        sequenceNumber: String(index + 1),
        data: Buffer.from(data as string).toString('base64'),
        approximateArrivalTimestamp: SENT / 1000,
      },
    })),
  };
}

type Image = Readonly<Record<string, object>>;

/**
 * An event with changes of a table, whose sequence numbers are 1, 2 and so on; without an image, of
 * deletions.
 */
export function tableEvent(
  images: readonly (Image | undefined)[],
  Keys: Image = { customer: { S: 'c17' } },
): object {
  return {
    Records: images.map((NewImage, index) => ({
      eventSource: 'aws:dynamodb',
      eventSourceARN: 'arn:aws:dynamodb:eu-central-1:111111111111:table/customers/stream/2026',
      eventID: `e${index + 1}`,
      eventName: NewImage ? 'MODIFY' : 'REMOVE',
      dynamodb: {
        Keys,
        NewImage,
        SequenceNumber: String(index + 1),
        ApproximateCreationDateTime: SENT / 1000,
        StreamViewType: 'NEW_IMAGE',
      },
    })),
  };
}

/** An event with records of partitions of a topic, whose offsets are 0, 1 and so on; null is a tombstone. */
export function kafkaEvent(partitions: readonly (readonly (string | null)[])[]): object {
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  return {
    eventSource: 'aws:kafka',
    eventSourceArn: 'arn:aws:kafka:eu-central-1:111111111111:cluster/customers/1',
    bootstrapServers: 'b-1:9092',
    records: Object.fromEntries(
      partitions.map((values, partition) => [
        `customers-${partition}`,
        values.map((value, offset) => ({
          topic: 'customers',
          partition,
          offset,
          timestamp: SENT,
          timestampType: 'CREATE_TIME',
          key: base64('c17'),
          value: value === null ? null : base64(value),
          headers: [],
        })),
      ]),
    ),
  };
}
