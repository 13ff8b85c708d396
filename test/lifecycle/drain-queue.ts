import { DeleteMessageCommand, ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';

/** Takes every message out of a queue, oldest first. @returns their JSON */
export async function drainQueue<Message>(sqs: SQSClient, QueueUrl: string): Promise<Message[]> {
  const taken: Message[] = [];
  for (;;) {
    const { Messages = [] } = await sqs.send(
      new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }),
    );
    if (Messages.length === 0) return taken;
    for (const { Body, ReceiptHandle } of Messages) {
      taken.push(JSON.parse(Body as string) as Message);
      await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    }
  }
}
