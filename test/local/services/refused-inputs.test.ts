import type { AwsError } from '../../../local/gateway/aws-error';
import { ServiceFixture } from './service-fixture';

/** What AWS refuses though its models do not say so. */
describe('inputs beyond the models', () => {
  const fixture = new ServiceFixture();
  const { cloud } = fixture;
  const call = (service: string, operation: string, input: object) =>
    cloud.call<Record<string, unknown>>(service, operation, input, cloud.administrator);
  const refusal = (service: string, operation: string, input: object) =>
    call(service, operation, input).then(
      () => undefined,
      ({ code, message }: AwsError) => `${code}: ${message}`,
    );
  const object = { Bucket: 'bucket', Key: 'k', Body: Buffer.from('x') };
  const parameter = { Value: '1', Type: 'String' };

  beforeAll(async () => {
    await cloud.start();
    await call('s3', 'CreateBucket', { Bucket: 'bucket' });
    await call('sqs', 'CreateQueue', { QueueName: 'q' });
    const trust = {
      Statement: [{ Effect: 'Allow', Principal: { AWS: '000000000000' }, Action: 'sts:AssumeRole' }],
    };
    await call('iam', 'CreateRole', { RoleName: 'short', AssumeRolePolicyDocument: JSON.stringify(trust) });
  });
  afterAll(() => cloud.stop());

  // Texts that LocalStack recorded on AWS, in tests/aws/services/<service>/*.snapshot.json.
  test.each([
    [
      's3',
      'GetObject',
      { Bucket: 'bucket', Key: 'k', ExpectedBucketOwner: 'abcd' },
      'InvalidBucketOwnerAWSAccountID: The value of the expected bucket owner parameter must be an AWS Account ID... [abcd]',
    ],
    [
      's3',
      'UploadPart',
      { ...object, UploadId: 'u', PartNumber: -1 },
      'InvalidArgument: Part number must be an integer between 1 and 10000, inclusive',
    ],
    [
      's3',
      'ListObjectsV2',
      { Bucket: 'bucket', ContinuationToken: 'nope' },
      'InvalidArgument: The continuation token provided is incorrect',
    ],
    [
      's3',
      'PutObject',
      { ...object, ServerSideEncryption: 'aws:kms', SSEKMSKeyId: 'fake-key-id' },
      "KMS.NotFoundException: Invalid keyId 'fake-key-id'",
    ],
    [
      's3',
      'PutObject',
      { ...object, StorageClass: 'NOPE' },
      'InvalidStorageClass: The storage class you specified is not valid',
    ],
    [
      's3',
      'CreateBucket',
      { Bucket: 'other', CreateBucketConfiguration: { LocationConstraint: 'us-west-2' } },
      'IllegalLocationConstraintException: The us-west-2 location constraint is incompatible for the region specific endpoint this request was sent to.',
    ],
    [
      'sqs',
      'ReceiveMessage',
      { QueueUrl: 'q', MaxNumberOfMessages: 11 },
      'InvalidParameterValue: Value 11 for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.',
    ],
    [
      'sqs',
      'ReceiveMessage',
      { QueueUrl: 'q', WaitTimeSeconds: 21 },
      'InvalidParameterValue: Value 21 for parameter WaitTimeSeconds is invalid. Reason: Must be >= 0 and <= 20, if provided.',
    ],
    [
      'sqs',
      'CreateQueue',
      { QueueName: 'r', Attributes: { Nope: '1' } },
      'InvalidAttributeName: Unknown Attribute Nope.',
    ],
  ])('%s:%s is refused as AWS does (%#)', async (service, operation, input, text) => {
    expect(await refusal(service, operation, input)).toBe(text);
  });

  // Rules of the API references.
  test.each([
    ['s3', 'GetObject', { Bucket: 'bucket', Key: 'k', ExpectedBucketOwner: '111111111111' }, 'AccessDenied'],
    ['s3', 'PutObject', { ...object, Metadata: { a: 'x'.repeat(3_000) } }, 'MetadataTooLarge'],
    ['ssm', 'PutParameter', { ...parameter, Name: '/a b!' }, 'ValidationException'],
    ['ssm', 'PutParameter', { ...parameter, Name: '/aws/x' }, 'AccessDeniedException'],
    ['ssm', 'PutParameter', { ...parameter, Name: 'ssm-x' }, 'ValidationException'],
    ['ssm', 'PutParameter', { ...parameter, Name: 'a/b' }, 'ValidationException'],
    ['ssm', 'PutParameter', { ...parameter, Name: '/x'.repeat(16) }, 'HierarchyLevelLimitExceededException'],
    ['ssm', 'PutParameter', { ...parameter, Name: '/v', Value: '' }, 'ValidationException'],
    ['ssm', 'PutParameter', { Name: '/t', Value: '1' }, 'ValidationException'],
    [
      'ssm',
      'PutParameter',
      { ...parameter, Name: '/p', AllowedPattern: '^a$' },
      'ParameterPatternMismatchException',
    ],
    ['sqs', 'SendMessage', { QueueUrl: 'q', MessageBody: 'x', DelaySeconds: 901 }, 'InvalidParameterValue'],
    [
      'iam',
      'CreateRole',
      { RoleName: 'r', AssumeRolePolicyDocument: '{"a":1}' },
      'MalformedPolicyDocumentException',
    ],
    [
      'sts',
      'AssumeRole',
      { RoleArn: 'arn:aws:iam::000000000000:role/short', RoleSessionName: 'long', DurationSeconds: 3_601 },
      'ValidationError',
    ],
  ])('%s:%s is refused (%#)', async (service, operation, input, code) => {
    expect(await refusal(service, operation, input)).toMatch(new RegExp(`^${code}: `));
  });

  test('a page of parameters holds ten, and its token leads to the rest', async () => {
    for (let i = 0; i < 12; i++) await call('ssm', 'PutParameter', { ...parameter, Name: `/page/${i}` });
    const first = await call('ssm', 'GetParametersByPath', { Path: '/page' });
    const rest = await call('ssm', 'GetParametersByPath', { Path: '/page', NextToken: first.NextToken });
    expect(first.Parameters).toHaveLength(10);
    expect(rest.Parameters).toHaveLength(2);
  });
});
