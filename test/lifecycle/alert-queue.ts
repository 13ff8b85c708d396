import { SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand, SQSClient, type SQSClientConfig } from '@aws-sdk/client-sqs';
import { drainQueue } from './drain-queue';

export interface Alert {
  readonly subject: string;
  readonly text: string;
}

/** A queue that listens to a topic. */
export class AlertQueue {
  private constructor(
    private readonly sqs: SQSClient,
    private readonly url: string,
  ) {}

  static async subscribe(config: SQSClientConfig & { readonly region: string }, topicArn: string) {
    const sqs = new SQSClient(config);
    const QueueName = 'alerts';
    const queueArn = `arn:aws:sqs:us-east-1:000000000000:${QueueName}`;
    const statement = {
      Effect: 'Allow',
      Principal: { Service: 'sns.amazonaws.com' },
      Action: 'sqs:SendMessage',
      Resource: queueArn,
    };
    const { QueueUrl } = await sqs.send(
      new CreateQueueCommand({
        QueueName,
        Attributes: { Policy: JSON.stringify({ Version: '2012-10-17', Statement: [statement] }) },
      }),
    );
    const sns = new SNSClient(config as object);
    await sns.send(new SubscribeCommand({ TopicArn: topicArn, Protocol: 'sqs', Endpoint: queueArn }));
    return new AlertQueue(sqs, QueueUrl as string);
  }

  /** Takes everything that has come, oldest first. */
  async receive(): Promise<Alert[]> {
    const messages = await drainQueue<{ Subject?: string; Message: string }>(this.sqs, this.url);
    return messages.map(({ Subject = '', Message }) => ({ subject: Subject, text: Message }));
  }
}
