import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import { CreateQueueCommand, SQSClient, type SQSClientConfig } from '@aws-sdk/client-sqs';
import { drainQueue } from './drain-queue';

export interface ToldEvent {
  readonly 'detail-type': string;
  readonly detail: Readonly<Record<string, unknown>>;
}

/** A queue that gets every event of a pipeline. */
export class EventQueue {
  private constructor(
    private readonly sqs: SQSClient,
    private readonly url: string,
  ) {}

  static async subscribe(config: SQSClientConfig, pipeline: string): Promise<EventQueue> {
    const sqs = new SQSClient(config);
    const QueueName = 'events';
    const Arn = `arn:aws:sqs:us-east-1:000000000000:${QueueName}`;
    const statement = {
      Effect: 'Allow',
      Principal: { Service: 'events.amazonaws.com' },
      Action: 'sqs:SendMessage',
      Resource: Arn,
    };
    const Policy = JSON.stringify({ Version: '2012-10-17', Statement: [statement] });
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName, Attributes: { Policy } }));
    const eventBridge = new EventBridgeClient(config as object);
    const EventPattern = JSON.stringify({ source: ['model-pipeline'], detail: { pipeline: [pipeline] } });
    await eventBridge.send(new PutRuleCommand({ Name: 'told', EventPattern }));
    await eventBridge.send(new PutTargetsCommand({ Rule: 'told', Targets: [{ Id: 'queue', Arn }] }));
    return new EventQueue(sqs, QueueUrl as string);
  }

  /** Takes everything that has come, oldest first. */
  receive(): Promise<ToldEvent[]> {
    return drainQueue(this.sqs, this.url);
  }
}
