import type { ModelSignature } from '../../../contracts/model-signature';
import type { DeadLetter, ScoredRecord } from '../../../contracts/scored-record';
import type { CaptureRecorder } from '../../../lambda/inference/capture-recorder';
import { LoadedModels } from '../../../lambda/inference/loaded-models';
import { DeadLetters } from '../../../lambda/score-stream/dead-letters';
import { FunctionScorer } from '../../../lambda/score-stream/function-scorer';
import type { QueueMessage } from '../../../lambda/score-stream/queue-sender';
import { recordsOfEvent } from '../../../lambda/score-stream/records-of-event';
import { type ScoreRecordsProps, scoreRecords } from '../../../lambda/score-stream/score-records';
import { StreamMetrics } from '../../../lambda/score-stream/stream-metrics';
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
  streamInstance(
    content: Partial<Pick<ScoreRecordsProps, 'keyField' | 'carriedFields'>> = {},
  ): ScoreRecordsProps {
    const { routing, metrics, recorder, now, stopwatch } = this.instance();
    this.recorder = recorder;
    const models = new LoadedModels({ read: async (modelVersion) => this.read(modelVersion) });
    const write = (line: string) => this.logged.push(line);
    return {
      pipelineName: 'churn',
      streamName: 'Customers',
      carriedFields: [],
      ...content,
      routing,
      scorer: new FunctionScorer({ models, metrics, recorder, now, stopwatch }),
      output: {
        send: async (records) => {
          this.output.push(...records.filter(({ id }) => !this.refused.has(id)));
          return new Set(records.map(({ id }) => id).filter((id) => this.refused.has(id)));
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
    };
  }

  private read(modelVersion: string) {
    const onnx = this.models.get(modelVersion);
    if (onnx === undefined) throw new Error(`there is no model ${modelVersion}`);
    return { onnx: Buffer.from(onnx, 'base64'), signature: SIGNATURE };
  }

  private bury(messages: readonly QueueMessage[]): ReadonlySet<string> {
    if (this.deadLettersAreDown) return new Set(messages.map(({ id }) => id));
    this.deadLetters.push(...messages.map(({ content }) => JSON.parse(content) as DeadLetter));
    return new Set();
  }
}

/** Ids of the records of an event that are to be delivered again. */
export async function again(event: object, props: ScoreRecordsProps): Promise<string[]> {
  const records = await scoreRecords(recordsOfEvent(event), props);
  return records.map(({ itemIdentifier }) => itemIdentifier);
}

/** An event with messages of a queue, whose ids are `m1`, `m2` and so on; of a FIFO queue if they have groups. */
export function queueEvent(bodies: readonly string[], groups: readonly string[] = []): object {
  return {
    Records: bodies.map((body, index) => ({
      eventSource: 'aws:sqs',
      eventSourceARN: 'arn:aws:sqs:eu-central-1:111111111111:customers',
      messageId: `m${index + 1}`,
      body,
      attributes: {
        SentTimestamp: String(Date.parse('2026-11-24T09:59:00Z')),
        ...(groups[index] && { MessageGroupId: groups[index], SequenceNumber: String(index + 1) }),
      },
    })),
  };
}
