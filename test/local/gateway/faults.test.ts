import { ListBucketsCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateModelPackageGroupCommand, SageMakerClient } from '@aws-sdk/client-sagemaker';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import {
  DeleteParameterCommand,
  GetParameterCommand,
  PutParameterCommand,
  SSMClient,
} from '@aws-sdk/client-ssm';
import { parseFaults } from '../../../local/gateway/fault-text';
import type { FaultKind } from '../../../local/gateway/faults';
import { LocalCloud } from '../../../local/local-cloud';

describe('faults', () => {
  const cloud = new LocalCloud({ clock: { rate: 0 } });
  const config = () => ({ ...cloud.clientConfig, maxAttempts: 1 });
  const ssm = () => new SSMClient(config());
  const put = (value: string) =>
    ssm().send(new PutParameterCommand({ Name: '/a', Value: value, Type: 'String', Overwrite: true }));
  const read = async () => (await ssm().send(new GetParameterCommand({ Name: '/a' }))).Parameter?.Value;
  const always = (kind: FaultKind, ...services: string[]) =>
    cloud.injectFaults({ rate: 1, kinds: [kind], services });

  beforeAll(() => cloud.start());
  afterEach(() => cloud.injectFaults(undefined));
  afterAll(() => cloud.stop());

  test("throttle with each service's own code", async () => {
    always('throttling', 's3', 'sns', 'ssm', 'sagemaker');
    const errors = await Promise.allSettled([
      new S3Client(config()).send(new ListBucketsCommand({})),
      new SNSClient(config()).send(new PublishCommand({ TopicArn: 'arn:x', Message: 'x' })),
      put('1'),
      new SageMakerClient(config()).send(new CreateModelPackageGroupCommand({ ModelPackageGroupName: 'x' })),
    ]);
    expect(errors.map((error) => error.status === 'rejected' && error.reason.name)).toEqual([
      'SlowDown',
      'ThrottledException',
      // Of PutParameter, which takes one update of a parameter at a time.
      'TooManyUpdates',
      'ThrottlingException',
    ]);
  });

  test('end the connection before anything is done, or after', async () => {
    await put('before');
    always('timeout', 'ssm');
    await expect(put('not done')).rejects.toThrow('socket hang up');
    cloud.injectFaults(undefined);
    expect(await read()).toBe('before');
    always('lost-answer', 'ssm');
    await expect(put('done')).rejects.toThrow('socket hang up');
    cloud.injectFaults(undefined);
    expect(await read()).toBe('done');
  });

  test('are what SDK clients try again after', async () => {
    await put('here');
    cloud.injectFaults({ rate: 0.4, seed: 3 });
    const client = new SSMClient({ ...config(), maxAttempts: 10, retryStrategy: undefined });
    const answers = [];
    for (let call = 0; call < 8; call++)
      answers.push(await client.send(new GetParameterCommand({ Name: '/a' })));
    expect(answers.every(({ Parameter }) => Parameter?.Value === 'here')).toBe(true);
    expect(Math.max(...answers.map(({ $metadata }) => $metadata.attempts ?? 0))).toBeGreaterThan(1);
  });

  test('fall on the same calls of an operation with the same seed, whatever else is called', async () => {
    const fates = async (alsoDelete: boolean) => {
      cloud.injectFaults({ rate: 0.5, seed: 11, services: ['ssm'] });
      const seen: string[] = [];
      for (let call = 0; call < 20; call++) {
        seen.push(await read().then(String, ({ name }: Error) => name));
        if (alsoDelete) {
          await ssm()
            .send(new DeleteParameterCommand({ Name: '/other' }))
            .catch(() => {});
        }
      }
      return seen;
    };
    const first = await fates(false);
    expect(new Set(first).size).toBeGreaterThan(2);
    expect(await fates(true)).toEqual(first);
  });

  test('fall on the operations that are named alone', async () => {
    cloud.injectFaults({ rate: 1, kinds: ['internal'], operations: ['DeleteParameter'] });
    await expect(read()).resolves.toBeDefined();
    await expect(ssm().send(new DeleteParameterCommand({ Name: '/a' }))).rejects.toMatchObject({
      name: 'InternalServerError',
    });
  });

  test('spare what services do among themselves', async () => {
    cloud.injectFaults({ rate: 1 });
    await expect(
      cloud.call('ssm', 'GetParameter', { Name: '/a' }, cloud.administrator),
    ).resolves.toBeDefined();
  });

  test('are written as text', () => {
    expect(parseFaults('rate=0.05')).toEqual({ rate: 0.05 });
    expect(
      parseFaults('seed=7,rate=.1,kinds=throttling+lost-answer,services=sagemaker+s3,operations=GetObject'),
    ).toEqual({
      seed: 7,
      rate: 0.1,
      kinds: ['throttling', 'lost-answer'],
      services: ['sagemaker', 's3'],
      operations: ['GetObject'],
    });
  });

  test.each([
    ['seed=7', /need a rate, as in seed=7,rate=0.05/],
    ['rate=0.1,often=yes', /cannot read 'often=yes'/],
    ['rate=0.1,rate=0.2', /cannot read 'rate=0.2'/],
    ['rate=0.1,seed=x', /seed of faults must be a whole number, got x/],
    ['rate=2', /rate of faults must be from 0 to 1, got 2/],
    ['rate=often', /rate of faults must be from 0 to 1, got NaN/],
    [
      'rate=1,kinds=hacked',
      /no kind of fault 'hacked'; there are throttling, internal, timeout, lost-answer/,
    ],
    ['rate=1,services=sagemaker+s4', /cannot fall on the service 's4'; there are sts, iam/],
  ])('given as %s are refused', (text, message) => {
    expect(() => cloud.injectFaults(parseFaults(text))).toThrow(message);
  });
});
