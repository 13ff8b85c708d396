import {
  CreateTopicCommand,
  DeleteTopicCommand,
  GetSubscriptionAttributesCommand,
  GetTopicAttributesCommand,
  ListSubscriptionsByTopicCommand,
  ListTagsForResourceCommand,
  ListTopicsCommand,
  PublishBatchCommand,
  PublishCommand,
  SetSubscriptionAttributesCommand,
  SetTopicAttributesCommand,
  SNSClient,
  SubscribeCommand,
  UnsubscribeCommand,
} from '@aws-sdk/client-sns';
import { CreateQueueCommand, SQSClient } from '@aws-sdk/client-sqs';
import { servicePrincipal } from '../../../local/gateway/principal';
import type { SnsService } from '../../../local/services/sns/sns-service';
import { ServiceFixture } from './service-fixture';

const TOPIC = 'arn:aws:sns:us-east-1:000000000000:alerts';

describe('SNS', () => {
  let fixture: ServiceFixture;
  let sns: SNSClient;
  let queue: { url: string; arn: string };

  beforeEach(async () => {
    fixture = new ServiceFixture();
    await fixture.cloud.start();
    sns = new SNSClient(fixture.config());
    queue = await fixture.queueFor('subscriber', 'sns.amazonaws.com');
    const Tags = [{ Key: 'team', Value: 'ml' }];
    await sns.send(new CreateTopicCommand({ Name: 'alerts', Attributes: { DisplayName: 'Alerts' }, Tags }));
  });
  afterEach(() => fixture.cloud.stop());

  const service = () => fixture.cloud.service<SnsService>('sns');

  async function subscribe(Protocol: string, Endpoint: string, Attributes?: Record<string, string>) {
    const { SubscriptionArn } = await sns.send(
      new SubscribeCommand({ TopicArn: TOPIC, Protocol, Endpoint, Attributes }),
    );
    return SubscriptionArn as string;
  }

  async function publish(Message: string, more: object = {}) {
    const { MessageId } = await sns.send(new PublishCommand({ TopicArn: TOPIC, Message, ...more }));
    await fixture.settle();
    return MessageId;
  }

  const text = (StringValue: string) => ({ DataType: 'String', StringValue });

  test('hands a message to a queue in its envelope', async () => {
    const subscription = await subscribe('sqs', queue.arn);
    expect(subscription).toMatch(/^arn:aws:sns:us-east-1:000000000000:alerts:[0-9a-f-]{36}$/);
    const MessageId = await publish('drift!', {
      Subject: 'Drift',
      MessageAttributes: { level: text('high') },
    });
    expect(await fixture.receiveJson(queue.url)).toEqual([
      {
        Type: 'Notification',
        MessageId,
        TopicArn: TOPIC,
        Subject: 'Drift',
        Message: 'drift!',
        Timestamp: '2026-11-24T10:00:00.000Z',
        SignatureVersion: '1',
        Signature: expect.any(String),
        SigningCertURL: expect.any(String),
        UnsubscribeURL: expect.stringContaining(subscription),
        MessageAttributes: { level: { Type: 'String', Value: 'high' } },
      },
    ]);
    await sns.send(new UnsubscribeCommand({ SubscriptionArn: subscription }));
    await publish('again');
    expect(await fixture.receive(queue.url)).toEqual([]);
  });

  test('hands a message over raw', async () => {
    await subscribe('sqs', queue.arn, { RawMessageDelivery: 'true' });
    await publish('drift!', { MessageAttributes: { level: text('high') } });
    expect(await fixture.receive(queue.url)).toMatchObject([
      { Body: 'drift!', MessageAttributes: { level: { StringValue: 'high' } } },
    ]);
  });

  // Example policies: "Amazon SNS subscription filter policies" of the SNS Developer Guide.
  test.each([
    [
      'attributes',
      '{"store":["example_corp"],"event":[{"anything-but":"order_cancelled"}],"price_usd":[{"numeric":[">=",100]}]}',
      ['fits'],
    ],
    ['attributes in a list', '{"customer_interests":["rugby","football","baseball"]}', ['fits']],
    ['a missing attribute', '{"store":[{"exists":false}]}', ['bare']],
  ])('filters by %s', async (_name, FilterPolicy, expected) => {
    await subscribe('sqs', queue.arn, { RawMessageDelivery: 'true', FilterPolicy });
    const attributes = {
      store: text('example_corp'),
      event: text('order_placed'),
      customer_interests: { DataType: 'String.Array', StringValue: '["soccer","rugby","hockey"]' },
      price_usd: { DataType: 'Number', StringValue: '210.75' },
    };
    await publish('fits', { MessageAttributes: attributes });
    await publish('other', {
      MessageAttributes: { ...attributes, event: text('order_cancelled'), customer_interests: text('chess') },
    });
    await publish('bare');
    expect((await fixture.receive(queue.url)).map(({ Body }) => Body)).toEqual(expected);
  });

  test('filters by the body', async () => {
    const arn = await subscribe('sqs', queue.arn, {
      RawMessageDelivery: 'true',
      FilterPolicyScope: 'MessageBody',
      FilterPolicy: '{"alarm":{"state":["ALARM"]}}',
    });
    await publish('{"alarm":{"state":"OK"}}');
    await publish('{"alarm":{"state":"ALARM"}}');
    await publish('no json');
    expect((await fixture.receive(queue.url)).map(({ Body }) => Body)).toEqual([
      '{"alarm":{"state":"ALARM"}}',
    ]);
    await expect(
      sns.send(
        new SetSubscriptionAttributesCommand({
          SubscriptionArn: arn,
          AttributeName: 'FilterPolicy',
          AttributeValue: '{"a":"b"}',
        }),
      ),
    ).rejects.toMatchObject({ name: 'InvalidParameterException' });
  });

  test('keeps mails, and leaves their addresses unconfirmed', async () => {
    expect(await subscribe('email', 'ann@example.com')).toBe('pending confirmation');
    await publish(JSON.stringify({ default: 'drift!', email: 'Dear Ann' }), {
      Subject: 'Drift',
      MessageStructure: 'json',
    });
    expect(service().mails(TOPIC)).toMatchObject([
      { to: 'ann@example.com', subject: 'Drift', body: 'Dear Ann' },
    ]);
    expect(fixture.lines).toContain('sns: mail to ann@example.com: Drift');
    const { Subscriptions } = await sns.send(new ListSubscriptionsByTopicCommand({ TopicArn: TOPIC }));
    expect(Subscriptions).toEqual([
      {
        SubscriptionArn: 'PendingConfirmation',
        TopicArn: TOPIC,
        Protocol: 'email',
        Endpoint: 'ann@example.com',
        Owner: '000000000000',
      },
    ]);
    const { Attributes } = await sns.send(new GetTopicAttributesCommand({ TopicArn: TOPIC }));
    expect(Attributes).toMatchObject({
      SubscriptionsPending: '1',
      SubscriptionsConfirmed: '0',
      DisplayName: 'Alerts',
    });
  });

  test('keeps the last 1,000 messages for reading', async () => {
    for (let i = 0; i < 101; i++) {
      const PublishBatchRequestEntries = Array.from({ length: 10 }, (_, n) => ({
        Id: String(n),
        Message: String(10 * i + n),
      }));
      await sns.send(new PublishBatchCommand({ TopicArn: TOPIC, PublishBatchRequestEntries }));
    }
    const kept = service().messages(TOPIC);
    expect([kept.length, kept[0]?.message, kept.at(-1)?.message]).toEqual([1000, '1009', '10']);
  });

  test('gives up to a dead-letter queue', async () => {
    await new SQSClient(fixture.config()).send(new CreateQueueCommand({ QueueName: 'closed' }));
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: queue.arn });
    await subscribe('sqs', 'arn:aws:sqs:us-east-1:000000000000:closed', { RedrivePolicy });
    await publish('drift!');
    expect(await fixture.receiveJson(queue.url)).toMatchObject([{ Message: 'drift!' }]);
    expect(fixture.lines).toContainEqual(expect.stringContaining(`sns: could not deliver ${TOPIC} to`));
  });

  test('lets CloudWatch publish by the default policy, and EventBridge only by its own', async () => {
    const publishAs = (name: string) =>
      fixture.cloud.call(
        'sns',
        'Publish',
        { TopicArn: TOPIC, Message: 'm' },
        servicePrincipal(name, '000000000000', 'arn:source'),
      );
    await publishAs('cloudwatch.amazonaws.com');
    await expect(publishAs('events.amazonaws.com')).rejects.toMatchObject({ name: 'AccessDenied' });
    const Statement = {
      Effect: 'Allow',
      Principal: { Service: 'events.amazonaws.com' },
      Action: 'sns:Publish',
      Resource: TOPIC,
    };
    await sns.send(
      new SetTopicAttributesCommand({
        TopicArn: TOPIC,
        AttributeName: 'Policy',
        AttributeValue: JSON.stringify({ Statement }),
      }),
    );
    await publishAs('events.amazonaws.com');
    await expect(publishAs('cloudwatch.amazonaws.com')).rejects.toMatchObject({ name: 'AccessDenied' });
  });

  test('enforces IAM', async () => {
    const role = new SNSClient(
      await fixture.roleConfig('r', [{ Effect: 'Allow', Action: 'sns:Publish', Resource: TOPIC }]),
    );
    await role.send(new PublishCommand({ TopicArn: TOPIC, Message: 'm' }));
    await expect(role.send(new GetTopicAttributesCommand({ TopicArn: TOPIC }))).rejects.toMatchObject({
      message: expect.stringContaining(`sns:GetTopicAttributes on resource: ${TOPIC}`),
      $metadata: { httpStatusCode: 403 },
    });
  });

  test.each([
    [
      'https',
      'https://example.com',
      'does not implement SNS subscriptions with the protocol https (https://example.com)',
    ],
    ['email', 'nobody', 'Invalid parameter: email endpoint'],
    ['carrier-pigeon', 'x', 'Does not support this protocol string: carrier-pigeon'],
  ])('refuses to subscribe %s %s', async (protocol, endpoint, message) => {
    await expect(subscribe(protocol, endpoint)).rejects.toThrow(message);
  });

  test('refuses a message without text and a topic that is not there', async () => {
    await expect(publish('')).rejects.toThrow('Invalid parameter: Empty message');
    await expect(sns.send(new PublishCommand({ TopicArn: `${TOPIC}2`, Message: 'm' }))).rejects.toMatchObject(
      { name: 'NotFoundException', message: 'Topic does not exist' },
    );
  });

  test('tags, lists and deletes topics', async () => {
    const { Tags } = await sns.send(new ListTagsForResourceCommand({ ResourceArn: TOPIC }));
    expect(Tags).toEqual([{ Key: 'team', Value: 'ml' }]);
    expect((await sns.send(new ListTopicsCommand({}))).Topics).toEqual([{ TopicArn: TOPIC }]);
    await sns.send(new DeleteTopicCommand({ TopicArn: TOPIC }));
    expect((await sns.send(new ListTopicsCommand({}))).Topics ?? []).toEqual([]);
  });

  test('its CloudFormation resources are made, changed and deleted', async () => {
    const { resources } = service();
    const context = fixture.resourceContext('Topic');
    const topic = await resources['AWS::SNS::Topic']?.create({ DisplayName: 'd' }, context);
    const arn = 'arn:aws:sns:us-east-1:000000000000:stack-Topic-1';
    expect(topic).toEqual({ physicalId: arn, attributes: { TopicArn: arn, TopicName: 'stack-Topic-1' } });

    const before = { TopicArn: arn, Protocol: 'sqs', Endpoint: queue.arn, RawMessageDelivery: true };
    const subscription = await resources['AWS::SNS::Subscription']?.create(before, context);
    const id = subscription?.physicalId as string;
    const after = { ...before, RawMessageDelivery: undefined, FilterPolicy: { a: ['b'] } };
    await resources['AWS::SNS::Subscription']?.update(id, after, before, context);
    const { Attributes } = await sns.send(new GetSubscriptionAttributesCommand({ SubscriptionArn: id }));
    expect(Attributes).toMatchObject({ RawMessageDelivery: 'false', FilterPolicy: '{"a":["b"]}' });
    await resources['AWS::SNS::Subscription']?.delete(id, after, context);
    await resources['AWS::SNS::Subscription']?.delete(id, after, context);

    const PolicyDocument = {
      Statement: [{ Effect: 'Deny', Principal: '*', Action: 'sns:Publish', Resource: arn }],
    };
    const policy = { PolicyDocument, Topics: [arn] };
    await resources['AWS::SNS::TopicPolicy']?.create(policy, context);
    const attempt = () => sns.send(new PublishCommand({ TopicArn: arn, Message: 'm' }));
    await expect(attempt()).rejects.toThrow('explicit deny in a resource-based policy');
    await resources['AWS::SNS::TopicPolicy']?.delete('id', policy, context);
    await attempt();
    await resources['AWS::SNS::Topic']?.delete(arn, {}, context);
    await resources['AWS::SNS::Topic']?.delete(arn, {}, context);
  });
});
