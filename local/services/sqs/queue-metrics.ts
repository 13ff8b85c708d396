import type { Cloud } from '../../gateway/service';
import type { CloudWatchService } from '../cloudwatch/cloudwatch-service';
import type { StoredQueue } from './queue';

const MINUTE = 60_000;
/** A queue is active for so long after it was accessed, or had messages. */
const ACTIVE = 6 * 60 * MINUTE;

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
 * Publishes each minute how many messages a queue has, as long as it is active.
 *
 * @see
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
 */
export class QueueMetrics {
  /** When each was active last. */
  private readonly active = new Map<string, number>();

  constructor(
    private readonly cloud: Cloud,
    private readonly queues: ReadonlyMap<string, StoredQueue>,
  ) {}

  /** Notes that a queue is accessed. */
  accessed(name: string): void {
    const isNew = !this.active.has(name);
    this.active.set(name, this.cloud.clock.now());
    if (isNew) this.schedule(name);
  }

  private schedule(name: string): void {
    const { clock } = this.cloud;
    clock.at((Math.floor(clock.now() / MINUTE) + 1) * MINUTE, () => this.publish(name));
  }

  private publish(name: string): void {
    const queue = this.queues.get(name);
    const now = this.cloud.clock.now();
    if (queue && queue.messages.length > 0) this.active.set(name, now);
    if (!queue || now - (this.active.get(name) ?? 0) > ACTIVE) {
      this.active.delete(name);
      return;
    }
    const { visible, inFlight, delayed } = countMessages(queue, now);
    this.record(name, 'ApproximateNumberOfMessagesVisible', visible);
    this.record(name, 'ApproximateNumberOfMessagesNotVisible', inFlight);
    this.record(name, 'ApproximateNumberOfMessagesDelayed', delayed);
    this.schedule(name);
  }

  private record(QueueName: string, metric: string, value: number): void {
    const monitoring = this.cloud.service<CloudWatchService>('monitoring');
    monitoring.record('AWS/SQS', metric, { QueueName }, value, 'Count');
  }
}
