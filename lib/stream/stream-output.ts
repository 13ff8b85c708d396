import type { IEventBus } from 'aws-cdk-lib/aws-events';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import { EventBusWriter } from './outputs/event-bus-writer';
import { QueueWriter } from './outputs/queue-writer';
import type { StreamWriter } from './stream-writer';

/**
 * Where scored records go, as JSON objects with `id`, `key`, `modelVersion`, `variant` and `prediction`. Each
 * comes at least once: a consumer that must not take one twice drops those whose `id` it knows.
 */
export class StreamOutput {
  /**
   * Messages of an SQS queue. A FIFO queue keeps the order of each key, and drops doubles that come within five
   * minutes.
   */
  static sqs(queue: IQueue): StreamOutput {
    return new StreamOutput(new QueueWriter(queue));
  }

  /** Events of the type `RecordScored` on an event bus, with the source `model-pipeline.stream`. */
  static eventBridge(bus: IEventBus): StreamOutput {
    return new StreamOutput(new EventBusWriter(bus));
  }

  private constructor(private readonly writer: StreamWriter) {}

  /** @internal */
  public get _writer(): StreamWriter {
    return this.writer;
  }
}
