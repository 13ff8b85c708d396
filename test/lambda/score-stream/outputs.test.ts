import { ConditionalCheckFailedException, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { FirehoseClient } from '@aws-sdk/client-firehose';
import { KinesisClient } from '@aws-sdk/client-kinesis';
import { SQSClient } from '@aws-sdk/client-sqs';
import type { ScoredRecord } from '../../../contracts/scored-record';
import { logger } from '../../../lambda/aws/logger';
import { EventBusOutput } from '../../../lambda/score-stream/outputs/event-bus-output';
import { FirehoseOutput } from '../../../lambda/score-stream/outputs/firehose-output';
import { KinesisOutput } from '../../../lambda/score-stream/outputs/kinesis-output';
import { QueueOutput } from '../../../lambda/score-stream/outputs/queue-output';
import { QueueSender } from '../../../lambda/score-stream/outputs/queue-sender';
import { TableOutput } from '../../../lambda/score-stream/outputs/table-output';

function scored(changes: Partial<ScoredRecord> = {}): ScoredRecord {
  return {
    id: 'r1',
    inferenceId: 'r1',
    pipeline: 'churn',
    stream: 'Customers',
    key: 'c17',
    time: '2026-11-24T09:59:00.000Z',
    modelVersion: '1.0.0',
    variant: 'blue',
    prediction: 0.25,
    ...changes,
  };
}

const many = (count: number) => Array.from({ length: count }, (_, index) => scored({ id: `r${index}` }));
/** Of more bytes than any output takes. */
const HUGE = scored({ id: 'huge', carried: { text: 'x'.repeat(2 ** 21) } });

/** Answers of a client, by the input of each call, which it keeps. */
// biome-ignore lint/suspicious/noExplicitAny: inputs of commands of several services
function answers(client: { prototype: any }, answer: (input: any) => object) {
  // biome-ignore lint/suspicious/noExplicitAny: as above
  const inputs: any[] = [];
  jest.spyOn(client.prototype, 'send').mockImplementation(async (...args: unknown[]) => {
    const { input } = args[0] as { readonly input: object };
    inputs.push(input);
    return answer(input);
  });
  return inputs;
}

beforeEach(() => {
  jest.replaceProperty(process, 'env', { ...process.env, AWS_REGION: 'eu-central-1' });
  jest.spyOn(logger, 'error').mockImplementation();
});
afterEach(() => jest.restoreAllMocks());

describe('scored records go to', () => {
  test('a queue, ten in a call; those that it refuses are named', async () => {
    const inputs = answers(SQSClient, ({ Entries }) => ({
      Failed: Entries.length === 2 ? [{ Id: '1', Code: 'InternalError', Message: 'try later' }] : [],
    }));
    const output = new QueueOutput(new QueueSender(new SQSClient(), 'https://queue'), false);
    expect(await output.send(many(12))).toEqual({ refused: new Set(['r11']), unfit: new Map() });
    expect(inputs.map(({ Entries }) => Entries.length)).toEqual([10, 2]);
    expect(JSON.parse(inputs[0].Entries[3].MessageBody)).toEqual(scored({ id: 'r3' }));
    expect(inputs[0].Entries[3]).not.toHaveProperty('MessageGroupId');
    // Characters that SQS refuses in a message.
    const odd = scored({ key: '\u0000\u001f\ud800\ufffe\uffff' });
    await output.send([odd]);
    const { MessageBody } = inputs[2].Entries[0];
    expect(MessageBody).toMatch(/"key":"\\u0000\\u001f\\ud800\\ufffe\\uffff"/);
    expect(JSON.parse(MessageBody)).toEqual(odd);
  });

  test('a FIFO queue, in the order of their key, and it drops doubles by their id', async () => {
    const [input] = [answers(SQSClient, () => ({}))];
    const output = new QueueOutput(new QueueSender(new SQSClient(), 'https://queue.fifo'), true);
    await output.send([scored(), scored({ id: 'r2' }), scored({ id: 'r3', key: 'c18 '.repeat(100) })]);
    const entries = input[0].Entries as { MessageGroupId: string; MessageDeduplicationId: string }[];
    const groups = entries.map(({ MessageGroupId }) => MessageGroupId);
    expect(groups[0]).toBe(groups[1]);
    expect(new Set(groups).size).toBe(2);
    expect(new Set(entries.map((entry) => entry.MessageDeduplicationId)).size).toBe(3);
    for (const group of groups) expect(group).toMatch(/^[0-9a-f]{64}$/);
  });

  test('an event bus as events of their own source', async () => {
    const inputs = answers(EventBridgeClient, () => ({ Entries: [{}, { ErrorCode: 'InternalFailure' }] }));
    const { refused } = await new EventBusOutput('scores').send(many(2));
    expect(refused).toEqual(new Set(['r1']));
    expect(inputs[0].Entries[0]).toMatchObject({
      EventBusName: 'scores',
      Source: 'model-pipeline.stream',
      DetailType: 'RecordScored',
      Time: new Date('2026-11-24T09:59:00.000Z'),
    });
  });

  test('a Kinesis data stream by their key, 500 in a call', async () => {
    const inputs = answers(KinesisClient, ({ Records }) => ({
      Records: Records.map((_: unknown, place: number) =>
        place === 499 ? { ErrorCode: 'ProvisionedThroughputExceededException' } : {},
      ),
    }));
    const long = scored({ id: 'long', key: 'k'.repeat(257) });
    const { refused } = await new KinesisOutput('arn:stream').send([...many(500), long]);
    expect(refused).toEqual(new Set(['r499']));
    expect(inputs.map(({ Records }) => Records.length)).toEqual([500, 1]);
    expect(inputs[0].Records[0].PartitionKey).toBe('c17');
    expect(inputs[1].Records[0].PartitionKey).toMatch(/^[0-9a-f]{64}$/);
  });

  test('a delivery stream as lines of JSON; those that it refuses of a call are named', async () => {
    const inputs = answers(FirehoseClient, ({ Records }) => ({
      RequestResponses: Records.map((_: unknown, place: number) =>
        place === 2 ? { ErrorCode: 'ServiceUnavailableException', ErrorMessage: 'Slow down.' } : {},
      ),
    }));
    const { refused } = await new FirehoseOutput('scores').send(many(501));
    expect(refused).toEqual(new Set(['r2']));
    expect(inputs.map(({ Records }) => Records.length)).toEqual([500, 1]);
    expect(inputs[0]).toMatchObject({ DeliveryStreamName: 'scores' });
    const lines = Buffer.concat(
      inputs.flatMap(({ Records }) => Records.map(({ Data }: { Data: Buffer }) => Data)),
    );
    expect(
      lines
        .toString()
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual(many(501));
  });

  test('a table by their id; an item that is there stays, and one that no table holds is never taken', async () => {
    const inputs = answers(DynamoDBClient, ({ Item }) => {
      const [$metadata, name] = [{}, Item.id.S];
      if (name === 'r0') throw new ConditionalCheckFailedException({ $metadata, message: 'it exists' });
      if (name === 'r1') throw Object.assign(new Error('too large'), { name: 'ValidationException' });
      if (name === 'r2') throw new Error('throttled');
      return {};
    });
    const full = scored({
      id: 'full',
      probabilities: [0.25, 0.75],
      carried: { a: null, b: true, c: { d: 'e' } },
    });
    expect(await new TableOutput('scores').send([...many(3), full])).toEqual({
      refused: new Set(['r2']),
      unfit: new Map([['r1', 'too large']]),
    });
    expect(inputs).toHaveLength(4);
    expect(inputs.at(-1)).toMatchObject({
      TableName: 'scores',
      ConditionExpression: 'attribute_not_exists(id)',
      Item: {
        id: { S: 'full' },
        prediction: { N: '0.25' },
        probabilities: { L: [{ N: '0.25' }, { N: '0.75' }] },
        carried: { M: { a: { NULL: true }, b: { BOOL: true }, c: { M: { d: { S: 'e' } } } } },
      },
    });
  });

  test.each([
    ['a queue', SQSClient, () => new QueueOutput(new QueueSender(new SQSClient(), 'https://queue'), false)],
    ['an event bus', EventBridgeClient, () => new EventBusOutput('scores')],
    ['a Kinesis data stream', KinesisClient, () => new KinesisOutput('arn:stream')],
    ['a delivery stream', FirehoseClient, () => new FirehoseOutput('scores')],
  ])('%s unless they are larger than it takes', async (_, client, output) => {
    const inputs = answers(client, () => ({}));
    const { refused, unfit } = await output().send([HUGE, scored()]);
    expect(refused).toEqual(new Set());
    expect([...unfit]).toEqual([
      ['huge', expect.stringMatching(/^\d+ bytes, but .* takes (1048576|1024000)$/)],
    ]);
    expect(inputs).toHaveLength(1);
  });

  test('no output that is down: those behind the call that failed are not even tried', async () => {
    const inputs = answers(SQSClient, () => {
      throw new Error('the queue does not exist');
    });
    const output = new QueueOutput(new QueueSender(new SQSClient(), 'https://queue'), false);
    const { refused } = await output.send(many(25));
    expect(refused.size).toBe(25);
    expect(inputs).toHaveLength(1);
  });
});
