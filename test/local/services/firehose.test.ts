import { gunzipSync } from 'node:zlib';
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  GetLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import {
  CreateDeliveryStreamCommand,
  type ExtendedS3DestinationConfiguration,
  FirehoseClient,
  PutRecordBatchCommand,
  PutRecordCommand,
} from '@aws-sdk/client-firehose';
import { IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { CreateBucketCommand, GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { deliveryStreamResource } from '../../../local/services/firehose/resources';
import { HOUR, MINUTE, SECOND, ServiceFixture } from './service-fixture';

const ROLE = 'arn:aws:iam::000000000000:role/delivery';
const WRITE = { Effect: 'Allow', Action: 's3:PutObject', Resource: 'arn:aws:s3:::scores/*' };

describe('a delivery stream of Firehose', () => {
  let fixture: ServiceFixture;
  let firehose: FirehoseClient;
  let s3: S3Client;

  beforeEach(async () => {
    fixture = new ServiceFixture();
    await fixture.cloud.start();
    firehose = new FirehoseClient(fixture.config());
    s3 = new S3Client(fixture.config());
    await s3.send(new CreateBucketCommand({ Bucket: 'scores' }));
    await fixture.serviceRole('delivery', 'firehose.amazonaws.com', [WRITE]);
  });
  afterEach(() => fixture.cloud.stop());

  const create = (more: Partial<ExtendedS3DestinationConfiguration> = {}) =>
    firehose.send(
      new CreateDeliveryStreamCommand({
        DeliveryStreamName: 'scores',
        ExtendedS3DestinationConfiguration: {
          RoleARN: ROLE,
          BucketARN: 'arn:aws:s3:::scores',
          BufferingHints: { SizeInMBs: 1, IntervalInSeconds: 60 },
          ...more,
        },
      }),
    );

  const put = (...texts: string[]) =>
    firehose.send(
      new PutRecordBatchCommand({
        DeliveryStreamName: 'scores',
        Records: texts.map((text) => ({ Data: Buffer.from(text) })),
      }),
    );

  const keys = async () =>
    ((await s3.send(new ListObjectsV2Command({ Bucket: 'scores' }))).Contents ?? []).map(({ Key }) => Key);

  const read = async (Key: string | undefined) => {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: 'scores', Key }));
    return Buffer.from((await Body?.transformToByteArray()) as Uint8Array);
  };

  test('writes records together, in their order, when the oldest has waited for the interval', async () => {
    await create();
    await put('a\n', 'b\n');
    await fixture.advance(59 * SECOND);
    await firehose.send(
      new PutRecordCommand({ DeliveryStreamName: 'scores', Record: { Data: Buffer.from('c\n') } }),
    );
    expect(await keys()).toEqual([]);
    await fixture.advance(SECOND);
    const [key, ...others] = await keys();
    expect(others).toEqual([]);
    // The time at which the oldest record arrived.
    expect(key).toMatch(/^2026\/11\/24\/10\/scores-1-2026-11-24-10-00-00-[0-9a-f-]{36}$/);
    expect((await read(key)).toString()).toBe('a\nb\nc\n');
    await fixture.advance(HOUR);
    expect(await keys()).toHaveLength(1);
  });

  test('writes an object for each size hint at once, and the rest at the end of the interval', async () => {
    await create({ CompressionFormat: 'GZIP' });
    const half = 'x'.repeat(600_000);
    await put(half, half, 'rest');
    await fixture.settle();
    const [key] = await keys();
    expect(key).toMatch(/\.gz$/);
    expect(gunzipSync(await read(key))).toHaveLength(1_200_000);
    await fixture.advance(MINUTE);
    const contents = await Promise.all((await keys()).map(read));
    expect(contents.map((content) => gunzipSync(content).length).sort()).toEqual([1_200_000, 4]);
  });

  test.each([
    ['year=!{timestamp:yyyy}/month=!{timestamp:MM}/', /^year=2026\/month=11\/scores-1-/],
    ["!{timestamp:yyyy'-at-'HH''mm}/", /^2026-at-10'00\/scores-1-/],
    ['!{firehose:random-string}/!{timestamp:yy}/', /^.{11}\/26\/scores-1-/],
    ['all', /^all2026\/11\/24\/10\/scores-1-/],
  ])('evaluates the prefix %s', async (Prefix, pattern) => {
    await create({ Prefix, ErrorOutputPrefix: '!{firehose:error-output-type}/', FileExtension: '.jsonl' });
    await put('a');
    await fixture.advance(MINUTE);
    expect(await keys()).toEqual([expect.stringMatching(pattern)]);
    expect(await keys()).toEqual([expect.stringMatching(/\.jsonl$/)]);
  });

  test.each([
    [{ Prefix: '!{timestamp:yyyy}/' }, /ErrorOutputPrefix can't be null/],
    [{ Prefix: '!{x' }, /can only appear in !\{namespace:value\} expressions/],
    [{ Prefix: '!{firehose:error-output-type}' }, /Prefix can't contain/],
    [{ ErrorOutputPrefix: '!{timestamp:yyyy}' }, /must include at least one instance/],
    [{ Prefix: 'x'.repeat(600) }, /longer than 512/],
    [{ Prefix: '!{timestamp:EEEE}/', ErrorOutputPrefix: 'e' }, /does not implement the pattern EEEE/],
    [{ CompressionFormat: 'Snappy' as const }, /does not implement CompressionFormat Snappy/],
    [{ RoleARN: 'arn:aws:iam::000000000000:role/nobody' }, /unable to assume role/],
  ])('refuses %j', async (destination, message) => {
    await expect(create(destination)).rejects.toThrow(message);
  });

  test('keeps records that it cannot write for 24 hours, says why in its log, and writes them when it may', async () => {
    const iam = new IAMClient(fixture.config());
    const logs = new CloudWatchLogsClient(fixture.config());
    const allow = (...Statement: object[]) =>
      iam.send(
        new PutRolePolicyCommand({
          RoleName: 'delivery',
          PolicyName: 'p',
          PolicyDocument: JSON.stringify({ Statement }),
        }),
      );
    const mayLog = { Effect: 'Allow', Action: 'logs:*', Resource: '*' };
    const [logGroupName, logStreamName] = ['/firehose', 'errors'];
    await logs.send(new CreateLogGroupCommand({ logGroupName }));
    await create({
      CloudWatchLoggingOptions: { Enabled: true, LogGroupName: logGroupName, LogStreamName: logStreamName },
    });
    await allow(mayLog);
    await put('a');
    await fixture.advance(23 * HOUR);
    const { events = [] } = await logs.send(new GetLogEventsCommand({ logGroupName, logStreamName }));
    expect(JSON.parse(events[0]?.message as string)).toMatchObject({
      destination: 'arn:aws:s3:::scores',
      errorCode: 'S3.AccessDenied',
    });
    await allow(mayLog, WRITE);
    await fixture.advance(MINUTE);
    expect(await keys()).toHaveLength(1);
    await allow(mayLog);
    await put('b');
    await fixture.advance(25 * HOUR);
    await allow(mayLog, WRITE);
    await fixture.advance(HOUR);
    expect(await keys()).toHaveLength(1);
  });

  test('refuses records of more than 1,000 KiB, and calls of more than 4 MiB', async () => {
    await create();
    await expect(put('x'.repeat(1_024_001))).rejects.toThrow(/less than or equal to 1024000/);
    const large = 'x'.repeat(1_000_000);
    await expect(put(...Array(5).fill(large))).rejects.toThrow(/exceeds 4194304 bytes/);
  });

  test('is a resource of a template, which changes its destination in place', async () => {
    const context = fixture.resourceContext('Scores');
    const properties = {
      DeliveryStreamType: 'DirectPut',
      ExtendedS3DestinationConfiguration: {
        RoleARN: ROLE,
        BucketARN: 'arn:aws:s3:::scores',
        Prefix: 'old/',
        BufferingHints: { SizeInMBs: '1', IntervalInSeconds: '60' },
      },
      Tags: [{ Key: 'team', Value: 'ml' }],
    };
    const { physicalId, attributes } = await deliveryStreamResource.create(properties, context);
    expect(attributes).toEqual({
      Arn: `arn:aws:firehose:us-east-1:000000000000:deliverystream/${physicalId}`,
    });
    const { ExtendedS3DestinationConfiguration } = properties;
    const changed = {
      ...properties,
      ExtendedS3DestinationConfiguration: { ...ExtendedS3DestinationConfiguration, Prefix: 'new/' },
      DeliveryStreamEncryptionConfigurationInput: { KeyType: 'AWS_OWNED_CMK' },
      Tags: [],
    };
    await deliveryStreamResource.update(physicalId, changed, properties, context);
    const Record = { Data: Buffer.from('a') };
    const { Encrypted } = await firehose.send(
      new PutRecordCommand({ DeliveryStreamName: physicalId, Record }),
    );
    expect(Encrypted).toBe(true);
    await fixture.advance(MINUTE);
    expect(await keys()).toEqual([expect.stringMatching(/^new\/2026\/11\/24\/10\/stack-Scores-1-2-/)]);
    await deliveryStreamResource.delete(physicalId, changed, context);
    await deliveryStreamResource.delete(physicalId, changed, context);
  });
});
