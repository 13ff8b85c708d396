import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  CreateTransformJobCommand,
  type CreateTransformJobCommandInput,
  DescribeTransformJobCommand,
  ListTransformJobsCommand,
  StopTransformJobCommand,
  type TransformInput,
} from '@aws-sdk/client-sagemaker';
import { BUCKET, SageMakerFixture } from './sagemaker-fixture';

/** Answers each request with one line: how many lines it had. */
const COUNTER = `
def model_fn(model_dir): return None
def transform_fn(model, body, content_type, accept):
    return '%d' % body.count('\\n'), 'text/csv'`;

/** Answers with what the job tells its container. */
const TELLING = `
import os
def model_fn(model_dir): return None
def transform_fn(model, body, content_type, accept):
    names = ('SAGEMAKER_BATCH', 'SAGEMAKER_BATCH_STRATEGY', 'SAGEMAKER_MAX_PAYLOAD_IN_MB')
    return ' '.join(os.environ[name] for name in names), 'text/csv'`;

/** Never answers. */
const SILENT = `
import time
def model_fn(model_dir): return None
def transform_fn(model, body, content_type, accept):
    print('asked', flush=True)
    while True: time.sleep(3600)`;

const INPUT: TransformInput = {
  DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: `s3://${BUCKET}/rows/` } },
  ContentType: 'text/csv',
  SplitType: 'Line',
};

function job(more: Partial<CreateTransformJobCommandInput> = {}): CreateTransformJobCommandInput {
  return {
    TransformJobName: 'scoring',
    ModelName: 'one',
    BatchStrategy: 'MultiRecord',
    MaxPayloadInMB: 6,
    TransformInput: INPUT,
    TransformOutput: { S3OutputPath: `s3://${BUCKET}/scores/`, Accept: 'text/csv', AssembleWith: 'Line' },
    TransformResources: { InstanceType: 'ml.m5.large', InstanceCount: 1 },
    ...more,
  };
}

describe('SageMaker batch transform', () => {
  let fixture: SageMakerFixture;
  beforeEach(async () => {
    fixture = new SageMakerFixture();
    await fixture.start();
    await fixture.model('one', 100);
    await fixture.put('rows/features.csv', '1,2\n3,4\n5,6');
  }, 300_000);
  afterEach(() => fixture.cloud.stop());

  async function run(more?: Partial<CreateTransformJobCommandInput>) {
    await fixture.sagemaker.send(new CreateTransformJobCommand(job(more)));
    await fixture.settle();
    return fixture.sagemaker.send(new DescribeTransformJobCommand({ TransformJobName: 'scoring' }));
  }

  test('a container knows that it scores a batch, and how', async () => {
    await fixture.model('telling', 0, { script: TELLING });
    await run({ ModelName: 'telling', MaxPayloadInMB: 3 });
    expect(await fixture.get('scores/features.csv.out')).toBe('true MULTI_RECORD 3\n');
  });

  test('a job scores every row of every file', async () => {
    await fixture.put('rows/more/features.csv', '10,20\n');
    expect(await run()).toMatchObject({
      TransformJobArn: 'arn:aws:sagemaker:us-east-1:000000000000:transform-job/scoring',
      TransformJobStatus: 'Completed',
      ModelName: 'one',
      TransformStartTime: expect.any(Date),
      TransformEndTime: expect.any(Date),
    });
    expect(await fixture.keys('scores/')).toEqual([
      'scores/features.csv.out',
      'scores/more/features.csv.out',
    ]);
    expect(await fixture.get('scores/features.csv.out')).toBe('103\n107\n111\n');
    expect(await fixture.get('scores/more/features.csv.out')).toBe('130\n');
  });

  test.each<[string, Partial<CreateTransformJobCommandInput>, string]>([
    ['one line a request', { BatchStrategy: 'SingleRecord' as const }, '1\n1\n1\n'],
    ['as many lines as a request holds', {}, '3\n'],
    ['whole files', { TransformInput: { ...INPUT, SplitType: 'None' as const } }, '2\n'],
  ])('the model gets %s', async (_what, more, expected) => {
    await fixture.model('counter', 0, { script: COUNTER });
    await run({ ModelName: 'counter', ...more });
    expect(await fixture.get('scores/features.csv.out')).toBe(expected);
  });

  test('large files come in several requests', async () => {
    await fixture.model('counter', 0, { script: COUNTER });
    await fixture.put('rows/features.csv', `${'x'.repeat(599_999)}\n`.repeat(4));
    await run({ ModelName: 'counter', MaxPayloadInMB: 1 });
    expect(await fixture.get('scores/features.csv.out')).toBe('1\n1\n1\n1\n');
  });

  test('a model that refuses rows fails the job, and the data log says why', async () => {
    await fixture.put('rows/features.csv', 'refuse\n');
    expect(await run()).toMatchObject({
      TransformJobStatus: 'Failed',
      FailureReason: 'ClientError: See job logs for more information',
    });
    const { events } = await new CloudWatchLogsClient(fixture.config()).send(
      new FilterLogEventsCommand({
        logGroupName: '/aws/sagemaker/TransformJobs',
        filterPattern: '"rows/features.csv"',
      }),
    );
    expect(events?.map(({ message }) => message)).toEqual([
      '[sagemaker logs]: model-data/rows/features.csv: ClientError: 400',
      '[sagemaker logs]: model-data/rows/features.csv: Message: {"error": "Refused", "message": "not these rows"}',
    ]);
    expect(await fixture.keys('scores/')).toEqual([]);
  });

  test('a job that is stopped ends', async () => {
    await fixture.model('silent', 0, { script: SILENT });
    await fixture.sagemaker.send(new CreateTransformJobCommand(job({ ModelName: 'silent' })));
    const logs = new CloudWatchLogsClient(fixture.config());
    const asked = () =>
      logs
        .send(
          new FilterLogEventsCommand({
            logGroupName: '/aws/sagemaker/TransformJobs',
            filterPattern: 'asked',
          }),
        )
        .then(
          ({ events }) => events?.length,
          () => 0,
        );
    while (!(await asked()));
    await fixture.sagemaker.send(new StopTransformJobCommand({ TransformJobName: 'scoring' }));
    await fixture.settle();
    const { TransformJobSummaries } = await fixture.sagemaker.send(new ListTransformJobsCommand({}));
    expect(TransformJobSummaries).toMatchObject([
      { TransformJobName: 'scoring', TransformJobStatus: 'Stopped' },
    ]);
  });

  test.each<[string, Partial<CreateTransformJobCommandInput>, RegExp]>([
    ['an unknown model', { ModelName: 'two' }, /Could not find model ".*:model\/two"/],
    [
      'another way to split',
      { TransformInput: { ...INPUT, SplitType: 'RecordIO' } },
      /does not implement SplitType RecordIO/,
    ],
    ['joined inputs', { DataProcessing: { JoinSource: 'Input' } }, /DataProcessing of CreateTransformJob/],
  ])('%s is refused', async (_what, more, message) => {
    await expect(run(more)).rejects.toThrow(message);
  });
});
