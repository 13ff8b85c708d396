import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import { CreateTopicCommand, DeleteTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { type Notice, Notifier } from '../../../lambda/aws/notifier';
import { ServiceFixture, START } from '../../local/services/service-fixture';

describe('Notifier', () => {
  let fixture: ServiceFixture;
  let sns: SNSClient;
  let eventBridge: EventBridgeClient;
  let topicArn: string;
  let people: string;
  let systems: string;

  beforeEach(async () => {
    fixture = new ServiceFixture();
    await fixture.cloud.start();
    sns = new SNSClient(fixture.config());
    const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: 'alerts' }));
    topicArn = TopicArn as string;
    const alerts = await fixture.queueFor('alerts', 'sns.amazonaws.com');
    await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint: alerts.arn }));
    people = alerts.url;
    eventBridge = new EventBridgeClient(fixture.config());
    const events = await fixture.queueFor('events', 'events.amazonaws.com');
    const pattern = { source: ['model-pipeline'], 'detail-type': ['Model Released'] };
    await eventBridge.send(new PutRuleCommand({ Name: 'r', EventPattern: JSON.stringify(pattern) }));
    await eventBridge.send(new PutTargetsCommand({ Rule: 'r', Targets: [{ Id: 'q', Arn: events.arn }] }));
    systems = events.url;
  });
  afterEach(() => fixture.cloud.stop());

  const tell = async (changes: Partial<Notice> = {}) => {
    const notifier = new Notifier({ sns, eventBridge, topicArn, pipelineName: 'churn' });
    await notifier.tell({
      subject: 'churn: version 1.1.0 was released',
      text: 'Version 1.1.0 is in production.\nWhat to do: nothing',
      detailType: 'Model Released',
      detail: { modelVersion: '1.1.0' },
      time: START,
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
    expect(await fixture.receiveJson(systems)).toEqual([
      expect.objectContaining({
        source: 'model-pipeline',
        'detail-type': 'Model Released',
        time: '2026-11-24T10:00:00Z',
        detail: { pipeline: 'churn', modelVersion: '1.1.0' },
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
    expect(await fixture.receiveJson(systems)).toHaveLength(1);
  });

  test('fails if EventBridge refuses the event in a successful answer', async () => {
    const answer = {
      FailedEntryCount: 1,
      Entries: [{ ErrorCode: 'InternalFailure', ErrorMessage: 'try again' }],
    };
    eventBridge = { send: async () => answer } as unknown as EventBridgeClient;
    await expect(tell()).rejects.toThrow("event 'Model Released' was refused: InternalFailure: try again");
  });
});
