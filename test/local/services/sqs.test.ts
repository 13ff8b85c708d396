import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  ListQueueTagsCommand,
  PurgeQueueCommand,
  type QueueAttributeName,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { servicePrincipal } from '../../../local/gateway/principal';
import type { SqsService } from '../../../local/services/sqs/sqs-service';
import { SECOND, ServiceFixture } from './service-fixture';

describe('SQS', () => {
  let fixture: ServiceFixture;
  let sqs: SQSClient;
  let url: string;

  beforeEach(async () => {
    fixture = new ServiceFixture();
    await fixture.cloud.start();
    sqs = new SQSClient(fixture.config());
    url = await create('work');
  });
  afterEach(() => fixture.cloud.stop());

  async function create(QueueName: string, Attributes?: Partial<Record<QueueAttributeName, string>>) {
    const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName, Attributes }));
    return QueueUrl as string;
  }

  const send = (MessageBody: string, more: object = {}) =>
    sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody, ...more }));

  const receive = async (more: object = {}) =>
    (await sqs.send(new ReceiveMessageCommand({ QueueUrl: url, MaxNumberOfMessages: 10, ...more })))
      .Messages ?? [];

  const bodies = async (more?: object) => (await receive(more)).map(({ Body }) => Body);

  const attributesOf = async (QueueUrl = url) =>
    (await sqs.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }))).Attributes ?? {};

  test('refuses messages with characters that XML does not have', async () => {
    await expect(send('\u0007')).rejects.toMatchObject({
      name: 'InvalidMessageContents',
      message: expect.stringContaining("character '#x7' was found in the message body"),
    });
    const Entries = ['\ufffe', '\t\n\ud83d\ude00'].map((MessageBody, i) => ({ Id: `${i}`, MessageBody }));
    const { Failed } = await sqs.send(new SendMessageBatchCommand({ QueueUrl: url, Entries }));
    expect(Failed).toMatchObject([{ Id: '0', Code: 'InvalidMessageContents', SenderFault: true }]);
    expect(await bodies()).toEqual(['\t\n\ud83d\ude00']);
  });

  test('gives a message once, and again when its visibility timeout is over', async () => {
    // The client compares the digests of body and attributes with what it sent.
    await send('hello', {
      MessageAttributes: {
        kind: { DataType: 'String', StringValue: 'greeting' },
        bytes: { DataType: 'Binary', BinaryValue: Buffer.from([1, 2, 255]) },
      },
    });
    const [message] = await receive({ MessageAttributeNames: ['All'], MessageSystemAttributeNames: ['All'] });
    expect(message).toMatchObject({
      Body: 'hello',
      MessageAttributes: {
        kind: { StringValue: 'greeting' },
        bytes: { BinaryValue: new Uint8Array([1, 2, 255]) },
      },
      Attributes: {
        ApproximateReceiveCount: '1',
        SentTimestamp: '1795514400000',
        SenderId: 'arn:aws:iam::000000000000:root',
      },
    });
    await fixture.advance(29 * SECOND);
    expect(await bodies()).toEqual([]);
    await fixture.advance(SECOND);
    expect(await receive({ MessageSystemAttributeNames: ['ApproximateReceiveCount'] })).toMatchObject([
      { Body: 'hello', Attributes: { ApproximateReceiveCount: '2' } },
    ]);
  });

  test('deletes by receipt', async () => {
    await send('a');
    await send('b');
    const [first, second] = await receive();
    await sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: first?.ReceiptHandle }));
    const { Successful, Failed } = await sqs.send(
      new DeleteMessageBatchCommand({
        QueueUrl: url,
        Entries: [
          { Id: '1', ReceiptHandle: second?.ReceiptHandle },
          { Id: '2', ReceiptHandle: 'nonsense' },
        ],
      }),
    );
    expect(Successful).toEqual([{ Id: '1' }]);
    expect(Failed).toMatchObject([{ Id: '2', Code: 'ReceiptHandleIsInvalid', SenderFault: true }]);
    await fixture.advance(60 * SECOND);
    expect(await bodies()).toEqual([]);
  });

  test('counts what waits, is in flight, and is delayed', async () => {
    await send('a');
    await send('b');
    await send('c', { DelaySeconds: 10 });
    await receive({ MaxNumberOfMessages: 1 });
    expect(await attributesOf()).toMatchObject({
      ApproximateNumberOfMessages: '1',
      ApproximateNumberOfMessagesNotVisible: '1',
      ApproximateNumberOfMessagesDelayed: '1',
      QueueArn: 'arn:aws:sqs:us-east-1:000000000000:work',
      VisibilityTimeout: '30',
    });
    await fixture.advance(10 * SECOND);
    expect(await bodies()).toEqual(['b', 'c']);
  });

  test('changes the visibility of one message', async () => {
    await send('a');
    const [message] = await receive();
    const change = (VisibilityTimeout: number) =>
      sqs.send(
        new ChangeMessageVisibilityCommand({
          QueueUrl: url,
          ReceiptHandle: message?.ReceiptHandle,
          VisibilityTimeout,
        }),
      );
    await change(0);
    expect(await bodies()).toEqual(['a']);
    await fixture.advance(30 * SECOND);
    await expect(change(5)).rejects.toMatchObject({
      message: "The message referred to by the receipt handle isn't in flight.",
    });
  });

  test('moves a message that was received too often to the dead-letter queue', async () => {
    const letters = await create('letters');
    const RedrivePolicy = JSON.stringify({
      deadLetterTargetArn: 'arn:aws:sqs:us-east-1:000000000000:letters',
      maxReceiveCount: 2,
    });
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes: { RedrivePolicy } }));
    await send('poison');
    const received: unknown[] = [];
    for (let i = 0; i < 3; i++) {
      received.push(await bodies());
      await fixture.advance(30 * SECOND);
    }
    expect(received).toEqual([['poison'], ['poison'], []]);
    expect(await receive({ QueueUrl: letters, MessageSystemAttributeNames: ['All'] })).toMatchObject([
      { Body: 'poison', Attributes: { DeadLetterQueueSourceArn: 'arn:aws:sqs:us-east-1:000000000000:work' } },
    ]);
  });

  test('waits for a message, and not for ever', async () => {
    const arrived = bodies({ WaitTimeSeconds: 20 });
    await send('at last');
    expect(await arrived).toEqual(['at last']);
    await sqs.send(new PurgeQueueCommand({ QueueUrl: url }));
    let hasReturned = false;
    const nothing = bodies({ WaitTimeSeconds: 20 }).finally(() => {
      hasReturned = true;
    });
    await fixture.advance(19 * SECOND);
    await attributesOf();
    expect(hasReturned).toBe(false);
    // The wait may have begun only after the clock moved.
    for (; !hasReturned; await attributesOf()) await fixture.advance(SECOND);
    expect(await nothing).toEqual([]);
  });

  test('forgets a message after its retention', async () => {
    await sqs.send(
      new SetQueueAttributesCommand({ QueueUrl: url, Attributes: { MessageRetentionPeriod: '60' } }),
    );
    await send('a');
    await fixture.advance(60 * SECOND);
    expect(await bodies()).toEqual([]);
  });

  test('sends in batches, purges, lists and deletes', async () => {
    const { Successful, Failed } = await sqs.send(
      new SendMessageBatchCommand({
        QueueUrl: url,
        Entries: [
          { Id: '1', MessageBody: 'a' },
          { Id: '2', MessageBody: 'x'.repeat(1_048_577) },
        ],
      }),
    );
    expect([Successful?.length, Failed?.[0]?.Id]).toEqual([1, '2']);
    await sqs.send(new PurgeQueueCommand({ QueueUrl: url }));
    expect(await bodies()).toEqual([]);
    expect((await sqs.send(new ListQueuesCommand({ QueueNamePrefix: 'wo' }))).QueueUrls).toEqual([url]);
    expect((await sqs.send(new GetQueueUrlCommand({ QueueName: 'work' }))).QueueUrl).toBe(url);
    await sqs.send(new DeleteQueueCommand({ QueueUrl: url }));
    await expect(sqs.send(new GetQueueUrlCommand({ QueueName: 'work' }))).rejects.toMatchObject({
      message: 'The specified queue does not exist.',
    });
  });

  test('refuses what it cannot do, by name', async () => {
    await expect(create('orders.fifo')).rejects.toThrow('does not implement FIFO queues (orders.fifo)');
    await expect(create('other', { FifoQueue: 'true' })).rejects.toThrow('does not implement FIFO queues');
    await expect(create('other', { VisibilityTimeout: '50000' })).rejects.toThrow(
      'Invalid value for the parameter VisibilityTimeout.',
    );
    await expect(create('work', { VisibilityTimeout: '5' })).rejects.toThrow(
      'already exists with the same name',
    );
    await expect(send('a', { MessageGroupId: 'g' })).rejects.toThrow('does not implement MessageGroupId');
  });

  test('enforces the policies of roles and of the queue', async () => {
    const arn = 'arn:aws:sqs:us-east-1:000000000000:work';
    const config = await fixture.roleConfig('r', [
      { Effect: 'Allow', Action: 'sqs:SendMessage', Resource: arn },
    ]);
    const role = new SQSClient(config);
    const Entries = [{ Id: '1', MessageBody: 'a' }];
    await role.send(new SendMessageBatchCommand({ QueueUrl: url, Entries }));
    await expect(role.send(new ReceiveMessageCommand({ QueueUrl: url }))).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining(`sqs:ReceiveMessage on resource: ${arn}`),
    });
    const sendAsTopic = (topic: string) =>
      fixture.cloud.call(
        'sqs',
        'SendMessage',
        { QueueUrl: url, MessageBody: 'b' },
        servicePrincipal('sns.amazonaws.com', '000000000000', topic),
      );
    const Policy = JSON.stringify({
      Statement: {
        Effect: 'Allow',
        Principal: { Service: 'sns.amazonaws.com' },
        Action: 'sqs:SendMessage',
        Resource: arn,
        Condition: { ArnEquals: { 'aws:SourceArn': 'arn:topic-a' } },
      },
    });
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl: url, Attributes: { Policy } }));
    await sendAsTopic('arn:topic-a');
    await expect(sendAsTopic('arn:topic-b')).rejects.toMatchObject({ name: 'AccessDenied' });
    expect(await bodies()).toEqual(['a', 'b']);
  });

  test('its CloudFormation resources are made, changed and deleted', async () => {
    const { resources } = fixture.cloud.service<SqsService>('sqs');
    const context = fixture.resourceContext('Queue');
    const given = { VisibilityTimeout: 60, Tags: [{ Key: 'team', Value: 'ml' }] };
    const state = await resources['AWS::SQS::Queue']?.create(given, context);
    const queueUrl = `${fixture.cloud.url}/000000000000/stack-Queue-1`;
    const arn = 'arn:aws:sqs:us-east-1:000000000000:stack-Queue-1';
    expect(state).toEqual({
      physicalId: queueUrl,
      attributes: { Arn: arn, QueueName: 'stack-Queue-1', QueueUrl: queueUrl },
    });
    expect((await sqs.send(new ListQueueTagsCommand({ QueueUrl: queueUrl }))).Tags).toEqual({ team: 'ml' });
    const RedrivePolicy = {
      deadLetterTargetArn: 'arn:aws:sqs:us-east-1:000000000000:work',
      maxReceiveCount: 3,
    };
    await resources['AWS::SQS::Queue']?.update(queueUrl, { RedrivePolicy }, given, context);
    expect(await attributesOf(queueUrl)).toMatchObject({
      VisibilityTimeout: '30',
      RedrivePolicy: JSON.stringify(RedrivePolicy),
    });
    const PolicyDocument = {
      Statement: [{ Effect: 'Deny', Principal: '*', Action: 'sqs:*', Resource: arn }],
    };
    const policy = { PolicyDocument, Queues: [queueUrl] };
    await resources['AWS::SQS::QueuePolicy']?.create(policy, context);
    await expect(attributesOf(queueUrl)).rejects.toThrow('explicit deny in a resource-based policy');
  });
});
