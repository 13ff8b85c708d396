import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import type { PipelineEvent } from '../domain/events';
import type { Environment } from './environment';
import { EventBus } from './event-bus';

/** Something that people and other systems are told. */
export interface Notice {
  /** One line, for people. */
  readonly subject: string;
  /** For people: what happened, why, what to do. */
  readonly text: string;
  /** The same for other systems. */
  readonly event: PipelineEvent;
  /** When it happened. */
  readonly time: Date;
}

export interface NotifierProps {
  readonly sns: SNSClient;
  readonly topicArn: string;
  readonly eventBus: EventBus;
}

/** Tells people by SNS, and other systems by an event. */
export class Notifier {
  constructor(private readonly props: NotifierProps) {}

  /** That of the pipeline whose function this is. */
  static of({ pipelineName, topicArn }: Pick<Environment<unknown>, 'pipelineName' | 'topicArn'>): Notifier {
    const eventBus = new EventBus(new EventBridgeClient(), pipelineName);
    return new Notifier({ sns: new SNSClient(), topicArn, eventBus });
  }

  /** @throws Error if either cannot be told; the other is told nevertheless */
  async tell(notice: Notice): Promise<void> {
    const attempts = await Promise.allSettled([
      this.publish(notice),
      this.props.eventBus.publish(notice.event, notice.time),
    ]);
    const failed = attempts.find((attempt) => attempt.status === 'rejected');
    if (failed) throw failed.reason;
  }

  private async publish({ subject, text }: Notice): Promise<void> {
    const { sns, topicArn } = this.props;
    await sns.send(new PublishCommand({ TopicArn: topicArn, Subject: subjectLine(subject), Message: text }));
  }
}

/** SNS takes at most 100 printable ASCII characters. */
function subjectLine(text: string): string {
  const printable = text.replace(/[^\x20-\x7e]+/g, ' ').trim();
  return printable.length <= 100 ? printable : `${printable.slice(0, 97)}...`;
}
