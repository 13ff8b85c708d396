import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { S3Client } from '@aws-sdk/client-s3';
import { SNSClient } from '@aws-sdk/client-sns';
import { notifiedKey, recordedPrefix } from '../domain/records/bucket-layout';
import type { EventType, PipelineEvent } from '../domain/records/events';
import type { Environment } from './environment';
import { EventBus } from './event-bus';
import { logger } from './logger';
import { ArtifactStore } from './store';
import { Topic } from './topic';

/** A notification for people and other systems. */
export interface Notice {
  /** One line, for people. */
  readonly subject: string;
  /** For people: what happened, why, what to do. */
  readonly text: string;
  /** The same for other systems. */
  readonly event: PipelineEvent;
  /** When it happened. */
  readonly time: Date;
  /** ARN of the execution that it is about, or what else asked. */
  readonly about: string;
  /** Tells it from other notices of the same type about the same execution. @default - there is one */
  readonly occasion?: string;
}

export interface NotifierProps {
  readonly topic: Topic;
  readonly eventBus: EventBus;
  /** Remembers who was notified of what. */
  readonly store: ArtifactStore;
}

/**
 * Notifies people by SNS, and other systems by an event: each of them once, however often a notice is
 * repeated.
 */
export class Notifier {
  constructor(private readonly props: NotifierProps) {}

  /** That of the pipeline whose function this is. */
  static of({
    pipelineName,
    topicArn,
    bucketName,
  }: Pick<Environment<unknown>, 'pipelineName' | 'topicArn' | 'bucketName'>): Notifier {
    const eventBus = new EventBus(new EventBridgeClient(), pipelineName);
    const store = new ArtifactStore(new S3Client(), bucketName);
    const topic = new Topic(new SNSClient(), topicArn);
    return new Notifier({ topic, eventBus, store });
  }

  /** @throws Error if either cannot be notified; the other is notified nevertheless */
  async tell(notice: Notice): Promise<void> {
    const attempts = await Promise.allSettled([
      this.once(notice, 'people', () =>
        this.props.topic.publish({ subject: notice.subject, text: notice.text, cause: notice.about }),
      ),
      this.once(notice, 'systems', () => this.props.eventBus.publish(notice.event, notice.time)),
    ]);
    const failed = attempts.find((attempt) => attempt.status === 'rejected');
    if (failed) throw failed.reason;
  }

  /** Whether people were notified of something by a notice of one of these types. */
  async hasNotified(about: string, types: readonly EventType[]): Promise<boolean> {
    const keys = types.map((type) => notifiedKey(about, type, 'people'));
    for await (const { key } of this.props.store.list(recordedPrefix(about))) {
      if (keys.includes(key)) return true;
    }
    return false;
  }

  private async once(
    { about, event, occasion, time }: Notice,
    who: 'people' | 'systems',
    notify: () => Promise<void>,
  ): Promise<void> {
    const { store } = this.props;
    const key = notifiedKey(about, occasion === undefined ? event.type : `${event.type}-${occasion}`, who);
    // What cannot be remembered either: to notify twice is better than not at all.
    const known = await store.tryReadText(key).catch((error: Error) => {
      logger.error(`it is unknown whether ${who} were notified`, error);
    });
    if (typeof known === 'string') return;
    await notify();
    // If this is lost, a repetition notifies once more: better than not at all.
    await store.writeJson(key, { time: time.toISOString() }).catch((error: Error) => {
      logger.error(`it could not be noted that ${who} were notified`, error);
    });
  }
}
