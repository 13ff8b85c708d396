import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { Notifier } from '../../lambda/aws/notifier';
import { Topic } from '../../lambda/aws/topic';
import { EventQueue } from './event-queue';
import type { PipelineFixture } from './pipeline-fixture';

/** Who hears what a function tells: people by a topic, other systems by events. */
export interface Listeners {
  readonly notifier: Notifier;
  /** URL of the queue that is subscribed to the topic. */
  readonly people: string;
  readonly events: EventQueue;
}

export async function listenTo(fixture: PipelineFixture): Promise<Listeners> {
  const sns = new SNSClient(fixture.config());
  const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: 'alerts' }));
  const alerts = await fixture.queueFor('alerts', 'sns.amazonaws.com');
  await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint: alerts.arn }));
  const events = await EventQueue.create(fixture);
  const { eventBus } = events;
  const topic = new Topic(sns, TopicArn as string);
  const notifier = new Notifier({ topic, eventBus, store: fixture.store });
  return { notifier, people: alerts.url, events };
}
