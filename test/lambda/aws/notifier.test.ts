import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { CreateTopicCommand, DeleteTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { EventBus } from '../../../lambda/aws/event-bus';
import { type Notice, Notifier } from '../../../lambda/aws/notifier';
import { Topic } from '../../../lambda/aws/topic';
import { START } from '../../local/services/service-fixture';
import { EventQueue } from '../event-queue';
import { PipelineFixture } from '../pipeline-fixture';

describe('Notifier', () => {
  let fixture: PipelineFixture;
  let sns: SNSClient;
  let eventBus: EventBus;
  let topicArn: string;
  let people: string;
  let events: EventQueue;

  beforeEach(async () => {
    fixture = new PipelineFixture();
    await fixture.start();
    sns = new SNSClient(fixture.config());
    const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: 'alerts' }));
    topicArn = TopicArn as string;
    const alerts = await fixture.queueFor('alerts', 'sns.amazonaws.com');
    await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint: alerts.arn }));
    people = alerts.url;
    events = await EventQueue.create(fixture);
    eventBus = events.eventBus;
  });
  afterEach(() => fixture.cloud.stop());

  const tell = async (changes: Partial<Notice> = {}) => {
    const notifier = new Notifier({ topic: new Topic(sns, topicArn), eventBus, store: fixture.store });
    await notifier.tell({
      subject: 'churn: version 1.1.0 was released',
      text: 'Version 1.1.0 is in production.\nWhat to do: nothing',
      event: {
        type: 'RetrainingStarted',
        detail: { trigger: 'drift', reasons: ['the data drift'], execution: 'arn:e:drift-1' },
      },
      time: START,
      about: 'arn:aws:states:us-east-1:000000000000:execution:retraining:drift-1',
      ...changes,
    });
  };

  test('tells people by the topic, and systems by an event', async () => {
    await tell();
    await fixture.settle();
    expect(await fixture.receiveJson(people)).toEqual([
      expect.objectContaining({
        Subject: 'churn: version 1.1.0 was released',
        Message: 'Version 1.1.0 is in production.\nWhat to do: nothing',
      }),
    ]);
    expect(await events.receive()).toEqual([
      expect.objectContaining({
        source: 'model-pipeline',
        'detail-type': 'RetrainingStarted',
        time: '2026-11-24T10:00:00Z',
        detail: {
          version: 1,
          id: 'churn/drift-1/RetrainingStarted',
          pipeline: 'churn',
          trigger: 'drift',
          reasons: ['the data drift'],
          execution: 'arn:e:drift-1',
        },
      }),
    ]);
  });

  test('makes a subject that SNS takes', async () => {
    await tell({ subject: `Änderung\n${'x'.repeat(200)}` });
    await fixture.settle();
    const [alert] = await fixture.receiveJson(people);
    expect(alert?.Subject).toMatch(/^nderung x{89}\.\.\.$/);
  });

  test('fails if people cannot be told, and tells systems nevertheless', async () => {
    await sns.send(new DeleteTopicCommand({ TopicArn: topicArn }));
    await expect(tell()).rejects.toThrow(expect.objectContaining({ name: 'NotFoundException' }));
    await fixture.settle();
    expect(await events.receive()).toHaveLength(1);
  });

  test('notifies people and systems once, however often a notice is repeated', async () => {
    for (let time = 0; time < 3; time++) await tell();
    await fixture.settle();
    expect(await fixture.receiveJson(people)).toHaveLength(1);
    expect(await events.receive()).toHaveLength(1);
    await tell({ occasion: 'another' });
    await fixture.settle();
    expect(await fixture.receiveJson(people)).toHaveLength(1);
  });

  test('notifies only whom it could not notify before, when a notice is repeated', async () => {
    const working = eventBus;
    const client = { send: () => Promise.reject(new Error('throttled')) } as unknown as EventBridgeClient;
    eventBus = new EventBus(client, 'churn');
    await expect(tell()).rejects.toThrow('throttled');
    eventBus = working;
    await tell();
    await fixture.settle();
    expect(await fixture.receiveJson(people)).toHaveLength(1);
    expect(await events.receive()).toHaveLength(1);
  });

  test('publishes nothing that does not match the schema of its type', async () => {
    const event = { type: 'Promoted', detail: { releaseId: 'r', modelVersion: 'latest' } };
    await expect(tell({ event } as unknown as Notice)).rejects.toThrow(
      /detail of the event Promoted is not valid: modelVersion: .* got "latest"/,
    );
    expect(await events.receive()).toEqual([]);
  });

  test('fails if EventBridge refuses the event in a successful answer', async () => {
    const answer = {
      FailedEntryCount: 1,
      Entries: [{ ErrorCode: 'InternalFailure', ErrorMessage: 'try again' }],
    };
    const client = { send: async () => answer } as unknown as EventBridgeClient;
    eventBus = new EventBus(client, 'churn');
    await expect(tell()).rejects.toThrow("event 'RetrainingStarted' was refused: InternalFailure: try again");
  });
});
