import { CloudWatchClient, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  CreateEventSourceMappingCommand,
  CreateFunctionCommand,
  DeleteEventSourceMappingCommand,
  InvokeCommand,
  LambdaClient,
  PutFunctionEventInvokeConfigCommand,
} from '@aws-sdk/client-lambda';
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  PurgeQueueCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { strToU8, zipSync } from 'fflate';
import { HOUR, MINUTE, START } from '../service-fixture';
import { StatesFixture } from '../stepfunctions-fixture';

const SQS = ['sqs:SendMessage', 'sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:GetQueueAttributes'];

describe('events and messages that a function fails at', () => {
  const fixture = new StatesFixture();
  const lambda = () => new LambdaClient(fixture.config());
  const sqs = () => new SQSClient(fixture.config());
  let number = 0;

  beforeAll(async () => {
    await fixture.start();
    const logs = { Effect: 'Allow', Action: 'logs:*', Resource: '*' };
    await fixture.role('silent', [logs], 'lambda.amazonaws.com');
    const queues = { Effect: 'Allow', Action: SQS, Resource: '*' };
    await fixture.role('queues', [logs, queues], 'lambda.amazonaws.com');
  });
  afterAll(() => fixture.stop());

  async function queue(attributes: Record<string, string> = {}) {
    const name = `queue-${++number}`;
    const { QueueUrl = '' } = await sqs().send(
      new CreateQueueCommand({ QueueName: name, Attributes: { VisibilityTimeout: '60', ...attributes } }),
    );
    return { name, url: QueueUrl, arn: `arn:aws:sqs:us-east-1:000000000000:${name}` };
  }

  async function create(code: string, role = 'queues', Timeout = 20): Promise<string> {
    const FunctionName = `function-${++number}`;
    await lambda().send(
      new CreateFunctionCommand({
        FunctionName,
        Role: `arn:aws:iam::000000000000:role/${role}`,
        Runtime: 'nodejs22.x',
        Handler: 'index.handler',
        Timeout,
        Code: { ZipFile: zipSync({ 'index.js': strToU8(code) }) },
      }),
    );
    return FunctionName;
  }

  const messagesIn = async (QueueUrl: string) => {
    const names = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;
    const { Attributes = {} } = await sqs().send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...names] }),
    );
    return names.map((name) => Number(Attributes[name]));
  };

  const send = (QueueUrl: string, MessageBody: string) =>
    sqs().send(new SendMessageCommand({ QueueUrl, MessageBody }));

  describe('the record of an event whose retries are used up', () => {
    const sendsTo = (FunctionName: string, Destination: string, more: object = {}) =>
      lambda().send(
        new PutFunctionEventInvokeConfigCommand({
          FunctionName,
          DestinationConfig: { OnFailure: { Destination } },
          ...more,
        }),
      );

    test('has the request, the last answer and the reason, and comes once', async () => {
      const { arn, url } = await queue();
      const name = await create("exports.handler = async () => { throw new TypeError('no'); }");
      await sendsTo(name, arn);
      const Payload = JSON.stringify({ order: 7 });
      const { $metadata } = await lambda().send(
        new InvokeCommand({ FunctionName: name, InvocationType: 'Event', Payload }),
      );
      await fixture.advance(2 * MINUTE);
      expect(await messagesIn(url)).toEqual([0, 0]);
      await fixture.advance(HOUR);
      expect(await fixture.receiveJson(url)).toEqual([
        {
          version: '1.0',
          timestamp: expect.stringMatching(/^2026-11-24T1\d:\d\d:\d\d\.\d{3}Z$/),
          requestContext: {
            requestId: $metadata.requestId,
            functionArn: `arn:aws:lambda:us-east-1:000000000000:function:${name}:$LATEST`,
            condition: 'RetriesExhausted',
            approximateInvokeCount: 3,
          },
          requestPayload: { order: 7 },
          responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
          responsePayload: { errorType: 'TypeError', errorMessage: 'no', trace: expect.anything() },
        },
      ]);
    });

    test('says that the event became too old', async () => {
      const { arn, url } = await queue();
      const name = await create("exports.handler = async () => { throw new Error('no'); }");
      await sendsTo(name, arn, { MaximumEventAgeInSeconds: 60 });
      await lambda().send(new InvokeCommand({ FunctionName: name, InvocationType: 'Event' }));
      await fixture.advance(HOUR);
      const [record] = await fixture.receiveJson(url);
      expect(record).toMatchObject({ requestContext: { condition: 'EventAgeExceeded' } });
    });

    test('is refused where the role of the function may not send it', async () => {
      const { arn } = await queue();
      const name = await create('exports.handler = async () => 1', 'silent');
      await expect(sendsTo(name, arn)).rejects.toMatchObject({
        name: 'InvalidParameterValueException',
        message: expect.stringContaining('does not have permissions to call SendMessage'),
      });
      await expect(sendsTo(name, 'arn:aws:sns:us-east-1:000000000000:t')).rejects.toThrow(
        'does not have permissions to call Publish on arn:aws:sns:us-east-1:000000000000:t',
      );
      await expect(sendsTo(name, 'arn:aws:s3:::bucket')).rejects.toThrow(
        'the local cloud does not implement destinations of the service s3',
      );
    });
  });

  describe('a queue whose messages a function gets', () => {
    const map = (FunctionName: string, EventSourceArn: string, more: object = {}) =>
      lambda().send(new CreateEventSourceMappingCommand({ FunctionName, EventSourceArn, ...more }));

    test('is emptied by a function that takes them, which gets them as AWS hands them over', async () => {
      const { arn, url } = await queue();
      const name = await create('exports.handler = async (event) => console.log(JSON.stringify(event));');
      await map(name, arn);
      const attribute = { DataType: 'String', StringValue: 'RULE' };
      await sqs().send(
        new SendMessageCommand({
          QueueUrl: url,
          MessageBody: 'hello',
          MessageAttributes: { KIND: attribute },
        }),
      );
      await fixture.settle();
      expect(await messagesIn(url)).toEqual([0, 0]);
      const { events = [] } = await new CloudWatchLogsClient(fixture.config()).send(
        new FilterLogEventsCommand({ logGroupName: `/aws/lambda/${name}`, filterPattern: 'hello' }),
      );
      const [line = ''] = events.map(({ message = '' }) => message.slice(message.indexOf('{')));
      expect(JSON.parse(line)).toEqual({
        Records: [
          {
            messageId: expect.any(String),
            receiptHandle: expect.any(String),
            body: 'hello',
            attributes: expect.objectContaining({ ApproximateReceiveCount: '1' }),
            messageAttributes: {
              KIND: { stringValue: 'RULE', stringListValues: [], binaryListValues: [], dataType: 'String' },
            },
            md5OfBody: expect.any(String),
            eventSource: 'aws:sqs',
            eventSourceARN: arn,
            awsRegion: 'us-east-1',
          },
        ],
      });
    });

    test('keeps a message that the function fails at, until it takes it', async () => {
      const { arn, url } = await queue();
      const isThird = 'Number(event.Records[0].attributes.ApproximateReceiveCount) > 2';
      const name = await create(
        `exports.handler = async (event) => { if (!(${isThird})) throw new Error('no'); }`,
      );
      await map(name, arn, { BatchSize: 1 });
      await send(url, 'hello');
      await fixture.settle();
      expect(await messagesIn(url)).toEqual([0, 1]);
      await fixture.advance(MINUTE);
      expect(await messagesIn(url)).toEqual([0, 1]);
      await fixture.advance(MINUTE);
      expect(await messagesIn(url)).toEqual([0, 0]);
    });

    test('keeps only the messages of a batch that the function names, if it is asked to name them', async () => {
      const { arn, url } = await queue();
      const name = await create(
        `exports.handler = async ({ Records }) => ({ batchItemFailures: Records
          .filter(({ body }) => body === 'bad').map(({ messageId }) => ({ itemIdentifier: messageId })) });`,
      );
      for (const body of ['good', 'bad', 'good']) await send(url, body);
      await map(name, arn, { FunctionResponseTypes: ['ReportBatchItemFailures'] });
      await fixture.settle();
      expect(await messagesIn(url)).toEqual([0, 1]);
    });

    test('keeps its messages once the mapping is deleted', async () => {
      const { arn, url } = await queue();
      const name = await create('exports.handler = async () => 1');
      const { UUID } = await map(name, arn);
      await lambda().send(new DeleteEventSourceMappingCommand({ UUID }));
      await send(url, 'hello');
      await fixture.settle();
      expect(await messagesIn(url)).toEqual([1, 0]);
    });

    test('is refused where the role may not poll it, or where messages come back before the function ends', async () => {
      const { arn } = await queue({ VisibilityTimeout: '10' });
      await expect(map(await create('', 'silent'), arn)).rejects.toMatchObject({
        name: 'InvalidParameterValueException',
        message: 'The provided execution role does not have permissions to call ReceiveMessage on SQS',
      });
      await expect(map(await create('', 'queues', 11), arn)).rejects.toThrow(
        'Queue visibility timeout: 10 seconds is less than Function timeout: 11 seconds',
      );
    });
  });

  test('a queue publishes each minute how many messages it has, until six hours after it was accessed', async () => {
    const { name, url } = await queue();
    await send(url, 'hello');
    await fixture.advance(3 * MINUTE);
    await sqs().send(new PurgeQueueCommand({ QueueUrl: url }));
    await fixture.advance(8 * HOUR);
    const { Datapoints = [] } = await new CloudWatchClient(fixture.config()).send(
      new GetMetricStatisticsCommand({
        Namespace: 'AWS/SQS',
        MetricName: 'ApproximateNumberOfMessagesVisible',
        Dimensions: [{ Name: 'QueueName', Value: name }],
        StartTime: START,
        EndTime: new Date(START.getTime() + 20 * HOUR),
        Period: 60,
        Statistics: ['Maximum'],
      }),
    );
    const inOrder = Datapoints.sort((a, b) => Number(a.Timestamp) - Number(b.Timestamp));
    expect(inOrder.map(({ Maximum }) => Maximum)).toEqual([1, 1, 1, ...Array(360).fill(0)]);
  });
});
