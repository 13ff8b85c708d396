import { type EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';

/** Something that people and other systems are told. */
export interface Notice {
  /** One line, for people. */
  readonly subject: string;
  /** For people: what happened, why, what to do. */
  readonly text: string;
  /** Kind of the event for other systems, such as `Model Released`. */
  readonly detailType: string;
  /** Content of the event; `pipeline` is added. */
  readonly detail: Readonly<Record<string, unknown>>;
  /** When it happened. */
  readonly time: Date;
}

export interface NotifierProps {
  readonly sns: SNSClient;
  readonly eventBridge: EventBridgeClient;
  readonly topicArn: string;
  readonly pipelineName: string;
}

/** Source of the pipeline's events on EventBridge. */
export const EVENT_SOURCE = 'model-pipeline';

/** Tells people by SNS, and other systems by an event on the default bus. */
export class Notifier {
  constructor(private readonly props: NotifierProps) {}

  /** @throws Error if either cannot be told; the other is told nevertheless */
  async tell(notice: Notice): Promise<void> {
    const attempts = await Promise.allSettled([this.publish(notice), this.emit(notice)]);
    const failed = attempts.find((attempt) => attempt.status === 'rejected');
    if (failed) throw failed.reason;
  }

  private async publish({ subject, text }: Notice): Promise<void> {
    const { sns, topicArn } = this.props;
    await sns.send(new PublishCommand({ TopicArn: topicArn, Subject: subjectLine(subject), Message: text }));
  }

  private async emit({ detailType, detail, time }: Notice): Promise<void> {
    const { eventBridge, pipelineName } = this.props;
    const { FailedEntryCount, Entries } = await eventBridge.send(
      new PutEventsCommand({
        Entries: [
          {
            Source: EVENT_SOURCE,
            DetailType: detailType,
            Detail: JSON.stringify({ pipeline: pipelineName, ...detail }),
            Time: time,
          },
        ],
      }),
    );
    // EventBridge refuses single events in a successful answer.
    if (FailedEntryCount) {
      const { ErrorCode, ErrorMessage } = Entries?.[0] ?? {};
      throw new Error(`event '${detailType}' was refused: ${ErrorCode}: ${ErrorMessage}`);
    }
  }
}

/** SNS takes at most 100 printable ASCII characters. */
function subjectLine(text: string): string {
  const printable = text.replace(/[^\x20-\x7e]+/g, ' ').trim();
  return printable.length <= 100 ? printable : `${printable.slice(0, 97)}...`;
}
