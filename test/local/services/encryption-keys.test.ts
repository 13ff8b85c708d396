import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  DescribeLogGroupsCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import {
  CreateKeyCommand,
  DisableKeyCommand,
  EnableKeyCommand,
  KMSClient,
  PutKeyPolicyCommand,
  ScheduleKeyDeletionCommand,
} from '@aws-sdk/client-kms';
import {
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutBucketEncryptionCommand,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { CreateTopicCommand, PublishCommand, SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import {
  CreateQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SetQueueAttributesCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { servicePrincipal } from '../../../local/gateway/principal';
import { ServiceFixture } from './service-fixture';

const ROOT_STATEMENT = {
  Effect: 'Allow',
  Principal: { AWS: 'arn:aws:iam::000000000000:root' },
  Action: 'kms:*',
  Resource: '*',
};
const allow = (...Action: string[]) => ({ Effect: 'Allow', Action, Resource: '*' });

/** Keys that are given to services: who may use them, and what happens when they cannot be used. */
describe('a KMS key', () => {
  let fixture: ServiceFixture;
  let kms: KMSClient;
  let keyId: string;
  let keyArn: string;

  beforeEach(async () => {
    fixture = new ServiceFixture();
    await fixture.cloud.start();
    kms = new KMSClient(fixture.config());
    const { KeyMetadata } = await kms.send(new CreateKeyCommand({}));
    keyId = KeyMetadata?.KeyId as string;
    keyArn = KeyMetadata?.Arn as string;
  });
  afterEach(() => fixture.cloud.stop());

  const setPolicy = (...statements: object[]) =>
    kms.send(
      new PutKeyPolicyCommand({
        KeyId: keyId,
        Policy: JSON.stringify({ Statement: [ROOT_STATEMENT, ...statements] }),
      }),
    );
  const disable = () => kms.send(new DisableKeyCommand({ KeyId: keyId }));

  describe('of S3 objects', () => {
    const object = { Bucket: 'bucket', Key: 'k' };
    const s3Client = async (role: string, ...statements: object[]) =>
      new S3Client(await fixture.roleConfig(role, [allow('s3:*'), ...statements]));
    let s3: S3Client;

    beforeEach(async () => {
      s3 = new S3Client(fixture.config());
      await s3.send(new CreateBucketCommand({ Bucket: 'bucket' }));
      await s3.send(
        new PutBucketEncryptionCommand({
          Bucket: 'bucket',
          ServerSideEncryptionConfiguration: {
            Rules: [
              {
                ApplyServerSideEncryptionByDefault: { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: keyId },
                BucketKeyEnabled: true,
              },
            ],
          },
        }),
      );
    });

    test('is that of the bucket, of the request, or of AWS', async () => {
      const put = (input: object) => s3.send(new PutObjectCommand({ ...object, Body: 'x', ...input }));
      expect(await put({})).toMatchObject({
        ServerSideEncryption: 'aws:kms',
        SSEKMSKeyId: keyArn,
        BucketKeyEnabled: true,
      });
      expect(await s3.send(new HeadObjectCommand(object))).toMatchObject({ SSEKMSKeyId: keyArn });
      expect((await put({ ServerSideEncryption: 'AES256' })).SSEKMSKeyId).toBeUndefined();
      const managed = (await put({ ServerSideEncryption: 'aws:kms' })).SSEKMSKeyId as string;
      expect(managed).toMatch(/:key\//);
      expect(managed).not.toBe(keyArn);
      await expect(put({ SSEKMSKeyId: keyId })).resolves.toBeDefined();
      await expect(put({ ServerSideEncryption: 'AES256', SSEKMSKeyId: keyId })).rejects.toMatchObject({
        name: 'InvalidArgument',
      });
    });

    test('must be usable by who writes and who reads', async () => {
      const writer = await s3Client('writer', allow('kms:GenerateDataKey'));
      const reader = await s3Client('reader', allow('kms:Decrypt'));
      await writer.send(new PutObjectCommand({ ...object, Body: 'x' }));
      await expect(writer.send(new GetObjectCommand(object))).rejects.toMatchObject({
        name: 'AccessDenied',
        message: expect.stringContaining(`kms:Decrypt on resource: ${keyArn}`),
      });
      await reader.send(new GetObjectCommand(object));
      await expect(reader.send(new PutObjectCommand({ ...object, Body: 'x' }))).rejects.toThrow(
        'kms:GenerateDataKey',
      );
    });

    test('must be readable and writable by who uploads in parts', async () => {
      const input = { ...object, ServerSideEncryption: 'aws:kms', SSEKMSKeyId: keyId } as const;
      const writer = await s3Client('writer', allow('kms:GenerateDataKey'));
      await expect(writer.send(new CreateMultipartUploadCommand(input))).rejects.toThrow('kms:Decrypt');
      const uploader = await s3Client('uploader', allow('kms:GenerateDataKey', 'kms:Decrypt'));
      const { UploadId } = await uploader.send(new CreateMultipartUploadCommand(input));
      const { ETag } = await uploader.send(
        new UploadPartCommand({ ...object, UploadId, PartNumber: 1, Body: 'x' }),
      );
      const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
      expect(
        await uploader.send(new CompleteMultipartUploadCommand({ ...object, UploadId, MultipartUpload })),
      ).toMatchObject({ SSEKMSKeyId: keyArn });
    });

    test('can be restricted to S3 and to a bucket by its policy', async () => {
      const reader = await s3Client('reader');
      const statement = (context: object) => ({
        Effect: 'Allow',
        Principal: { AWS: 'arn:aws:iam::000000000000:role/reader' },
        Action: 'kms:Decrypt',
        Resource: '*',
        Condition: { StringEquals: { 'kms:ViaService': 's3.us-east-1.amazonaws.com', ...context } },
      });
      await s3.send(new PutObjectCommand({ ...object, Body: 'x' }));
      await setPolicy(statement({ 'kms:EncryptionContext:aws:s3:arn': 'arn:aws:s3:::bucket' }));
      await reader.send(new GetObjectCommand(object));
      await setPolicy(statement({ 'kms:EncryptionContext:aws:s3:arn': 'arn:aws:s3:::other' }));
      await expect(reader.send(new GetObjectCommand(object))).rejects.toMatchObject({ name: 'AccessDenied' });
    });

    test('that is disabled or pending deletion makes them unreadable', async () => {
      await s3.send(new PutObjectCommand({ ...object, Body: 'x' }));
      await disable();
      const disabled = { name: 'KMS.DisabledException', message: `${keyArn} is disabled.` };
      await expect(s3.send(new GetObjectCommand(object))).rejects.toMatchObject(disabled);
      await expect(s3.send(new PutObjectCommand({ ...object, Body: 'x' }))).rejects.toMatchObject(disabled);
      const copy = new CopyObjectCommand({
        ...object,
        CopySource: 'bucket/k',
        ServerSideEncryption: 'AES256',
      });
      await expect(s3.send(copy)).rejects.toMatchObject(disabled);
      await kms.send(new EnableKeyCommand({ KeyId: keyId }));
      await s3.send(new GetObjectCommand(object));
      await kms.send(new ScheduleKeyDeletionCommand({ KeyId: keyId }));
      await expect(s3.send(new GetObjectCommand(object))).rejects.toMatchObject({
        name: 'KMS.KMSInvalidStateException',
        message: `${keyArn} is pending deletion.`,
      });
    });
  });

  test('of a queue is needed by its producers and consumers', async () => {
    const { QueueUrl } = await new SQSClient(fixture.config()).send(
      new CreateQueueCommand({ QueueName: 'q', Attributes: { KmsMasterKeyId: keyId } }),
    );
    const client = async (role: string, ...statements: object[]) =>
      new SQSClient(await fixture.roleConfig(role, [allow('sqs:*'), ...statements]));
    const [producer, consumer] = [
      await client('producer', allow('kms:GenerateDataKey', 'kms:Decrypt')),
      await client('consumer', allow('kms:Decrypt')),
    ];
    const send = new SendMessageCommand({ QueueUrl, MessageBody: 'x' });
    await expect(consumer.send(send)).rejects.toThrow('kms:GenerateDataKey');
    await producer.send(send);
    const receive = new ReceiveMessageCommand({ QueueUrl });
    await expect((await client('none')).send(receive)).rejects.toThrow('kms:Decrypt');
    expect((await consumer.send(receive)).Messages).toMatchObject([{ Body: 'x' }]);
    await disable();
    await expect(producer.send(send)).rejects.toMatchObject({ name: 'KmsDisabled' });
  });

  test('of a topic must let services publish, and the key of its queue SNS', async () => {
    const { cloud } = fixture;
    const sqs = new SQSClient(fixture.config());
    const queue = await fixture.queueFor('q', 'sns.amazonaws.com');
    const Attributes = { KmsMasterKeyId: keyId };
    await sqs.send(new SetQueueAttributesCommand({ QueueUrl: queue.url, Attributes }));
    const sns = new SNSClient(fixture.config());
    const { TopicArn } = await sns.send(new CreateTopicCommand({ Name: 'alerts', Attributes }));
    await sns.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint: queue.arn }));
    const alarm = servicePrincipal('cloudwatch.amazonaws.com', cloud.account);
    const publish = (Message: string) => cloud.call('sns', 'Publish', { TopicArn, Message }, alarm);
    const services = (...Service: string[]) => ({
      Effect: 'Allow',
      Principal: { Service },
      Action: ['kms:GenerateDataKey*', 'kms:Decrypt'],
      Resource: '*',
    });
    await expect(publish('refused')).rejects.toThrow(`kms:GenerateDataKey on resource: ${keyArn}`);
    await setPolicy(services('cloudwatch.amazonaws.com'));
    await publish('lost on the way to the queue');
    await fixture.settle();
    await setPolicy(services('cloudwatch.amazonaws.com', 'sns.amazonaws.com'));
    await publish('arrives');
    await fixture.settle();
    const messages = await fixture.receiveJson(queue.url);
    expect(messages.map(({ Message }) => Message)).toEqual(['arrives']);
    await disable();
    await expect(sns.send(new PublishCommand({ TopicArn, Message: 'x' }))).rejects.toMatchObject({
      name: 'KMSDisabledException',
    });
  });

  test('that does not exist is refused by topics and queues', async () => {
    const Attributes = { KmsMasterKeyId: 'alias/none' };
    const message = 'Alias arn:aws:kms:us-east-1:000000000000:alias/none is not found.';
    await expect(
      new SNSClient(fixture.config()).send(new CreateTopicCommand({ Name: 't', Attributes })),
    ).rejects.toMatchObject({ name: 'KMSNotFoundException', message });
    await expect(
      new SQSClient(fixture.config()).send(new CreateQueueCommand({ QueueName: 'q', Attributes })),
    ).rejects.toMatchObject({ name: 'KmsNotFound', message });
  });

  test('of a log group must let CloudWatch Logs use it for the group', async () => {
    const logs = new CloudWatchLogsClient(fixture.config());
    const create = new CreateLogGroupCommand({ logGroupName: '/a', kmsKeyId: keyArn });
    await expect(logs.send(create)).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: expect.stringContaining(
        "does not exist or is not allowed to be used with Arn 'arn:aws:logs:us-east-1:000000000000:log-group:/a'",
      ),
    });
    await setPolicy({
      Effect: 'Allow',
      Principal: { Service: 'logs.us-east-1.amazonaws.com' },
      Action: ['kms:Encrypt*', 'kms:Decrypt*', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:Describe*'],
      Resource: '*',
      Condition: {
        ArnEquals: {
          'kms:EncryptionContext:aws:logs:arn': 'arn:aws:logs:us-east-1:000000000000:log-group:/a',
        },
      },
    });
    await logs.send(create);
    expect((await logs.send(new DescribeLogGroupsCommand({}))).logGroups).toMatchObject([
      { kmsKeyId: keyArn },
    ]);
  });
});
