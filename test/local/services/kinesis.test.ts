import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  AddTagsToStreamCommand,
  CreateStreamCommand,
  DecreaseStreamRetentionPeriodCommand,
  DeleteStreamCommand,
  DescribeStreamCommand,
  DescribeStreamSummaryCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  type GetShardIteratorCommandInput,
  IncreaseStreamRetentionPeriodCommand,
  KinesisClient,
  ListShardsCommand,
  ListStreamsCommand,
  ListTagsForResourceCommand,
  ListTagsForStreamCommand,
  MergeShardsCommand,
  PutRecordCommand,
  PutRecordsCommand,
  PutResourcePolicyCommand,
  SplitShardCommand,
  StartStreamEncryptionCommand,
  UpdateMaxRecordSizeCommand,
  UpdateShardCountCommand,
} from '@aws-sdk/client-kinesis';
import { CreateKeyCommand, DisableKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { servicePrincipal } from '../../../local/gateway/principal';
import type { KinesisService } from '../../../local/services/kinesis/kinesis-service';
import { HOUR, MINUTE, SECOND, ServiceFixture, START } from './service-fixture';

const FIRST = 'shardId-000000000000';
const ARN = 'arn:aws:kinesis:us-east-1:000000000000:stream/events';

describe('Kinesis', () => {
  let fixture: ServiceFixture;
  let kinesis: KinesisClient;

  beforeEach(async () => {
    fixture = new ServiceFixture();
    await fixture.cloud.start();
    // The client speaks HTTP/2, as it does to AWS.
    kinesis = new KinesisClient(fixture.config());
  });
  afterEach(async () => {
    kinesis.destroy();
    await fixture.cloud.stop();
  });

  const create = (ShardCount = 1, StreamName = 'events') =>
    kinesis.send(new CreateStreamCommand({ StreamName, ShardCount }));

  const put = (PartitionKey: string, data = PartitionKey, more: object = {}) =>
    kinesis.send(
      new PutRecordCommand({ StreamName: 'events', PartitionKey, Data: Buffer.from(data), ...more }),
    );

  const iterator = async (
    ShardIteratorType: GetShardIteratorCommandInput['ShardIteratorType'],
    more: object = {},
  ) => {
    const input = { StreamName: 'events', ShardId: FIRST, ShardIteratorType, ...more };
    return (await kinesis.send(new GetShardIteratorCommand(input))).ShardIterator as string;
  };

  const get = (ShardIterator: string | undefined, more: object = {}) =>
    kinesis.send(new GetRecordsCommand({ ShardIterator, ...more }));

  const dataFrom = async (...args: Parameters<typeof iterator>) => {
    const { Records = [] } = await get(await iterator(...args));
    return Records.map(({ Data }) => Buffer.from(Data as Uint8Array).toString());
  };

  const shards = async (more: object = {}) =>
    (await kinesis.send(new ListShardsCommand({ StreamName: 'events', ...more }))).Shards ?? [];

  const openIds = async () =>
    (await shards({ ShardFilter: { Type: 'AT_LATEST' } })).map(({ ShardId }) => ShardId);

  test('hands records on in their order, with what they were put with', async () => {
    await create();
    const first = await put('a', 'one');
    await fixture.advance(SECOND);
    const second = await put('b', 'two', { SequenceNumberForOrdering: first.SequenceNumber });
    expect(BigInt(second.SequenceNumber as string)).toBeGreaterThan(BigInt(first.SequenceNumber as string));
    const { Records, MillisBehindLatest } = await get(await iterator('TRIM_HORIZON'));
    expect(Records).toEqual([
      {
        SequenceNumber: first.SequenceNumber,
        ApproximateArrivalTimestamp: START,
        Data: new Uint8Array(Buffer.from('one')),
        PartitionKey: 'a',
      },
      expect.objectContaining({ SequenceNumber: second.SequenceNumber, PartitionKey: 'b' }),
    ]);
    expect(MillisBehindLatest).toBe(0);
  });

  test('gives an iterator of each type', async () => {
    await create();
    await put('one');
    await fixture.advance(MINUTE);
    const { SequenceNumber: StartingSequenceNumber } = await put('two');
    const latest = await iterator('LATEST');
    await fixture.advance(MINUTE);
    await put('three');
    expect(await dataFrom('TRIM_HORIZON')).toEqual(['one', 'two', 'three']);
    expect(await dataFrom('AT_SEQUENCE_NUMBER', { StartingSequenceNumber })).toEqual(['two', 'three']);
    expect(await dataFrom('AFTER_SEQUENCE_NUMBER', { StartingSequenceNumber })).toEqual(['three']);
    const Timestamp = new Date(START.getTime() + SECOND);
    expect(await dataFrom('AT_TIMESTAMP', { Timestamp })).toEqual(['two', 'three']);
    expect((await get(latest)).Records).toMatchObject([{ PartitionKey: 'three' }]);
    expect(await dataFrom('LATEST')).toEqual([]);
  });

  test('says how far a reader is behind, and goes on from where it stopped', async () => {
    await create();
    await put('one');
    await fixture.advance(MINUTE);
    await put('two');
    await fixture.advance(SECOND);
    const first = await get(await iterator('TRIM_HORIZON'), { Limit: 1 });
    expect(first.MillisBehindLatest).toBe(MINUTE + SECOND);
    const second = await get(first.NextShardIterator, { StreamARN: ARN });
    expect(second).toMatchObject({ Records: [{ PartitionKey: 'two' }], MillisBehindLatest: 0 });
    expect((await get(second.NextShardIterator)).Records).toEqual([]);
  });

  test('answers with 10 MiB at most, and with a record that is larger alone', async () => {
    await create(1);
    await kinesis.send(new UpdateMaxRecordSizeCommand({ StreamARN: ARN, MaxRecordSizeInKiB: 10_240 }));
    for (const [key, kib] of [
      ['a', 10_239],
      ['b', 100],
      ['c', 100],
    ] as const) {
      await put(key, 'x'.repeat(kib * 1_024));
      await fixture.advance(SECOND);
    }
    const first = await get(await iterator('TRIM_HORIZON'));
    expect(first.Records).toMatchObject([{ PartitionKey: 'a' }]);
    const second = await get(first.NextShardIterator);
    expect(second.Records).toMatchObject([{ PartitionKey: 'b' }, { PartitionKey: 'c' }]);
  });

  test('puts a record into the shard of its partition key, or of its explicit hash key', async () => {
    await create(4);
    const quarter = 2n ** 126n;
    const shardOf = (hashKey: bigint) => `shardId-00000000000${hashKey / quarter}`;
    for (const key of ['a', 'b', 'customer-17', 'Zürich']) {
      const hashKey = BigInt(`0x${createHash('md5').update(key).digest('hex')}`);
      expect((await put(key)).ShardId).toBe(shardOf(hashKey));
    }
    for (const hashKey of [0n, quarter - 1n, quarter, 2n ** 128n - 1n])
      expect((await put('a', 'a', { ExplicitHashKey: String(hashKey) })).ShardId).toBe(shardOf(hashKey));
    await expect(put('a', 'a', { ExplicitHashKey: String(2n ** 128n) })).rejects.toThrow(
      'ExplicitHashKey must be in the range: [0, 2^128-1]. Specified value was 340282366920938463463374607431768211456',
    );
  });

  test('lets an iterator expire after 5 minutes', async () => {
    await create();
    const early = await iterator('TRIM_HORIZON');
    await fixture.advance(5 * MINUTE);
    expect((await get(early)).Records).toEqual([]);
    await fixture.advance(1);
    await expect(get(early)).rejects.toMatchObject({
      name: 'ExpiredIteratorException',
      message:
        'Iterator expired. The iterator was created at time Tue Nov 24 10:00:00 UTC 2026 while right now it is Tue Nov 24 10:05:00 UTC 2026 which is further in the future than the tolerated delay of 300000 milliseconds.',
    });
  });

  test('forgets expired records of a stream that is only written, also those of a closed shard', async () => {
    await create();
    await put('old');
    await kinesis.send(
      new UpdateShardCountCommand({
        StreamName: 'events',
        TargetShardCount: 2,
        ScalingType: 'UNIFORM_SCALING',
      }),
    );
    await fixture.advance(24 * HOUR);
    await put('new');
    expect(fixture.cloud.table('kinesis/records').size).toBe(1);
  });

  test('forgets records after their retention, which can be changed', async () => {
    await create();
    await put('one');
    await fixture.advance(23 * HOUR);
    await put('two');
    await fixture.advance(HOUR);
    expect(await dataFrom('TRIM_HORIZON')).toEqual(['two']);
    const retention = { StreamName: 'events', RetentionPeriodHours: 48 };
    await kinesis.send(new IncreaseStreamRetentionPeriodCommand(retention));
    await fixture.advance(24 * HOUR);
    expect(await dataFrom('TRIM_HORIZON')).toEqual(['two']);
    await kinesis.send(new DecreaseStreamRetentionPeriodCommand({ ...retention, RetentionPeriodHours: 24 }));
    expect(await dataFrom('TRIM_HORIZON')).toEqual([]);
    await expect(
      kinesis.send(new IncreaseStreamRetentionPeriodCommand({ ...retention, RetentionPeriodHours: 8_761 })),
    ).rejects.toThrow('Maximum allowed retention period is 8760 hours.');
  });

  test('takes 1,000 records and 1 MiB a second for each shard', async () => {
    await create();
    const Records = Array.from({ length: 500 }, (_, i) => ({
      PartitionKey: `k${i}`,
      Data: Buffer.from('x'),
    }));
    const putRecords = (more = Records) =>
      kinesis.send(new PutRecordsCommand({ StreamName: 'events', Records: more }));
    expect((await putRecords()).FailedRecordCount).toBe(0);
    await putRecords();
    const refused = await putRecords(Records.slice(0, 2));
    expect(refused.FailedRecordCount).toBe(2);
    expect(refused.Records?.[0]).toEqual({
      ErrorCode: 'ProvisionedThroughputExceededException',
      ErrorMessage: `Rate exceeded for shard ${FIRST} in stream events under account 000000000000.`,
    });
    await fixture.advance(SECOND);
    const half = { PartitionKey: 'a', Data: Buffer.alloc(524_000) };
    const { Records: answers = [] } = await putRecords([half, half, half]);
    expect(answers.map(({ ErrorCode }) => ErrorCode)).toEqual([
      undefined,
      undefined,
      'ProvisionedThroughputExceededException',
    ]);
    const impatient = new KinesisClient({ ...fixture.config(), maxAttempts: 1 });
    await expect(
      impatient.send(
        new PutRecordCommand({ StreamName: 'events', PartitionKey: 'a', Data: Buffer.alloc(1_000) }),
      ),
    ).rejects.toMatchObject({ name: 'ProvisionedThroughputExceededException' });
    impatient.destroy();
  });

  test.each([
    [
      'a record of more than 1 MiB, its key included',
      () => put('key', 'x'.repeat(1_048_576 - 2)),
      "Value at 'data' failed to satisfy constraint: Member must have length less than or equal to 1048576",
    ],
    ['a record without a key', () => put(undefined as never, 'x'), "Value null at 'partitionKey'"],
    ['a stream that exists', () => create(), 'Stream events under account 000000000000 already exists.'],
    [
      'a stream that does not exist',
      () => kinesis.send(new DescribeStreamSummaryCommand({ StreamName: 'other' })),
      'Stream other under account 000000000000 not found.',
    ],
    [
      'a shard that does not exist',
      () => iterator('LATEST', { ShardId: 'shardId-000000000009' }),
      'Could not find shard shardId-000000000009 in stream events under account 000000000000.',
    ],
    ['an iterator that is none', () => get('bm9uc2Vuc2U='), 'Invalid ShardIterator.'],
    [
      'a sequence number that is missing',
      () => iterator('AT_SEQUENCE_NUMBER'),
      'Request specified AT_SEQUENCE_NUMBER and no StartingSequenceNumber.',
    ],
    [
      'a sequence number of another stream',
      () => iterator('AT_SEQUENCE_NUMBER', { StartingSequenceNumber: '17' }),
      'is invalid.',
    ],
    [
      'a time in the future',
      () => iterator('AT_TIMESTAMP', { Timestamp: new Date(START.getTime() + HOUR) }),
      'cannot be greater than the currentTimestampInMillis',
    ],
    [
      '501 records at once',
      () =>
        kinesis.send(
          new PutRecordsCommand({
            StreamName: 'events',
            Records: Array.from({ length: 501 }, () => ({ PartitionKey: 'a', Data: Buffer.from('x') })),
          }),
        ),
      'Member must have length less than or equal to 500',
    ],
    [
      'enhanced monitoring',
      () => fixture.cloud.call('kinesis', 'EnableEnhancedMonitoring', {}, fixture.cloud.administrator),
      'does not implement kinesis:EnableEnhancedMonitoring',
    ],
  ])('refuses %s', async (_what, call, message) => {
    await create();
    await expect(call()).rejects.toThrow(message);
  });

  test('splits a shard: the parent ends, and its children take its keys', async () => {
    await create();
    await put('before');
    const half = 2n ** 127n;
    await kinesis.send(
      new SplitShardCommand({
        StreamName: 'events',
        ShardToSplit: FIRST,
        NewStartingHashKey: String(half),
      }),
    );
    const [parent, lower, upper] = await shards();
    expect(parent?.SequenceNumberRange?.EndingSequenceNumber).toMatch(/^\d{56}$/);
    expect(lower).toMatchObject({
      ShardId: 'shardId-000000000001',
      ParentShardId: FIRST,
      HashKeyRange: { StartingHashKey: '0', EndingHashKey: String(half - 1n) },
    });
    expect(upper).toMatchObject({ ParentShardId: FIRST, HashKeyRange: { StartingHashKey: String(half) } });
    expect((await put('x', 'x', { ExplicitHashKey: '5' })).ShardId).toBe('shardId-000000000001');
    const { Records, NextShardIterator, ChildShards } = await get(await iterator('TRIM_HORIZON'));
    expect(Records).toMatchObject([{ PartitionKey: 'before' }]);
    expect(NextShardIterator).toBeUndefined();
    expect(ChildShards).toMatchObject([
      { ShardId: 'shardId-000000000001', ParentShards: [FIRST] },
      { ShardId: 'shardId-000000000002', ParentShards: [FIRST] },
    ]);
    await expect(
      kinesis.send(
        new SplitShardCommand({ StreamName: 'events', ShardToSplit: FIRST, NewStartingHashKey: '7' }),
      ),
    ).rejects.toThrow('has already been merged or split');
    // It stays as long as its records do.
    await fixture.advance(24 * HOUR);
    expect((await shards()).map(({ ShardId }) => ShardId)).toEqual([
      'shardId-000000000001',
      'shardId-000000000002',
    ]);
  });

  test('merges neighbours', async () => {
    await create(3);
    const merge = (ShardToMerge: string, AdjacentShardToMerge: string) =>
      kinesis.send(new MergeShardsCommand({ StreamName: 'events', ShardToMerge, AdjacentShardToMerge }));
    await expect(merge(FIRST, 'shardId-000000000002')).rejects.toThrow(
      'are not an adjacent pair of shards eligible for merging',
    );
    await merge(FIRST, 'shardId-000000000001');
    expect((await shards()).at(-1)).toMatchObject({
      ShardId: 'shardId-000000000003',
      ParentShardId: FIRST,
      AdjacentParentShardId: 'shardId-000000000001',
      HashKeyRange: { StartingHashKey: '0' },
    });
    expect(await openIds()).toEqual(['shardId-000000000002', 'shardId-000000000003']);
  });

  test.each([
    [4, 6],
    [4, 2],
    [3, 5],
    [5, 3],
    [1, 2],
  ])('scales from %i shards to %i of equal size', async (from, to) => {
    await create(from);
    await kinesis.send(
      new UpdateShardCountCommand({
        StreamName: 'events',
        TargetShardCount: to,
        ScalingType: 'UNIFORM_SCALING',
      }),
    );
    const open = await shards({ ShardFilter: { Type: 'AT_LATEST' } });
    const starts = open
      .map(({ HashKeyRange }) => BigInt(HashKeyRange?.StartingHashKey as string))
      .sort((a, b) => (a < b ? -1 : 1));
    const size = 2n ** 128n / BigInt(to);
    expect(starts).toEqual(Array.from({ length: to }, (_, i) => BigInt(i) * size));
  });

  test('does not scale beyond double or half the open shards', async () => {
    await create(4);
    const scale = (TargetShardCount: number) =>
      kinesis.send(
        new UpdateShardCountCommand({
          StreamName: 'events',
          TargetShardCount,
          ScalingType: 'UNIFORM_SCALING',
        }),
      );
    await expect(scale(9)).rejects.toThrow('cannot scale up over double your current open shard count');
    await expect(scale(1)).rejects.toThrow('cannot scale down below half your current open shard count');
  });

  test('lists shards page by page, and those that were open at a time', async () => {
    await create(5);
    const first = await kinesis.send(new ListShardsCommand({ StreamARN: ARN, MaxResults: 3 }));
    expect(first.Shards).toHaveLength(3);
    const rest = await kinesis.send(new ListShardsCommand({ NextToken: first.NextToken }));
    expect(rest.Shards?.map(({ ShardId }) => ShardId)).toEqual([
      'shardId-000000000003',
      'shardId-000000000004',
    ]);
    await fixture.advance(HOUR);
    await kinesis.send(
      new MergeShardsCommand({
        StreamName: 'events',
        ShardToMerge: FIRST,
        AdjacentShardToMerge: 'shardId-000000000001',
      }),
    );
    expect(await shards({ ShardFilter: { Type: 'AT_TIMESTAMP', Timestamp: START } })).toHaveLength(5);
    expect(await openIds()).toHaveLength(4);
    expect(await shards()).toHaveLength(6);
    const { StreamDescription } = await kinesis.send(
      new DescribeStreamCommand({ StreamName: 'events', Limit: 2 }),
    );
    expect(StreamDescription).toMatchObject({ HasMoreShards: true, StreamStatus: 'ACTIVE' });
  });

  test('describes, tags, lists and deletes streams', async () => {
    await kinesis.send(
      new CreateStreamCommand({
        StreamName: 'events',
        StreamModeDetails: { StreamMode: 'ON_DEMAND' },
        Tags: { team: 'ml' },
      }),
    );
    await kinesis.send(new AddTagsToStreamCommand({ StreamARN: ARN, Tags: { cost: '17' } }));
    const { StreamDescriptionSummary } = await kinesis.send(
      new DescribeStreamSummaryCommand({ StreamARN: ARN }),
    );
    expect(StreamDescriptionSummary).toMatchObject({
      StreamName: 'events',
      StreamARN: ARN,
      StreamStatus: 'ACTIVE',
      StreamModeDetails: { StreamMode: 'ON_DEMAND' },
      OpenShardCount: 4,
      RetentionPeriodHours: 24,
      MaxRecordSizeInKiB: 1_024,
      EncryptionType: 'NONE',
      StreamCreationTimestamp: START,
    });
    expect(
      await kinesis.send(new ListTagsForStreamCommand({ StreamName: 'events', Limit: 1 })),
    ).toMatchObject({ Tags: [{ Key: 'cost', Value: '17' }], HasMoreTags: true });
    expect((await kinesis.send(new ListTagsForResourceCommand({ ResourceARN: ARN }))).Tags).toHaveLength(2);
    await create(1, 'other');
    expect(await kinesis.send(new ListStreamsCommand({ Limit: 1 }))).toMatchObject({
      StreamNames: ['events'],
      HasMoreStreams: true,
      StreamSummaries: [{ StreamARN: ARN }],
    });
    await kinesis.send(new DeleteStreamCommand({ StreamName: 'events' }));
    expect((await kinesis.send(new ListStreamsCommand({}))).StreamNames).toEqual(['other']);
  });

  test('a stream that is made again is another: iterators of the first do not read it', async () => {
    await create();
    const old = await iterator('TRIM_HORIZON');
    const { SequenceNumber: StartingSequenceNumber } = await put('one');
    await kinesis.send(new DeleteStreamCommand({ StreamName: 'events' }));
    await fixture.advance(SECOND);
    await create();
    await put('two');
    await expect(get(old)).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
    await expect(iterator('AT_SEQUENCE_NUMBER', { StartingSequenceNumber })).rejects.toThrow(
      'because it did not come from this stream',
    );
    expect(await dataFrom('TRIM_HORIZON')).toEqual(['two']);
  });

  test('needs the key of an encrypted stream', async () => {
    await create();
    const kms = new KMSClient(fixture.config());
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
    const KeyId = KeyMetadata?.Arn as string;
    await kinesis.send(
      new StartStreamEncryptionCommand({ StreamName: 'events', EncryptionType: 'KMS', KeyId }),
    );
    const all = [{ Effect: 'Allow', Action: 'kinesis:*', Resource: '*' }];
    const withKey = (Action: string) => [...all, { Effect: 'Allow', Action, Resource: KeyId }];
    const producer = new KinesisClient(await fixture.roleConfig('producer', withKey('kms:GenerateDataKey')));
    const put = (client: KinesisClient) =>
      client.send(new PutRecordCommand({ StreamName: 'events', PartitionKey: 'a', Data: Buffer.from('x') }));
    expect(await put(producer)).toMatchObject({ EncryptionType: 'KMS' });
    const from = await iterator('TRIM_HORIZON');
    await expect(producer.send(new GetRecordsCommand({ ShardIterator: from }))).rejects.toThrow(
      'kms:Decrypt',
    );
    const consumer = new KinesisClient(await fixture.roleConfig('consumer', withKey('kms:Decrypt')));
    expect((await consumer.send(new GetRecordsCommand({ ShardIterator: from }))).Records).toMatchObject([
      { EncryptionType: 'KMS' },
    ]);
    await kms.send(new DisableKeyCommand({ KeyId }));
    await expect(put(producer)).rejects.toMatchObject({ name: 'KMSDisabledException' });
    producer.destroy();
    consumer.destroy();
  });

  test('enforces the policies of roles and of the stream', async () => {
    await create();
    const reader = new KinesisClient(
      await fixture.roleConfig('reader', [
        { Effect: 'Allow', Action: ['kinesis:GetShardIterator', 'kinesis:GetRecords'], Resource: ARN },
      ]),
    );
    const { ShardIterator } = await reader.send(
      new GetShardIteratorCommand({ StreamARN: ARN, ShardId: FIRST, ShardIteratorType: 'LATEST' }),
    );
    expect((await reader.send(new GetRecordsCommand({ ShardIterator }))).Records).toEqual([]);
    const record = { PartitionKey: 'a', Data: Buffer.from('x') };
    await expect(reader.send(new PutRecordCommand({ StreamARN: ARN, ...record }))).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining(`kinesis:PutRecord on resource: ${ARN}`),
    });
    reader.destroy();
    const asService = () =>
      fixture.cloud.call(
        'kinesis',
        'PutRecord',
        { StreamARN: ARN, ...record },
        servicePrincipal('iot.amazonaws.com', '000000000000'),
      );
    await expect(asService()).rejects.toMatchObject({ name: 'AccessDenied' });
    const Policy = JSON.stringify({
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Service: 'iot.amazonaws.com' },
          Action: 'kinesis:PutRecord',
          Resource: ARN,
        },
      ],
    });
    await kinesis.send(new PutResourcePolicyCommand({ ResourceARN: ARN, Policy }));
    await asService();
  });

  test('its CloudFormation resources are made, changed and deleted', async () => {
    const { resources } = fixture.cloud.service<KinesisService>('kinesis');
    const context = fixture.resourceContext('Stream');
    const given = {
      ShardCount: 2,
      RetentionPeriodHours: 48,
      Tags: [{ Key: 'team', Value: 'ml' }],
      StreamEncryption: { EncryptionType: 'KMS', KeyId: 'alias/aws/kinesis' },
    };
    const state = await resources['AWS::Kinesis::Stream']?.create(given, context);
    const arn = 'arn:aws:kinesis:us-east-1:000000000000:stream/stack-Stream-1';
    expect(state).toEqual({ physicalId: 'stack-Stream-1', attributes: { Arn: arn } });
    const describe = async () =>
      (await kinesis.send(new DescribeStreamSummaryCommand({ StreamARN: arn }))).StreamDescriptionSummary;
    expect(await describe()).toMatchObject({
      OpenShardCount: 2,
      RetentionPeriodHours: 48,
      EncryptionType: 'KMS',
      KeyId: 'alias/aws/kinesis',
    });
    const changed = { ShardCount: '4', MaxRecordSizeInKiB: 2_048, Tags: [{ Key: 'cost', Value: '1' }] };
    await resources['AWS::Kinesis::Stream']?.update('stack-Stream-1', changed, given, context);
    expect(await describe()).toMatchObject({
      OpenShardCount: 4,
      RetentionPeriodHours: 24,
      EncryptionType: 'NONE',
      MaxRecordSizeInKiB: 2_048,
    });
    expect((await kinesis.send(new ListTagsForResourceCommand({ ResourceARN: arn }))).Tags).toEqual([
      { Key: 'cost', Value: '1' },
    ]);
    const policy = {
      ResourceArn: arn,
      ResourcePolicy: {
        Statement: [{ Effect: 'Deny', Principal: '*', Action: 'kinesis:Describe*', Resource: arn }],
      },
    };
    await resources['AWS::Kinesis::ResourcePolicy']?.create(policy, context);
    await expect(describe()).rejects.toThrow('explicit deny in a resource-based policy');
    await resources['AWS::Kinesis::ResourcePolicy']?.delete(arn, policy, context);
    await resources['AWS::Kinesis::Stream']?.delete('stack-Stream-1', changed, context);
    await resources['AWS::Kinesis::Stream']?.delete('stack-Stream-1', changed, context);
    await expect(describe()).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  });
});

test('Kinesis keeps streams, shards and records in a data folder', async () => {
  const dataFolder = mkdtempSync(join(tmpdir(), 'kinesis-'));
  try {
    const before = new ServiceFixture({ dataFolder });
    await before.cloud.start();
    const producer = new KinesisClient(before.config());
    await producer.send(new CreateStreamCommand({ StreamName: 'events', ShardCount: 2 }));
    const { ShardId } = await producer.send(
      new PutRecordCommand({ StreamName: 'events', PartitionKey: 'a', Data: Buffer.from('kept') }),
    );
    producer.destroy();
    await before.cloud.stop();
    const after = new ServiceFixture({ dataFolder });
    await after.cloud.start();
    const consumer = new KinesisClient(after.config());
    const { ShardIterator } = await consumer.send(
      new GetShardIteratorCommand({ StreamName: 'events', ShardId, ShardIteratorType: 'TRIM_HORIZON' }),
    );
    const { Records } = await consumer.send(new GetRecordsCommand({ ShardIterator }));
    expect(Records).toMatchObject([{ Data: new Uint8Array(Buffer.from('kept')) }]);
    consumer.destroy();
    await after.cloud.stop();
  } finally {
    rmSync(dataFolder, { recursive: true });
  }
});
