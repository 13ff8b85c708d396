import {
  CreateEventSourceMappingCommand,
  type CreateEventSourceMappingCommandInput,
  CreateFunctionCommand,
  GetEventSourceMappingCommand,
  LambdaClient,
} from '@aws-sdk/client-lambda';
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { strToU8, zipSync } from 'fflate';
import { SECOND } from '../service-fixture';
import { StatesFixture } from '../stepfunctions-fixture';
import { type StandIn, standInEnvironments } from './stand-in-environment';

const QUEUE = 'arn:aws:sqs:us-east-1:000000000000:work';

interface QueueEvent {
  readonly Records: readonly { readonly body: string }[];
}

describe('A queue whose messages a function gets', () => {
  const functions = new Map<string, StandIn>();
  let fixture: StatesFixture;
  let sqs: SQSClient;
  let url: string;
  let calls: string[][];

  beforeEach(async () => {
    fixture = new StatesFixture({ runtimes: { functions: standInEnvironments(functions) } });
    await fixture.start();
    sqs = new SQSClient(fixture.config());
    const statements = [{ Effect: 'Allow', Action: ['sqs:*', 'logs:*'], Resource: '*' }];
    const Role = await fixture.role('worker', statements, 'lambda.amazonaws.com');
    const Attributes = { VisibilityTimeout: '60' };
    url = (await sqs.send(new CreateQueueCommand({ QueueName: 'work', Attributes }))).QueueUrl as string;
    calls = [];
    functions.set('worker', ({ Records }: QueueEvent) => {
      calls.push(Records.map(({ body }) => body));
    });
    await new LambdaClient(fixture.config()).send(
      new CreateFunctionCommand({
        FunctionName: 'worker',
        Role,
        Runtime: 'nodejs22.x',
        Handler: 'index.handler',
        Code: { ZipFile: zipSync({ 'index.js': strToU8('') }) },
      }),
    );
  });
  afterEach(() => fixture.stop());

  const map = (more: Partial<CreateEventSourceMappingCommandInput> = {}) =>
    new LambdaClient(fixture.config()).send(
      new CreateEventSourceMappingCommand({ FunctionName: 'worker', EventSourceArn: QUEUE, ...more }),
    );

  const send = async (...bodies: string[]) => {
    for (const MessageBody of bodies) await sqs.send(new SendMessageCommand({ QueueUrl: url, MessageBody }));
    await fixture.settle();
  };

  const left = async () => {
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['All'] }),
    );
    return [
      Number(Attributes?.ApproximateNumberOfMessages),
      Number(Attributes?.ApproximateNumberOfMessagesNotVisible),
    ];
  };

  test('gathers more messages than a call receives, until its window is over', async () => {
    await map({ BatchSize: 12, MaximumBatchingWindowInSeconds: 20 });
    const bodies = Array.from({ length: 12 }, (_, i) => `m${i}`);
    await send(...bodies.slice(0, 11));
    await fixture.advance(19 * SECOND);
    expect(calls).toEqual([]);
    await send('m11');
    expect(calls).toEqual([bodies]);
    await send('last');
    await fixture.advance(20 * SECOND);
    expect(calls.slice(1)).toEqual([['last']]);
    expect(await left()).toEqual([0, 0]);
  });

  test('hands over several batches at the same time, and no more than its concurrency allows', async () => {
    let [running, most] = [0, 0];
    functions.set('worker', async () => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setImmediate(resolve));
      running--;
    });
    await send(...Array.from({ length: 20 }, (_, i) => `m${i}`));
    const { UUID, ScalingConfig } = await map({ BatchSize: 1, ScalingConfig: { MaximumConcurrency: 2 } });
    await fixture.settle();
    expect(most).toBe(2);
    expect(ScalingConfig).toEqual({ MaximumConcurrency: 2 });
    expect(await left()).toEqual([0, 0]);
    expect(
      await new LambdaClient(fixture.config()).send(new GetEventSourceMappingCommand({ UUID })),
    ).toMatchObject({ State: 'Enabled', LastProcessingResult: 'OK' });
  });

  // "Using event filtering with an Amazon SQS event source" of the developer guide has these rules.
  test.each([
    ['an object, and text is none', '{"body":{"kind":["a"]}}', ['{"kind":"a"}']],
    ['text, and an object is none', '{"body":["hello"]}', ['hello']],
    ['attributes, whatever the body is', '{"attributes":{"ApproximateReceiveCount":["1"]}}', 'all'],
  ])('hands over what passes a filter of %s, and deletes the rest', async (_what, Pattern, expected) => {
    await map({ FilterCriteria: { Filters: [{ Pattern }] } });
    const bodies = ['{"kind":"a"}', '{"kind":"b"}', 'hello', 'there'];
    await send(...bodies);
    expect(calls.flat().sort()).toEqual(expected === 'all' ? [...bodies].sort() : expected);
    expect(await left()).toEqual([0, 0]);
  });

  test('is refused with more than 10 messages without a window, and with settings of streams', async () => {
    await expect(map({ BatchSize: 11 })).rejects.toThrow(
      'Maximum batch window in seconds must be greater than 0 if maximum batch size is greater than 10',
    );
    await expect(map({ StartingPosition: 'LATEST' })).rejects.toThrow(
      'StartingPosition is not valid for SQS event sources.',
    );
    await expect(map({ DestinationConfig: { OnFailure: { Destination: QUEUE } } })).rejects.toThrow(
      'Unsupported DestinationConfig parameter for given event source mapping type.',
    );
  });
});
