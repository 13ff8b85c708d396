import { DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { type App, CfnOutput, Duration, RemovalPolicy, Size, Stack } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table } from 'aws-cdk-lib/aws-dynamodb';
import { EventBus, Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { Stream as DataStream } from 'aws-cdk-lib/aws-kinesis';
import { DeliveryStream, S3Bucket } from 'aws-cdk-lib/aws-kinesisfirehose';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import type { DeadLetter, ScoredRecord } from '../../contracts/scored-record';
import { ModelPipeline, ServedBy, StreamOutput, StreamSource } from '../../lib';
import { customers, customersCsv } from './customers';
import { BETTER, PIPELINE } from './customers-stack';
import { DeployedPipeline } from './deployed-pipeline';
import { drainQueue } from './drain-queue';

jest.setTimeout(600_000);

const KEYS = 30;
const MINUTE = 60_000;

/** A queue that is read, or written, and its URL in the outputs of the stack. */
function queueIn(stack: Stack, id: string): Queue {
  const queue = new Queue(stack, id, { removalPolicy: RemovalPolicy.DESTROY });
  new CfnOutput(stack, `${id}Url`, { value: queue.queueUrl });
  return queue;
}

/** Streams of another stack, which a pipeline scores that is deployed already. */
function streamStack(app: App): void {
  const stack = new Stack(app, 'Streams', { env: { account: '000000000000', region: 'us-east-1' } });
  const pipeline = ModelPipeline.fromPipelineAttributes(stack, 'Model', {
    pipelineName: PIPELINE,
    servedBy: ServedBy.FUNCTION,
  });
  const { deadLetterQueue } = pipeline.addStreamInference('Visits', {
    source: StreamSource.sqs(queueIn(stack, 'Visits')),
    output: StreamOutput.sqs(queueIn(stack, 'Scores')),
    keyField: 'customer',
  });
  new CfnOutput(stack, 'DeadLettersUrl', { value: deadLetterQueue.queueUrl });
  pipeline.addStreamInference('Calls', {
    source: StreamSource.kinesis(
      new DataStream(stack, 'Calls', { streamName: 'calls', removalPolicy: RemovalPolicy.DESTROY }),
      { parallelizationFactor: 2 },
    ),
    output: StreamOutput.eventBridge(EventBus.fromEventBusName(stack, 'Bus', 'default')),
    keyField: 'customer',
  });
  pipeline.addStreamInference('Orders', {
    source: StreamSource.sqs(queueIn(stack, 'Orders')),
    output: StreamOutput.dynamoDb(
      new Table(stack, 'Table', {
        tableName: 'scores',
        partitionKey: { name: 'id', type: AttributeType.STRING },
        billingMode: BillingMode.PAY_PER_REQUEST,
        removalPolicy: RemovalPolicy.DESTROY,
      }),
    ),
    keyField: 'customer',
  });
  const bucket = new Bucket(stack, 'Lake', { bucketName: 'lake', removalPolicy: RemovalPolicy.DESTROY });
  pipeline.addStreamInference('Returns', {
    source: StreamSource.sqs(queueIn(stack, 'Returns')),
    output: StreamOutput.firehose(
      new DeliveryStream(stack, 'Delivery', {
        destination: new S3Bucket(bucket, {
          dataOutputPrefix: 'scores/day=!{timestamp:yyyy-MM-dd}/',
          errorOutputPrefix: 'errors/!{firehose:error-output-type}/',
          bufferingInterval: Duration.minutes(1),
          bufferingSize: Size.mebibytes(1),
        }),
      }),
    ),
    keyField: 'customer',
  });
  new Rule(stack, 'Scored', {
    eventPattern: {
      source: ['model-pipeline.stream'],
      detailType: ['RecordScored'],
      detail: { stream: ['Calls'] },
    },
    targets: [new SqsQueue(queueIn(stack, 'Events'))],
  });
}

describe('streams that a pipeline scores', () => {
  const pipeline = new DeployedPipeline();
  const rows = customers({ count: 500, seed: 77 });
  const urls: Record<string, string> = {};
  const sent = new Set<string>();
  let sqs: SQSClient;
  let next = 0;

  beforeAll(async () => {
    await pipeline.start({ servedBy: ServedBy.FUNCTION });
    await pipeline.upload('2026-10.csv', customersCsv({ count: 1500, seed: 1 }));
    expect(await pipeline.retrain()).toMatchObject({
      output: { outcome: 'promoted', modelVersion: '1.0.0' },
    });
    sqs = new SQSClient(pipeline.config());
    const { code, output } = await pipeline.cdk.deploy(streamStack);
    expect(code === 0 ? '' : output).toBe('');
    for (const [, name = '', url = ''] of output.matchAll(/Streams\.(\w+)Url = (\S+)/g)) urls[name] = url;
  }, 600_000);

  afterAll(() => pipeline.stop());

  /** Sends records of so many customers. @returns ids of the messages */
  async function send(name: string, count: number): Promise<string[]> {
    const ids: string[] = [];
    for (let first = 0; first < count; first += 10) {
      const Entries = Array.from({ length: Math.min(10, count - first) }, (_, index) => {
        const [complaints, price, shoe_size] = rows[next % rows.length] as number[];
        const record = { complaints, price, shoe_size, customer: `c${next++ % KEYS}` };
        return { Id: String(index), MessageBody: JSON.stringify(record) };
      });
      const { Successful = [] } = await sqs.send(
        new SendMessageBatchCommand({ QueueUrl: urls[name] as string, Entries }),
      );
      ids.push(...Successful.map(({ MessageId }) => MessageId as string));
    }
    return ids;
  }

  /** Takes what the stream has scored so far, after time for it. */
  async function scored(): Promise<ScoredRecord[]> {
    await pipeline.cloud.clock.advance(MINUTE);
    return drainQueue<ScoredRecord>(sqs, urls.Scores as string);
  }

  test('a release in the middle of it moves keys one way, each to one version, and no record is lost or doubled', async () => {
    const records: ScoredRecord[] = [];
    const shares = new Set<number>();
    const execution = await pipeline.startRetraining(BETTER);
    const ending = await pipeline.follow(execution, async () => {
      const { candidate } = await pipeline.routing();
      if (candidate) shares.add(candidate.trafficShare);
      for (const id of await send('Visits', 2 * KEYS)) sent.add(id);
      records.push(...(await scored()));
    });
    records.push(...(await scored()));
    expect(ending).toMatchObject({ output: { outcome: 'promoted', modelVersion: '2.0.0' } });
    expect([...shares]).toEqual([0.5, 1]);
    expect(new Set(records.map(({ id }) => id))).toEqual(sent);
    expect(records).toHaveLength(sent.size);
    for (let key = 0; key < KEYS; key++) {
      const ofKey = records.filter((record) => record.key === `c${key}`);
      ofKey.sort((a, b) => a.time.localeCompare(b.time));
      const versions = ofKey.map(({ modelVersion }) => modelVersion);
      expect(versions).toEqual([...versions].sort());
      expect(versions.at(-1)).toBe('2.0.0');
    }
    expect(new Set(records.map(({ modelVersion, variant }) => `${modelVersion} ${variant}`))).toEqual(
      new Set(['1.0.0 blue', '2.0.0 green']),
    );
    const report = await pipeline.report((await pipeline.ledger()).at(-1));
    expect(report).toMatchObject({ outcome: 'released', trafficShares: [0.5, 1], missing: [] });
    expect(
      report.traffic.some(({ champion, challenger }) => champion.requests > 0 && challenger.requests > 0),
    ).toBe(true);
  });

  test('records that cannot be scored go to the dead letters, and others behind them are scored', async () => {
    const MessageBody = JSON.stringify({ complaints: 1, price: 'cheap', shoe_size: 40, customer: 'c1' });
    const { Successful = [] } = await sqs.send(
      new SendMessageBatchCommand({
        QueueUrl: urls.Visits as string,
        Entries: [
          { Id: 'nonsense', MessageBody: '{"complaints":' },
          { Id: 'cheap', MessageBody },
        ],
      }),
    );
    const good = await send('Visits', 5);
    expect((await scored()).map(({ id }) => id).sort()).toEqual([...good].sort());
    const letters = await drainQueue<DeadLetter>(sqs, urls.DeadLetters as string);
    expect(letters.map(({ id }) => id).sort()).toEqual(Successful.map(({ MessageId }) => MessageId).sort());
    expect(letters).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ reason: 'content', stream: 'Visits' }),
        expect.objectContaining({
          reason: 'row',
          modelVersion: '2.0.0',
          message: expect.stringContaining(`column 'price' is "cheap"`),
          data: { encoding: 'utf8', content: MessageBody },
        }),
      ]),
    );
  });

  test('scores of a Kinesis stream come as events to the targets of rules, poison among its records or not', async () => {
    const kinesis = new KinesisClient(pipeline.config());
    const some = Array.from({ length: 6 }, () => rows[next++ % rows.length] as number[]);
    const Records = some.map(([complaints, price, shoe_size], index) => ({
      PartitionKey: `p${index % 2}`,
      Data: Buffer.from(
        index === 2 ? '{"complaints":' : JSON.stringify({ complaints, price, shoe_size, customer: 'c1' }),
      ),
    }));
    const put = await kinesis.send(new PutRecordsCommand({ StreamName: 'calls', Records }));
    const ids = (put.Records ?? []).map(({ ShardId, SequenceNumber }) => `${ShardId}:${SequenceNumber}`);
    await pipeline.cloud.clock.advance(MINUTE);
    const events = await drainQueue<{ readonly detail: ScoredRecord }>(sqs, urls.Events as string);
    const good = ids.filter((_, index) => index !== 2);
    expect(events.map(({ detail }) => detail.id).sort()).toEqual([...good].sort());
    // The function answers the same rows with the same numbers.
    for (const [index, row] of some.entries()) {
      const event = events.find(({ detail }) => detail.id === ids[index]);
      if (event) expect(event.detail.prediction).toBe((await pipeline.askFunction('a', row)).predictions[0]);
    }
  });

  test('scores come as items to a table, whose first score of a record stays', async () => {
    const ids = await send('Orders', 4);
    await pipeline.cloud.clock.advance(MINUTE);
    const { Items = [] } = await new DynamoDBClient(pipeline.config()).send(
      new ScanCommand({ TableName: 'scores' }),
    );
    expect(Items.map(({ id }) => id?.S).sort()).toEqual([...ids].sort());
    expect(Items[0]).toMatchObject({ modelVersion: { S: '2.0.0' }, variant: { S: 'green' } });
    expect(Number(Items[0]?.prediction?.N)).toBeGreaterThan(0);
  });

  test('scores come as lines of objects in S3, by Firehose', async () => {
    const ids = await send('Returns', 12);
    await pipeline.cloud.clock.advance(2 * MINUTE);
    const s3 = new S3Client(pipeline.config());
    const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: 'lake' }));
    const objects = await Promise.all(
      Contents.map(async ({ Key }) => {
        expect(Key).toMatch(/^scores\/day=\d{4}-\d\d-\d\d\//);
        const { Body } = await s3.send(new GetObjectCommand({ Bucket: 'lake', Key }));
        return (await Body?.transformToString()) as string;
      }),
    );
    const lines = objects.join('').trimEnd().split('\n');
    const scores = lines.map((line) => JSON.parse(line) as ScoredRecord);
    expect(scores.map(({ id }) => id).sort()).toEqual([...ids].sort());
    expect(new Set(scores.map(({ stream }) => stream))).toEqual(new Set(['Returns']));
  });

  test('the roles of the functions have no permission that they do not use', async () => {
    const unused = (await pipeline.cloud.grants())
      .filter(({ role, uses }) => /^Streams-Model.*Handler/.test(role) && uses === 0)
      .map(({ action }) => action);
    expect([...new Set(unused)].sort()).toEqual([
      // AWS's own policy for functions that read Kinesis streams (AWSLambdaKinesisExecutionRole) has it.
      'kinesis:DescribeStreamSummary',
      // With it, S3 says of an object that is not there that it is not there.
      's3:ListBucket',
      // Orders and Returns had no dead letters.
      'sqs:SendMessage',
    ]);
  });
});

describe('a stream that an endpoint scores', () => {
  const pipeline = new DeployedPipeline();

  beforeAll(() => pipeline.startWithVersion(), 600_000);
  afterAll(() => pipeline.stop());

  test('has the answers of the endpoint, which records the records by their ids', async () => {
    const { code, output } = await pipeline.cdk.deploy((app: App) => {
      const stack = new Stack(app, 'Streams', { env: { account: '000000000000', region: 'us-east-1' } });
      ModelPipeline.fromPipelineName(stack, 'Model', PIPELINE).addStreamInference('Visits', {
        source: StreamSource.sqs(queueIn(stack, 'Visits')),
        output: StreamOutput.sqs(queueIn(stack, 'Scores')),
      });
    });
    expect(code === 0 ? '' : output).toBe('');
    const url = (name: string) => new RegExp(`Streams\\.${name}Url = (\\S+)`).exec(output)?.[1] as string;
    const sqs = new SQSClient(pipeline.config());
    const some = customers({ count: 5, seed: 78 });
    const Entries = some.map(([complaints, price, shoe_size], index) => ({
      Id: String(index),
      MessageBody: JSON.stringify({ shoe_size, complaints, price }),
    }));
    const { Successful = [] } = await sqs.send(
      new SendMessageBatchCommand({ QueueUrl: url('Visits'), Entries }),
    );
    await pipeline.cloud.clock.advance(MINUTE);
    const found = await drainQueue<ScoredRecord>(sqs, url('Scores'));
    const { predictions } = await pipeline.traffic.predict(some);
    const scores = Successful.map(({ MessageId }) => found.find(({ id }) => id === MessageId));
    expect(scores.map((score) => score?.prediction)).toEqual(predictions);
    expect(scores[0]).toMatchObject({ modelVersion: '1.0.0', variant: 'blue' });
    const captured = await Promise.all(
      (await pipeline.keys(`capture/${PIPELINE}/blue/`)).map((key) => pipeline.read(key)),
    );
    for (const { MessageId } of Successful)
      expect(captured.join('')).toContain(`"inferenceId":"${MessageId}"`);
  });
});
