import type { Cloud } from '../../gateway/service';
import type { CloudWatchService } from '../cloudwatch/cloudwatch-service';
import type { StoredQueue } from './queue';

const MINUTE = 60_000;

/** How many messages a queue has, by whether they can be received. */
export interface MessageCounts {
  readonly visible: number;
  readonly inFlight: number;
  readonly delayed: number;
}

export function countMessages({ messages }: StoredQueue, now: number): MessageCounts {
  const hidden = messages.filter(({ visibleAt }) => visibleAt > now);
  const inFlight = hidden.filter(({ receiveCount }) => receiveCount > 0).length;
  return { visible: messages.length - hidden.length, inFlight, delayed: hidden.length - inFlight };
}

/**
 * Publishes each minute how many messages a queue has, until it has none.
 *
 * @see https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
 */
export class QueueMetrics {
  private readonly active = new Set<string>();

  constructor(
    private readonly cloud: Cloud,
    private readonly queues: ReadonlyMap<string, StoredQueue>,
  ) {}

  /** Begins with a queue that has messages. */
  watch(name: string): void {
    if (this.active.has(name)) return;
    this.active.add(name);
    this.schedule(name);
  }

  private schedule(name: string): void {
    const { clock } = this.cloud;
    clock.at((Math.floor(clock.now() / MINUTE) + 1) * MINUTE, () => this.publish(name));
  }

  private publish(name: string): void {
    const queue = this.queues.get(name);
    if (queue) {
      const { visible, inFlight, delayed } = countMessages(queue, this.cloud.clock.now());
      this.record(name, 'ApproximateNumberOfMessagesVisible', visible);
      this.record(name, 'ApproximateNumberOfMessagesNotVisible', inFlight);
      this.record(name, 'ApproximateNumberOfMessagesDelayed', delayed);
    }
    if (queue && queue.messages.length > 0) this.schedule(name);
    else this.active.delete(name);
  }

  private record(QueueName: string, metric: string, value: number): void {
    const monitoring = this.cloud.service<CloudWatchService>('monitoring');
    monitoring.record('AWS/SQS', metric, { QueueName }, value, 'Count');
  }
}
