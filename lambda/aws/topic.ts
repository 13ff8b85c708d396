import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';
import { chatNotification } from '../domain/pages/chat-notification';
import type { Message } from '../domain/pages/message';

/** The topic that notifies people. */
export class Topic {
  constructor(
    private readonly sns: SNSClient,
    private readonly topicArn: string,
  ) {}

  /**
   * Mails, queues and functions get the text, and HTTPS endpoints the notification that Amazon Q Developer in
   * chat applications posts: it subscribes to topics by HTTPS, and ignores plain text. Characters of the
   * subject that SNS does not take are left out.
   */
  async publish(message: Message): Promise<void> {
    const bodies = { default: shortened(message.text), https: JSON.stringify(chatNotification(message)) };
    await this.sns.send(
      new PublishCommand({
        TopicArn: this.topicArn,
        Subject: subjectLine(message.subject),
        // https://docs.aws.amazon.com/sns/latest/api/API_Publish.html
        MessageStructure: 'json',
        Message: JSON.stringify(bodies),
      }),
    );
  }
}

/** SNS takes at most 100 printable ASCII characters. */
function subjectLine(text: string): string {
  const printable = text.replace(/[^\x20-\x7e]+/g, ' ').trim();
  return printable.length <= 100 ? printable : `${printable.slice(0, 97)}...`;
}

/**
 * A message has at most 262,144 bytes in all its forms:
 * https://docs.aws.amazon.com/sns/latest/api/API_Publish.html. In JSON a character of UTF-16 has at most six.
 */
const MOST_CHARACTERS = 35_000;

function shortened(text: string): string {
  return text.length <= MOST_CHARACTERS ? text : `${text.slice(0, MOST_CHARACTERS)}...`;
}
