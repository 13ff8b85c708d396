import { CloudWatchClient, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch';
import {
  type AsyncInferenceConfig,
  UpdateEndpointCommand,
  UpdateEndpointWeightsAndCapacitiesCommand,
} from '@aws-sdk/client-sagemaker';
import {
  InvokeEndpointAsyncCommand,
  type InvokeEndpointAsyncCommandInput,
} from '@aws-sdk/client-sagemaker-runtime';
import { CreateTopicCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { BUCKET, SageMakerFixture, variant } from './sagemaker-fixture';
import { MINUTE, START } from './service-fixture';

const OUTPUT = { S3OutputPath: `s3://${BUCKET}/answers`, S3FailurePath: `s3://${BUCKET}/failures` };

describe('an asynchronous endpoint', () => {
  let fixture: SageMakerFixture;

  beforeEach(async () => {
    fixture = new SageMakerFixture();
    await fixture.start();
    await fixture.executionRole('publisher', [
      { Effect: 'Allow', Action: ['s3:*', 'logs:*', 'sns:*'], Resource: '*' },
    ]);
    await fixture.model('one', 100, { role: 'arn:aws:iam::000000000000:role/publisher' });
    await fixture.put('requests/rows.csv', '1,2\n3,4\n');
  }, 300_000);
  afterEach(() => fixture.cloud.stop());

  function endpoint(more: Partial<AsyncInferenceConfig> = {}) {
    return fixture.endpoint('flights', [variant('blue', 'one')], {
      AsyncInferenceConfig: { OutputConfig: OUTPUT, ...more },
    });
  }

  function ask(key: string, more: Partial<InvokeEndpointAsyncCommandInput> = {}) {
    return fixture.runtime.send(
      new InvokeEndpointAsyncCommand({
        EndpointName: 'flights',
        ContentType: 'text/csv',
        Accept: 'text/csv',
        InputLocation: `s3://${BUCKET}/${key}`,
        ...more,
      }),
    );
  }

  async function metric(name: string, isOfVariant: boolean, statistic: 'Maximum' | 'Sum' = 'Sum') {
    const { Datapoints = [] } = await new CloudWatchClient(fixture.config()).send(
      new GetMetricStatisticsCommand({
        Namespace: 'AWS/SageMaker',
        MetricName: name,
        Dimensions: [
          { Name: 'EndpointName', Value: 'flights' },
          ...(isOfVariant ? [{ Name: 'VariantName', Value: 'blue' }] : []),
        ],
        StartTime: START,
        EndTime: new Date(START.getTime() + 12 * 60 * MINUTE),
        Period: 43_200,
        Statistics: [statistic],
      }),
    );
    return Datapoints[0]?.[statistic];
  }

  const keyOf = (uri = '') => uri.slice(`s3://${BUCKET}/`.length);

  function scaleTo(DesiredInstanceCount: number) {
    return fixture.sagemaker.send(
      new UpdateEndpointWeightsAndCapacitiesCommand({
        EndpointName: 'flights',
        DesiredWeightsAndCapacities: [{ VariantName: 'blue', DesiredInstanceCount }],
      }),
    );
  }

  test('answers in S3, and tells a topic', async () => {
    const sqs = new SQSClient(fixture.config());
    const sns = new SNSClient(fixture.config());
    const { QueueUrl } = await sqs.send(
      new CreateQueueCommand({
        QueueName: 'answered',
        Attributes: {
          Policy: JSON.stringify({
            Statement: [
              {
                Effect: 'Allow',
                Principal: { Service: 'sns.amazonaws.com' },
                Action: 'sqs:SendMessage',
                Resource: 'arn:aws:sqs:us-east-1:000000000000:answered',
              },
            ],
          }),
        },
      }),
    );
    const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: 'answered' }));
    await sns.send(
      new SubscribeCommand({
        TopicArn,
        Protocol: 'sqs',
        Endpoint: 'arn:aws:sqs:us-east-1:000000000000:answered',
        Attributes: { RawMessageDelivery: 'true' },
      }),
    );
    await endpoint({ OutputConfig: { ...OUTPUT, NotificationConfig: { SuccessTopic: TopicArn } } });
    expect((await fixture.describe('flights')).AsyncInferenceConfig?.OutputConfig?.S3OutputPath).toBe(
      OUTPUT.S3OutputPath,
    );
    const { OutputLocation, InferenceId } = await ask('requests/rows.csv', { InferenceId: 'order-7' });
    expect(InferenceId).toBe('order-7');
    expect(OutputLocation).toMatch(/^s3:\/\/model-data\/answers\/[0-9a-f-]{36}\.out$/);
    await fixture.settle();
    expect(await fixture.get(keyOf(OutputLocation))).toBe('103\n107\n');
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl }));
    expect(JSON.parse(Messages[0]?.Body ?? '{}')).toMatchObject({
      invocationStatus: 'Completed',
      requestParameters: { endpointName: 'flights', inputLocation: `s3://${BUCKET}/requests/rows.csv` },
      responseParameters: { outputLocation: OutputLocation },
      inferenceId: 'order-7',
    });
    await fixture.advance(MINUTE);
    expect(await metric('InvocationsProcessed', true)).toBe(1);
    expect(await metric('Invocation5XXErrors', true)).toBe(0);
    // What AWS does not publish for asynchronous endpoints.
    for (const name of ['Invocations', 'OverheadLatency', 'InvocationsPerInstance']) {
      expect(await metric(name, true)).toBeUndefined();
    }
  });

  test('writes why a request failed: in the model, or because it could not be read', async () => {
    await endpoint();
    await fixture.put('requests/bad.csv', 'fail');
    const bad = await ask('requests/bad.csv');
    const missing = await ask('requests/missing.csv', { Filename: 'missing.txt' });
    await fixture.settle();
    expect(await fixture.get(keyOf(bad.FailureLocation))).toContain('Received server error (500)');
    expect(missing.FailureLocation).toBe(`s3://${BUCKET}/failures/missing.txt`);
    expect(await fixture.get('failures/missing.txt')).toContain('Failed to download');
    expect(await fixture.keys('answers/')).toEqual([]);
    await fixture.advance(MINUTE);
    expect(await metric('InvocationFailures', true)).toBe(2);
    expect(await metric('RequestDownloadFailures', true)).toBe(1);
  });

  test('keeps requests while it has no instances, and forgets those that are too old', async () => {
    await endpoint();
    await scaleTo(0);
    await fixture.settle();
    const { OutputLocation } = await ask('requests/rows.csv');
    const old = await ask('requests/rows.csv', { RequestTTLSeconds: 120 });
    await fixture.advance(5 * MINUTE);
    expect(await fixture.keys('answers/')).toEqual([]);
    expect(await fixture.get(keyOf(old.FailureLocation))).toContain('RequestTTLSeconds');
    expect(await metric('HasBacklogWithoutCapacity', false, 'Maximum')).toBe(1);
    expect(await metric('ApproximateBacklogSize', false, 'Maximum')).toBe(2);
    expect(await metric('ApproximateAgeOfOldestRequest', false, 'Maximum')).toBeGreaterThan(200);
    expect(await metric('ExpiredRequests', true)).toBe(1);
    await scaleTo(1);
    await fixture.advance(MINUTE);
    expect(await fixture.get(keyOf(OutputLocation))).toBe('103\n107\n');
  });

  test('is asynchronous for its life, and takes no other requests', async () => {
    await endpoint();
    await expect(fixture.invoke('flights', '1,2\n')).rejects.toThrow('asynchronous invocations only');
    await fixture.endpoint('trains', [variant('blue', 'one')]);
    await expect(ask('requests/rows.csv', { EndpointName: 'trains' })).rejects.toThrow(
      'does not accept asynchronous invocations',
    );
    const update = (EndpointName: string, EndpointConfigName: string) =>
      fixture.sagemaker.send(new UpdateEndpointCommand({ EndpointName, EndpointConfigName }));
    await expect(update('flights', 'trains-config')).rejects.toThrow('from asynchronous inference');
    await expect(update('trains', 'flights-config')).rejects.toThrow('to asynchronous inference');
  });

  test.each<[string, object, string]>([
    ['no place for answers', { AsyncInferenceConfig: {} }, 'outputConfig'],
    [
      'too much concurrency',
      {
        AsyncInferenceConfig: {
          OutputConfig: OUTPUT,
          ClientConfig: { MaxConcurrentInvocationsPerInstance: 1001 },
        },
      },
      'maxConcurrentInvocationsPerInstance',
    ],
    [
      'a shadow',
      { AsyncInferenceConfig: { OutputConfig: OUTPUT }, ShadowProductionVariants: [variant('green', 'one')] },
      'Shadow tests do not support asynchronous inference',
    ],
  ])('is refused with %s', async (_, more, message) => {
    await expect(fixture.endpointConfig('refused', [variant('blue', 'one')], more)).rejects.toThrow(message);
  });
});
