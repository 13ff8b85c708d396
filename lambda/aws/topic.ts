import { PublishCommand, type SNSClient } from '@aws-sdk/client-sns';

/** The topic that notifies people. */
export class Topic {
  constructor(
    private readonly sns: SNSClient,
    private readonly topicArn: string,
  ) {}

  /** @param subject one line, of which characters that SNS does not take are left out */
  async publish(subject: string, text: string): Promise<void> {
    await this.sns.send(
      new PublishCommand({
        TopicArn: this.topicArn,
        Subject: subjectLine(subject),
        Message: shortened(text),
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
 * A message has at most 262,144 bytes: https://docs.aws.amazon.com/sns/latest/api/API_Publish.html. A character
 * of UTF-16 has at most three bytes in UTF-8.
 */
const MOST_CHARACTERS = 80_000;

function shortened(text: string): string {
  return text.length <= MOST_CHARACTERS ? text : `${text.slice(0, MOST_CHARACTERS)}...`;
}
