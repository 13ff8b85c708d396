/**
 * @jest-environment ./test/lambda/serverless-inference/native-arrays.js
 */

import { logger } from '../../../lambda/aws/logger';
import { wholeBatch } from '../../../lambda/score-stream/item-failures';
import { scoreRecords } from '../../../lambda/score-stream/score-records';
import { recordsOfEvent } from '../../../lambda/score-stream/sources/records-of-event';
import reference from '../../reference/onnx-models.json';
import { again, kafkaEvent, kinesisEvent, StreamWorld, tableEvent } from './stream-world';

const [[age, price, complaints]] = reference.rows as [[number, number, number]];
const SCORE = expect.closeTo(reference.classifier.predictions[0] as number, 6);
const GOOD = JSON.stringify({ age, price, complaints });
const TIME = '2026-11-24T09:59:00.000Z';

describe('records of', () => {
  let world: StreamWorld;

  beforeEach(() => {
    world = new StreamWorld();
    jest.spyOn(logger, 'warn').mockImplementation();
    jest.spyOn(logger, 'error').mockImplementation();
  });
  afterEach(() => jest.restoreAllMocks());

  test('a Kinesis data stream are known by shard and sequence number, and keep their partition key', async () => {
    expect(await again(kinesisEvent([GOOD]), world.streamInstance())).toEqual([]);
    expect(world.output).toMatchObject([
      { id: 'shardId-000000000003:1', key: 'c17', time: TIME, prediction: SCORE },
    ]);
  });

  test('a Kinesis data stream are delivered again from the first one on that failed', async () => {
    world.refused.add('shardId-000000000003:2').add('shardId-000000000003:4');
    expect(await again(kinesisEvent([GOOD, GOOD, GOOD, GOOD]), world.streamInstance())).toEqual(['2']);
    expect(world.metricsNamed('FailedRecords')).toMatchObject([{ value: 3 }]);
  });

  test('a Kinesis data stream that are not UTF-8 go to the dead letters in base64', async () => {
    const bytes = Buffer.from([0x5b, 0x31, 0xff, 0x5d]);
    expect(await again(kinesisEvent([GOOD, bytes, GOOD]), world.streamInstance())).toEqual([]);
    expect(world.deadLetters).toMatchObject([
      {
        id: 'shardId-000000000003:2',
        reason: 'encoding',
        place: {
          stream: 'arn:aws:kinesis:eu-central-1:111111111111:stream/customers',
          shard: 'shardId-000000000003',
          sequenceNumber: '2',
        },
        data: { encoding: 'base64', content: bytes.toString('base64') },
      },
    ]);
    expect(world.output).toHaveLength(2);
  });

  test('a table are its new items, by the id of the change and the keys of the item', async () => {
    const image = {
      customer: { S: 'c17' },
      age: { N: String(age) },
      price: { N: String(price) },
      complaints: { N: String(complaints) },
      tags: { SS: ['a', 'b'] },
      parts: { L: [{ N: '1' }, { NULL: true }, { M: { yes: { BOOL: true } } }] },
    };
    const carriedFields = ['customer', 'tags', 'parts'];
    expect(await again(tableEvent([image]), world.streamInstance({ carriedFields }))).toEqual([]);
    expect(world.output).toMatchObject([
      {
        id: 'e1',
        key: 'c17',
        time: TIME,
        prediction: SCORE,
        carried: { customer: 'c17', tags: ['a', 'b'], parts: [1, null, { yes: true }] },
      },
    ]);
  });

  test('a table that are deletions have nothing to score', async () => {
    expect(await again(tableEvent([undefined]), world.streamInstance())).toEqual([]);
    expect(world.deadLetters).toMatchObject([{ reason: 'empty', place: { change: 'REMOVE' } }]);
  });

  test('a topic are known by topic, partition and offset, and keep their key', async () => {
    expect(await again(kafkaEvent([[GOOD]]), world.streamInstance())).toEqual([]);
    expect(world.output).toMatchObject([{ id: 'customers-0:0', key: 'c17', time: TIME, prediction: SCORE }]);
  });

  test('a topic are delivered again from the first one on that failed in each partition', async () => {
    world.refused.add('customers-0:1').add('customers-0:2').add('customers-2:0');
    const event = kafkaEvent([[GOOD, GOOD, GOOD], [GOOD, null], [GOOD]]);
    expect(await again(event, world.streamInstance())).toEqual([
      { partition: 'customers-0', offset: 1 },
      { partition: 'customers-2', offset: 0 },
    ]);
    expect(world.deadLetters).toMatchObject([{ id: 'customers-1:1', reason: 'empty' }]);
  });

  test('a topic are delivered again with all others of the event where Lambda reads no answer', async () => {
    world.refused.add('customers-0:1');
    const records = await scoreRecords(
      recordsOfEvent(kafkaEvent([[GOOD, GOOD, GOOD]])),
      world.streamInstance(),
    );
    expect(() => wholeBatch(records)).toThrow(/^2 records are to be delivered again, from customers-0:1 on/);
    expect(wholeBatch([])).toEqual({ batchItemFailures: [] });
  });

  test.each([
    ['nothing', {}],
    ['a topic of SNS', { Records: [{ eventSource: 'aws:sns' }] }],
  ])('%s are refused as a whole', async (_, event) => {
    await expect(again(event, world.streamInstance())).rejects.toThrow(/^event is not valid/);
  });
});
