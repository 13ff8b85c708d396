import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import {
  CreateTrainingJobCommand,
  type CreateTrainingJobCommandInput,
  DescribeTrainingJobCommand,
  ListTagsCommand,
  ListTrainingJobsCommand,
  SageMakerClient,
  StopTrainingJobCommand,
} from '@aws-sdk/client-sagemaker';
import { interruptLocal } from '../../../bin/cli/local-process';
import { ensurePythonEnvironment } from '../../../local/containers/python-environment';
import { LocalCloud } from '../../../local/local-cloud';
import { archive, BUCKET, IMAGE, ROLE, SageMakerFixture, unpacked } from './sagemaker-fixture';
import { START } from './service-fixture';

const ARN = 'arn:aws:sagemaker:us-east-1:000000000000:training-job/my-job';

/** Writes what it was given as the model. */
const TRAIN = `
import argparse, glob, os
parser = argparse.ArgumentParser()
parser.add_argument('--rate')
arguments = parser.parse_args()
files = sorted(glob.glob(os.environ['SM_CHANNEL_TRAIN'] + '/**/*.csv', recursive=True))
with open(os.path.join(os.environ['SM_MODEL_DIR'], 'model.txt'), 'w') as out:
    out.write('%s %s ' % (arguments.rate, os.environ['FLAVOUR']))
    out.write(' '.join(open(file).read().strip() for file in files))
open(os.path.join(os.environ['SM_OUTPUT_DATA_DIR'], 'notes.txt'), 'w').write('noted')
print('validation:auc=0.75;')
print('validation:auc=0.8125;')
`;

/** Trains until it is stopped, then saves what it has. */
const ENDLESS = `
import os, signal, sys, time
def save(*_):
    open(os.path.join(os.environ['SM_MODEL_DIR'], 'model.txt'), 'w').write('half done')
    sys.exit(0)
signal.signal(signal.SIGTERM, save)
print('training', flush=True)
while True: time.sleep(3600)
`;

/** Goes on from the checkpoint that it finds; the first time, it leaves one and works on. */
const RESUMING = `
import argparse, os, time
parser = argparse.ArgumentParser()
parser.add_argument('--rate')
parser.add_argument('--checkpoints')
arguments = parser.parse_args()
assert arguments.checkpoints == os.environ['CHECKPOINTS']
checkpoint = os.path.join(arguments.checkpoints, 'epochs', 'latest.txt')
if not os.path.exists(checkpoint):
    os.makedirs(os.path.dirname(checkpoint))
    open(checkpoint, 'w').write('epoch 7')
    print('left a checkpoint', flush=True)
    while True: time.sleep(3600)
open(os.path.join(os.environ['SM_MODEL_DIR'], 'model.txt'), 'w').write('from ' + open(checkpoint).read())
`;

const SPOT: Partial<CreateTrainingJobCommandInput> = {
  EnableManagedSpotTraining: true,
  StoppingCondition: { MaxRuntimeInSeconds: 3600, MaxWaitTimeInSeconds: 3600 },
};

/** Tells what it reaches. */
const ISOLATED = `
import os, socket, urllib.request
def attempt(what):
    try: what()
    except Exception as error: return type(error).__name__
    return 'done'
with socket.socket() as server:
    server.bind(('127.0.0.1', 0))
    server.listen()
    own = attempt(lambda: socket.create_connection(server.getsockname()))
away = attempt(lambda: socket.create_connection(('192.0.2.1', 80), timeout=5))
name = attempt(lambda: urllib.request.urlopen('http://example.com'))
open(os.path.join(os.environ['SM_MODEL_DIR'], 'model.txt'), 'w').write(
    '%s %s %s %s' % (own, away, name, 'AWS_ACCESS_KEY_ID' in os.environ))
`;

function job(more: Partial<CreateTrainingJobCommandInput> = {}): CreateTrainingJobCommandInput {
  return {
    TrainingJobName: 'My-Job',
    RoleArn: ROLE,
    AlgorithmSpecification: {
      TrainingImage: IMAGE,
      TrainingInputMode: 'File',
      MetricDefinitions: [{ Name: 'auc', Regex: 'validation:auc=([0-9.]+);' }],
    },
    HyperParameters: {
      sagemaker_program: '"train.py"',
      sagemaker_submit_directory: `"s3://${BUCKET}/code/sourcedir.tar.gz"`,
      rate: '0.05',
    },
    Environment: { FLAVOUR: 'sweet' },
    InputDataConfig: [
      {
        ChannelName: 'train',
        ContentType: 'text/csv',
        DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: `s3://${BUCKET}/data/train/` } },
      },
    ],
    OutputDataConfig: { S3OutputPath: `s3://${BUCKET}/out/` },
    ResourceConfig: { InstanceType: 'ml.m5.large', InstanceCount: 1, VolumeSizeInGB: 30 },
    StoppingCondition: { MaxRuntimeInSeconds: 3600 },
    ...more,
  };
}

describe('SageMaker training jobs', () => {
  let fixture: SageMakerFixture;
  beforeEach(async () => {
    fixture = new SageMakerFixture();
    await fixture.start();
    await fixture.put('data/train/a.csv', 'one\n');
    await fixture.put('data/train/sub/b.csv', 'two\n');
    await fixture.put('data/trainers.csv', 'not in the channel');
    await script(TRAIN);
  }, 300_000);
  afterEach(() => fixture.cloud.stop());

  const script = (text: string) => fixture.put('code/sourcedir.tar.gz', archive({ 'train.py': text }));
  const create = (more?: Partial<CreateTrainingJobCommandInput>) =>
    fixture.sagemaker.send(new CreateTrainingJobCommand(job(more)));
  const describeJob = (TrainingJobName = 'My-Job') =>
    fixture.sagemaker.send(new DescribeTrainingJobCommand({ TrainingJobName }));

  async function logged(pattern: string) {
    const { events } = await new CloudWatchLogsClient(fixture.config()).send(
      new FilterLogEventsCommand({ logGroupName: '/aws/sagemaker/TrainingJobs', filterPattern: pattern }),
    );
    return events ?? [];
  }

  /** Resolves when the script has printed a line; a line that never comes is the test's timeout. */
  async function printed(pattern: string): Promise<void> {
    while ((await logged(pattern).catch(() => [])).length === 0);
  }

  test("the log of a job says how the libraries differ from the image's", async () => {
    const { difference } = await ensurePythonEnvironment();
    await create();
    await fixture.settle();
    const told = (await logged('"the stand-in for AWS"')).map(({ message }) => message);
    expect(told).toEqual(difference === undefined ? [] : [`local cloud: ${difference}`]);
  });

  test('a job trains and leaves model, output, metrics and log', async () => {
    expect(await create({ Tags: [{ Key: 'team', Value: 'ml' }] })).toMatchObject({ TrainingJobArn: ARN });
    expect(await describeJob()).toMatchObject({ TrainingJobStatus: 'InProgress' });
    await fixture.settle();
    const done = await describeJob();
    expect(done).toMatchObject({
      TrainingJobName: 'My-Job',
      TrainingJobStatus: 'Completed',
      SecondaryStatus: 'Completed',
      ModelArtifacts: { S3ModelArtifacts: `s3://${BUCKET}/out/My-Job/output/model.tar.gz` },
      FinalMetricDataList: [{ MetricName: 'auc', Value: 0.8125, Timestamp: START }],
      TrainingTimeInSeconds: 0,
      BillableTimeInSeconds: 0,
      TrainingStartTime: START,
      TrainingEndTime: START,
      HyperParameters: { rate: '0.05' },
    });
    expect(done.SecondaryStatusTransitions?.map(({ Status }) => Status)).toEqual([
      'Starting',
      'Downloading',
      'Training',
      'Uploading',
      'Completed',
    ]);
    expect(unpacked(await fixture.getBytes('out/My-Job/output/model.tar.gz'))).toEqual({
      'model.txt': '0.05 sweet one two',
    });
    expect(unpacked(await fixture.getBytes('out/My-Job/output/output.tar.gz'))).toEqual({
      'notes.txt': 'noted',
    });
    expect(await logged('auc')).toMatchObject([
      { message: 'validation:auc=0.75;', logStreamName: `My-Job/algo-1-${START.getTime() / 1000}` },
      { message: 'validation:auc=0.8125;' },
    ]);
    const { Tags } = await fixture.sagemaker.send(new ListTagsCommand({ ResourceArn: ARN }));
    expect(Tags).toEqual([{ Key: 'team', Value: 'ml' }]);
  });

  test('a script that fails fails the job with its reason', async () => {
    await script('raise ValueError("no rows in the data")');
    await create();
    await fixture.settle();
    const failed = await describeJob();
    expect(failed).toMatchObject({ TrainingJobStatus: 'Failed', SecondaryStatus: 'Failed' });
    expect(failed.FailureReason).toMatch(
      /^AlgorithmError: ExecuteUserScriptError:\nExitCode 1\nErrorMessage [\s\S]*ValueError: no rows in the data[\s\S]*, exit code: 1$/,
    );
    expect(failed.ModelArtifacts).toBeUndefined();
  });

  test('a job that is stopped keeps what it has saved', async () => {
    await script(ENDLESS);
    await create();
    await printed('"training"');
    await fixture.sagemaker.send(new StopTrainingJobCommand({ TrainingJobName: 'My-Job' }));
    await fixture.settle();
    const stopped = await describeJob();
    expect(stopped).toMatchObject({ TrainingJobStatus: 'Stopped', SecondaryStatus: 'Stopped' });
    expect(stopped.SecondaryStatusTransitions?.map(({ Status }) => Status).slice(-2)).toEqual([
      'Stopping',
      'Stopped',
    ]);
    expect(unpacked(await fixture.getBytes('out/My-Job/output/model.tar.gz'))).toEqual({
      'model.txt': 'half done',
    });
    await expect(
      fixture.sagemaker.send(new StopTrainingJobCommand({ TrainingJobName: 'My-Job' })),
    ).rejects.toThrow('The request was rejected because the training job is in status Stopped.');
  });

  test('a spot training whose machine is taken away goes on from its checkpoints on another one', async () => {
    await script(RESUMING);
    await create({
      ...SPOT,
      CheckpointConfig: { S3Uri: `s3://${BUCKET}/checkpoints/my-job` },
      Environment: { CHECKPOINTS: '/opt/ml/checkpoints' },
      HyperParameters: { ...job().HyperParameters, checkpoints: '"/opt/ml/checkpoints"' },
    });
    await printed('"left a checkpoint"');
    await interruptLocal(fixture.cloud.address, 'My-Job');
    await fixture.settle();
    const done = await describeJob();
    expect(done).toMatchObject({
      TrainingJobStatus: 'Completed',
      EnableManagedSpotTraining: true,
      CheckpointConfig: { S3Uri: `s3://${BUCKET}/checkpoints/my-job` },
    });
    expect(done.SecondaryStatusTransitions?.map(({ Status }) => Status)).toEqual([
      'Starting',
      'Downloading',
      'Training',
      'Interrupted',
      'Downloading',
      'Training',
      'Uploading',
      'Completed',
    ]);
    expect(await fixture.get('checkpoints/my-job/epochs/latest.txt')).toBe('epoch 7');
    expect(unpacked(await fixture.getBytes('out/My-Job/output/model.tar.gz'))).toEqual({
      'model.txt': 'from epoch 7',
    });
  });

  test('only what trains on a spot instance can lose it', async () => {
    await script(ENDLESS);
    await create();
    await printed('"training"');
    await expect(interruptLocal(fixture.cloud.address, 'My-Job')).rejects.toThrow(
      "the training job 'My-Job' does not train on a spot instance now",
    );
    await fixture.sagemaker.send(new StopTrainingJobCommand({ TrainingJobName: 'My-Job' }));
    await fixture.settle();
  });

  test('a job without a network reaches itself and nobody else, and gets its code by a channel', async () => {
    await script(ISOLATED);
    const channel = (ChannelName: string, key: string) => ({
      ChannelName,
      DataSource: { S3DataSource: { S3DataType: 'S3Prefix' as const, S3Uri: `s3://${BUCKET}/${key}` } },
    });
    const isolated = (source: string) => ({
      EnableNetworkIsolation: true,
      HyperParameters: { sagemaker_program: '"train.py"', sagemaker_submit_directory: `"${source}"` },
      InputDataConfig: [channel('train', 'data/train/'), channel('code', 'code/sourcedir.tar.gz')],
    });
    await create(isolated('/opt/ml/input/data/code/sourcedir.tar.gz'));
    await create({ TrainingJobName: 'no-code', ...isolated(`s3://${BUCKET}/code/sourcedir.tar.gz`) });
    await fixture.settle();
    expect(await describeJob()).toMatchObject({
      TrainingJobStatus: 'Completed',
      EnableNetworkIsolation: true,
    });
    expect(unpacked(await fixture.getBytes('out/My-Job/output/model.tar.gz'))).toEqual({
      'model.txt': 'done OSError URLError False',
    });
    expect(await describeJob('no-code')).toMatchObject({
      TrainingJobStatus: 'Failed',
      FailureReason: expect.stringMatching(/^AlgorithmError: .* the job has no network/),
    });
  });

  test('events tell of every change', async () => {
    const queue = await fixture.queueFor('changes', 'events.amazonaws.com');
    const events = new EventBridgeClient(fixture.config());
    const pattern = { source: ['aws.sagemaker'], 'detail-type': ['SageMaker Training Job State Change'] };
    await events.send(new PutRuleCommand({ Name: 'changes', EventPattern: JSON.stringify(pattern) }));
    await events.send(new PutTargetsCommand({ Rule: 'changes', Targets: [{ Id: 'queue', Arn: queue.arn }] }));
    await create();
    await fixture.settle();
    const received = (await fixture.receiveJson(queue.url)) as { resources: string[]; detail: object }[];
    expect(received.at(-1)).toMatchObject({
      resources: [ARN],
      detail: {
        TrainingJobName: 'My-Job',
        TrainingJobArn: ARN,
        TrainingJobStatus: 'Completed',
        CreationTime: START.getTime(),
      },
    });
  });

  test('names are unique whatever their case', async () => {
    await create();
    await expect(create({ TrainingJobName: 'MY-JOB' })).rejects.toMatchObject({
      name: 'ResourceInUse',
      message: expect.stringContaining(ARN),
    });
    await fixture.settle();
    await expect(describeJob('other')).rejects.toMatchObject({
      name: 'ValidationException',
      message: 'Requested resource not found.',
    });
  });

  test('jobs are listed by status and name', async () => {
    await create();
    await fixture.settle();
    await fixture.advance(1000);
    await script('raise SystemExit(1)');
    await create({ TrainingJobName: 'bad-job' });
    await fixture.settle();
    const list = async (query: object) => {
      const { TrainingJobSummaries } = await fixture.sagemaker.send(new ListTrainingJobsCommand(query));
      return TrainingJobSummaries?.map(({ TrainingJobName }) => TrainingJobName);
    };
    expect(await list({})).toEqual(['My-Job', 'bad-job']);
    expect(await list({ SortOrder: 'Descending' })).toEqual(['bad-job', 'My-Job']);
    expect(await list({ StatusEquals: 'Failed' })).toEqual(['bad-job']);
    expect(await list({ NameContains: 'my' })).toEqual(['My-Job']);
  });

  test.each<[string, Partial<CreateTrainingJobCommandInput>, RegExp]>([
    [
      'an empty channel',
      {
        InputDataConfig: [
          {
            ChannelName: 'train',
            DataSource: { S3DataSource: { S3DataType: 'S3Prefix', S3Uri: `s3://${BUCKET}/nothing/` } },
          },
        ],
      },
      /No S3 objects found under S3 URL "s3:\/\/model-data\/nothing\/"/,
    ],
    [
      'a role that is not there',
      { RoleArn: 'arn:aws:iam::000000000000:role/nobody' },
      /Could not assume role/,
    ],
    ['a bad name', { TrainingJobName: 'my_job' }, /Value 'my_job' at 'trainingJobName'/],
    [
      'an image that cannot run here',
      {
        AlgorithmSpecification: {
          TrainingImage: '763104351884.dkr.ecr.us-east-1.amazonaws.com/pytorch-training:2.0',
          TrainingInputMode: 'File',
        },
      },
      /does not implement the container image 763104351884/,
    ],
    [
      'an image that serves only',
      {
        AlgorithmSpecification: {
          TrainingImage: '763104351884.dkr.ecr.us-east-1.amazonaws.com/pytorch-inference:2.6.0-cpu-py312',
          TrainingInputMode: 'File',
        },
      },
      /does not implement training with the container image .*: PyTorch inference images are not for training/,
    ],
    [
      'several instances',
      { ResourceConfig: { InstanceType: 'ml.m5.large', InstanceCount: 2, VolumeSizeInGB: 30 } },
      /does not implement training on several instances/,
    ],
    [
      'a spot training that may wait for less than it may run',
      { ...SPOT, StoppingCondition: { MaxRuntimeInSeconds: 3600, MaxWaitTimeInSeconds: 60 } },
      /Invalid MaxWaitTimeInSeconds. It must be present and be greater than or equal to MaxRuntimeInSeconds/,
    ],
    [
      'a wait for a machine that is there',
      { StoppingCondition: { MaxRuntimeInSeconds: 3600, MaxWaitTimeInSeconds: 7200 } },
      /MaxWaitTimeInSeconds is only valid with EnableManagedSpotTraining/,
    ],
    [
      'a folder of checkpoints outside of the contract',
      { CheckpointConfig: { S3Uri: `s3://${BUCKET}/checkpoints/`, LocalPath: '/opt/ml/../../etc' } },
      /does not implement checkpoints in \/opt\/ml\/..\/..\/etc/,
    ],
  ])('%s is refused', async (_what, more, message) => {
    await expect(create(more)).rejects.toThrow(message);
  });

  test('the role of the job must be able to write the model', async () => {
    await fixture.executionRole('reader', [
      { Effect: 'Allow', Action: ['s3:GetObject', 's3:ListBucket', 'logs:*'], Resource: '*' },
    ]);
    await create({ RoleArn: 'arn:aws:iam::000000000000:role/reader' });
    await fixture.settle();
    expect(await describeJob()).toMatchObject({
      TrainingJobStatus: 'Failed',
      FailureReason: expect.stringMatching(/^ClientError: Artifact upload failed: .*s3:PutObject/),
    });
  });

  test.each([
    ['sagemaker:CreateTrainingJob', []],
    ['sagemaker:AddTags', ['sagemaker:CreateTrainingJob', 'iam:PassRole']],
    ['iam:PassRole', ['sagemaker:CreateTrainingJob', 'sagemaker:AddTags']],
  ])('whoever may not %s cannot create a job', async (missing, allowed) => {
    const statement = { Effect: 'Allow', Action: [...allowed, 'sts:GetCallerIdentity'], Resource: '*' };
    const client = new SageMakerClient(await fixture.roleConfig('caller', [statement]));
    await expect(
      client.send(new CreateTrainingJobCommand(job({ Tags: [{ Key: 'team', Value: 'ml' }] }))),
    ).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining(`not authorized to perform: ${missing} on resource`),
    });
  });
});

test.each<[string, Partial<CreateTrainingJobCommandInput>]>([
  ['MaxRuntimeExceeded', {}],
  // It began to wait before it began to run.
  ['MaxWaitTimeExceeded', SPOT],
])(
  'a job ends at its limit, on the clock of the cloud: %s',
  async (SecondaryStatus, more) => {
    // GIVEN a clock on which an hour takes a second
    const fixture = new (class extends SageMakerFixture {
      override readonly cloud = new LocalCloud({ clock: { rate: 3600, start: START } });
    })();
    await fixture.start();
    try {
      await fixture.put('data/train/a.csv', 'one\n');
      await fixture.put('code/sourcedir.tar.gz', archive({ 'train.py': ENDLESS }));
      // WHEN a job would train for ever
      await fixture.sagemaker.send(new CreateTrainingJobCommand(job(more)));
      await fixture.settle();
      // THEN it is stopped after its hour
      const stopped = await fixture.sagemaker.send(
        new DescribeTrainingJobCommand({ TrainingJobName: 'My-Job' }),
      );
      expect(stopped).toMatchObject({ TrainingJobStatus: 'Stopped', SecondaryStatus });
      const { CreationTime: created, TrainingEndTime: ended } = stopped;
      expect((ended as Date).getTime() - (created as Date).getTime()).toBeGreaterThanOrEqual(3_600_000);
    } finally {
      await fixture.cloud.stop();
    }
  },
  600_000,
);
