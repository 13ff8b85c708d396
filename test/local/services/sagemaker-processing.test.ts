import { CloudWatchLogsClient, FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import {
  CreateProcessingJobCommand,
  type CreateProcessingJobCommandInput,
  DescribeProcessingJobCommand,
  ListProcessingJobsCommand,
  ListTagsCommand,
  type ProcessingInput,
  type ProcessingOutput,
  SageMakerClient,
  StopProcessingJobCommand,
} from '@aws-sdk/client-sagemaker';
import {
  CreateStateMachineCommand,
  DescribeExecutionCommand,
  SFNClient,
  StartExecutionCommand,
} from '@aws-sdk/client-sfn';
import { LocalCloud } from '../../../local/local-cloud';
import { BUCKET, IMAGE, ROLE, SageMakerFixture } from './sagemaker-fixture';
import { MINUTE, START } from './service-fixture';

const ARN = 'arn:aws:sagemaker:us-east-1:000000000000:processing-job/counting';

/** Counts the lines of its input, as its arguments, its environment and the contract say. */
const COUNT = `
import json, os, sys
_, source, target = sys.argv
ml = os.path.dirname(os.path.dirname(source))
config = json.load(open(os.path.join(ml, 'config', 'processingjobconfig.json')))
hosts = json.load(open(os.path.join(ml, 'config', 'resourceconfig.json')))['hosts']
files = sorted(os.listdir(source))
lines = sum(len(open(os.path.join(source, file)).readlines()) for file in files)
os.makedirs(os.path.join(target, 'by-host'))
with open(os.path.join(target, 'by-host', hosts[0] + '.txt'), 'w') as out:
    out.write('%s %s %d %s' % (config['ProcessingJobName'], os.environ['UNIT'], lines, ','.join(files)))
with open(os.path.join(ml, 'output', 'message'), 'w') as message:
    message.write('%d rows' % lines)
print('counted %d' % lines)
`;

/** Works until it is stopped. */
const ENDLESS = `
import time
print('working', flush=True)
while True: time.sleep(3600)
`;

const CODE: ProcessingInput = {
  InputName: 'code',
  S3Input: {
    S3Uri: `s3://${BUCKET}/code/count.py`,
    LocalPath: '/opt/ml/processing/input/code',
    S3DataType: 'S3Prefix',
    S3InputMode: 'File',
  },
};
const ROWS: ProcessingInput = {
  InputName: 'rows',
  S3Input: {
    S3Uri: `s3://${BUCKET}/rows/`,
    LocalPath: '/opt/ml/processing/rows',
    S3DataType: 'S3Prefix',
    S3InputMode: 'File',
    S3DataDistributionType: 'FullyReplicated',
    S3CompressionType: 'None',
  },
};
const COUNTS: ProcessingOutput = {
  OutputName: 'counts',
  S3Output: {
    S3Uri: `s3://${BUCKET}/counts/`,
    LocalPath: '/opt/ml/processing/counts',
    S3UploadMode: 'EndOfJob',
  },
};

function job(more: Partial<CreateProcessingJobCommandInput> = {}): CreateProcessingJobCommandInput {
  return {
    ProcessingJobName: 'counting',
    RoleArn: ROLE,
    AppSpecification: {
      ImageUri: IMAGE,
      ContainerEntrypoint: ['python3', '/opt/ml/processing/input/code/count.py'],
      ContainerArguments: ['/opt/ml/processing/rows', '/opt/ml/processing/counts'],
    },
    Environment: { UNIT: 'rows' },
    ProcessingInputs: [CODE, ROWS],
    ProcessingOutputConfig: { Outputs: [COUNTS] },
    ProcessingResources: {
      ClusterConfig: { InstanceType: 'ml.m5.large', InstanceCount: 1, VolumeSizeInGB: 30 },
    },
    StoppingCondition: { MaxRuntimeInSeconds: 3600 },
    ...more,
  };
}

describe('SageMaker processing jobs', () => {
  let fixture: SageMakerFixture;
  beforeEach(async () => {
    fixture = new SageMakerFixture();
    await fixture.start();
    await fixture.put('rows/a.csv', '1\n2\n');
    await fixture.put('rows/b.csv', '3\n');
    await script(COUNT);
  }, 300_000);
  afterEach(() => fixture.cloud.stop());

  const script = (text: string) => fixture.put('code/count.py', text);
  const create = (more?: Partial<CreateProcessingJobCommandInput>) =>
    fixture.sagemaker.send(new CreateProcessingJobCommand(job(more)));
  const describeJob = (ProcessingJobName = 'counting') =>
    fixture.sagemaker.send(new DescribeProcessingJobCommand({ ProcessingJobName }));

  async function run(more?: Partial<CreateProcessingJobCommandInput>) {
    await create(more);
    await fixture.settle();
    return describeJob();
  }

  async function logged(pattern: string) {
    const { events } = await new CloudWatchLogsClient(fixture.config()).send(
      new FilterLogEventsCommand({ logGroupName: '/aws/sagemaker/ProcessingJobs', filterPattern: pattern }),
    );
    return events ?? [];
  }

  test('a job reads its inputs and leaves outputs, a message and a log', async () => {
    expect(await create({ Tags: [{ Key: 'team', Value: 'ml' }] })).toMatchObject({ ProcessingJobArn: ARN });
    expect(await describeJob()).toMatchObject({ ProcessingJobStatus: 'InProgress' });
    await fixture.settle();
    expect(await describeJob()).toMatchObject({
      ProcessingJobName: 'counting',
      ProcessingJobStatus: 'Completed',
      ExitMessage: '3 rows',
      ProcessingStartTime: START,
      ProcessingEndTime: START,
      ProcessingInputs: [CODE, ROWS],
      ProcessingOutputConfig: { Outputs: [COUNTS] },
      Environment: { UNIT: 'rows' },
      StoppingCondition: { MaxRuntimeInSeconds: 3600 },
    });
    expect(await fixture.keys('counts/')).toEqual(['counts/by-host/algo-1.txt']);
    expect(await fixture.get('counts/by-host/algo-1.txt')).toBe('counting rows 3 a.csv,b.csv');
    expect(await logged('counted')).toMatchObject([
      { message: 'counted 3', logStreamName: `counting/algo-1-${START.getTime() / 1000}` },
    ]);
    const { Tags } = await fixture.sagemaker.send(new ListTagsCommand({ ResourceArn: ARN }));
    expect(Tags).toEqual([{ Key: 'team', Value: 'ml' }]);
  });

  test('a command that fails fails the job, and uploads nothing', async () => {
    await script(`
import os, sys
open(os.path.join(sys.argv[2], 'half.txt'), 'w').write('half')
raise ValueError('no rows here')`);
    expect(await run()).toMatchObject({
      ProcessingJobStatus: 'Failed',
      FailureReason: 'AlgorithmError: See job logs for more information',
    });
    expect(await logged('"ValueError: no rows here"')).toHaveLength(1);
    expect(await fixture.keys('counts/')).toEqual([]);
  });

  test('a script with paths of its own is told how to find its files here', async () => {
    await script(`open('/opt/ml/processing/rows/a.csv')`);
    expect(await run()).toMatchObject({ ProcessingJobStatus: 'Failed' });
    expect(await logged('"local cloud: this process has no /opt/ml of its own"')).toHaveLength(1);
  });

  test.each<[string, string, object]>([
    ['is long is cut', `'é' * 600`, { ProcessingJobStatus: 'Completed', ExitMessage: 'é'.repeat(512) }],
    [
      'is no text fails the job',
      `b'\\xff\\xfe'`,
      { ProcessingJobStatus: 'Failed', FailureReason: expect.stringMatching(/^ClientError: .*not UTF-8/) },
    ],
  ])('a message that %s', async (_what, message, expected) => {
    await script(`
import os, sys
text = ${message}
path = os.path.join(os.path.dirname(os.path.dirname(sys.argv[1])), 'output', 'message')
open(path, 'wb').write(text if isinstance(text, bytes) else text.encode())`);
    expect(await run()).toMatchObject(expected);
  });

  test('a job that is stopped ends', async () => {
    await script(ENDLESS);
    await create();
    while ((await logged('working').catch(() => [])).length === 0);
    await fixture.sagemaker.send(new StopProcessingJobCommand({ ProcessingJobName: 'counting' }));
    await fixture.settle();
    const stopped = await describeJob();
    expect(stopped).toMatchObject({ ProcessingJobStatus: 'Stopped', ProcessingEndTime: START });
    expect(stopped.FailureReason).toBeUndefined();
    await expect(
      fixture.sagemaker.send(new StopProcessingJobCommand({ ProcessingJobName: 'counting' })),
    ).rejects.toThrow('The request was rejected because the processing job is in status Stopped.');
  });

  test('events tell of every change', async () => {
    const queue = await fixture.queueFor('changes', 'events.amazonaws.com');
    const events = new EventBridgeClient(fixture.config());
    const pattern = { source: ['aws.sagemaker'], 'detail-type': ['SageMaker Processing Job State Change'] };
    await events.send(new PutRuleCommand({ Name: 'changes', EventPattern: JSON.stringify(pattern) }));
    await events.send(new PutTargetsCommand({ Rule: 'changes', Targets: [{ Id: 'queue', Arn: queue.arn }] }));
    await run();
    const received = (await fixture.receiveJson(queue.url)) as { resources: string[]; detail: object }[];
    expect(received.at(-1)).toMatchObject({
      resources: [ARN],
      detail: { ProcessingJobName: 'counting', ProcessingJobStatus: 'Completed', ExitMessage: '3 rows' },
    });
  });

  test('jobs are listed by status', async () => {
    await run();
    await fixture.advance(1000);
    await script('raise SystemExit(1)');
    await create({ ProcessingJobName: 'bad-job' });
    await fixture.settle();
    const list = async (query: object) => {
      const { ProcessingJobSummaries } = await fixture.sagemaker.send(new ListProcessingJobsCommand(query));
      return ProcessingJobSummaries?.map(({ ProcessingJobName }) => ProcessingJobName);
    };
    expect(await list({})).toEqual(['counting', 'bad-job']);
    expect(await list({ StatusEquals: 'Failed' })).toEqual(['bad-job']);
    await expect(create({ ProcessingJobName: 'COUNTING' })).rejects.toMatchObject({ name: 'ResourceInUse' });
  });

  test.each<[string, Partial<CreateProcessingJobCommandInput>, RegExp]>([
    ['a bad name', { ProcessingJobName: 'my_job' }, /Value 'my_job' at 'processingJobName'/],
    [
      'a role that is not there',
      { RoleArn: 'arn:aws:iam::000000000000:role/nobody' },
      /Could not assume role/,
    ],
    [
      'an image without an entrypoint',
      { AppSpecification: { ImageUri: IMAGE } },
      /does not implement the entrypoint of an image/,
    ],
    [
      'a path outside of the processing folder',
      {
        ProcessingInputs: [
          { ...CODE, S3Input: { ...CODE.S3Input, LocalPath: '/opt/ml/processing/../../../etc' } as never },
        ],
      },
      /LocalPath '\/opt\/ml\/processing\/..\/..\/..\/etc' .* must begin with \/opt\/ml\/processing\//,
    ],
    [
      'a manifest',
      { ProcessingInputs: [{ ...CODE, S3Input: { ...CODE.S3Input, S3DataType: 'ManifestFile' } as never }] },
      /S3DataType ManifestFile of the input code of ProcessingInputs/,
    ],
    [
      'a continuous upload',
      {
        ProcessingOutputConfig: {
          Outputs: [{ ...COUNTS, S3Output: { ...COUNTS.S3Output, S3UploadMode: 'Continuous' } as never }],
        },
      },
      /S3UploadMode Continuous of the output counts/,
    ],
    [
      'several instances',
      {
        ProcessingResources: {
          ClusterConfig: { InstanceType: 'ml.m5.large', InstanceCount: 2, VolumeSizeInGB: 30 },
        },
      },
      /does not implement processing on several instances/,
    ],
    ['network isolation', { NetworkConfig: { EnableNetworkIsolation: true } }, /NetworkConfig of Create/],
  ])('%s is refused', async (_what, more, message) => {
    await expect(create(more)).rejects.toThrow(message);
  });

  test.each([
    ['s3:GetObject', ['s3:PutObject', 's3:ListBucket'], /^ClientError: Failed to download .*s3:GetObject/],
    ['s3:PutObject', ['s3:GetObject', 's3:ListBucket'], /^ClientError: Failed to upload .*s3:PutObject/],
  ])('without %s for its role the job fails', async (_missing, allowed, reason) => {
    const role = 'arn:aws:iam::000000000000:role/limited';
    await fixture.executionRole('limited', [{ Effect: 'Allow', Action: allowed, Resource: '*' }]);
    expect(await run({ RoleArn: role })).toMatchObject({
      ProcessingJobStatus: 'Failed',
      FailureReason: expect.stringMatching(reason),
    });
  });

  test('whoever may not create processing jobs cannot', async () => {
    const client = new SageMakerClient(await fixture.roleConfig('caller', []));
    await expect(client.send(new CreateProcessingJobCommand(job()))).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining(`sagemaker:CreateProcessingJob on resource: ${ARN}`),
    });
  });

  test('a state machine waits for a job', async () => {
    // GIVEN a machine that may do what `.sync` needs
    const iam = new IAMClient(fixture.config());
    const trust = {
      Effect: 'Allow',
      Principal: { Service: 'states.amazonaws.com' },
      Action: 'sts:AssumeRole',
    };
    await iam.send(
      new CreateRoleCommand({
        RoleName: 'machine',
        AssumeRolePolicyDocument: JSON.stringify({ Statement: [trust] }),
      }),
    );
    const Action = ['sagemaker:*ProcessingJob', 'iam:PassRole', 'events:*'];
    await iam.send(
      new PutRolePolicyCommand({
        RoleName: 'machine',
        PolicyName: 'jobs',
        PolicyDocument: JSON.stringify({ Statement: [{ Effect: 'Allow', Action, Resource: '*' }] }),
      }),
    );
    const definition = {
      QueryLanguage: 'JSONata',
      StartAt: 'Count',
      States: {
        Count: {
          Type: 'Task',
          Resource: 'arn:aws:states:::sagemaker:createProcessingJob.sync',
          Arguments: job(),
          Output: '{% $states.result.ExitMessage %}',
          End: true,
        },
      },
    };
    const states = new SFNClient(fixture.config());
    const { stateMachineArn } = await states.send(
      new CreateStateMachineCommand({
        name: 'counting',
        roleArn: 'arn:aws:iam::000000000000:role/machine',
        definition: JSON.stringify(definition),
      }),
    );
    // WHEN it runs
    const { executionArn } = await states.send(new StartExecutionCommand({ stateMachineArn }));
    await fixture.advance(MINUTE);
    // THEN it goes on with what the job has answered
    expect(await states.send(new DescribeExecutionCommand({ executionArn }))).toMatchObject({
      status: 'SUCCEEDED',
      output: '"3 rows"',
    });
  });
});

test('a processing job ends at its maximum runtime, on the clock of the cloud', async () => {
  // GIVEN a clock on which an hour takes a second
  const fixture = new (class extends SageMakerFixture {
    override readonly cloud = new LocalCloud({ clock: { rate: 3600, start: START } });
  })();
  await fixture.start();
  try {
    await fixture.put('rows/a.csv', '1\n');
    await fixture.put('code/count.py', ENDLESS);
    // WHEN a job would work for ever
    await fixture.sagemaker.send(new CreateProcessingJobCommand(job()));
    await fixture.settle();
    // THEN it is stopped after its hour
    const stopped = await fixture.sagemaker.send(
      new DescribeProcessingJobCommand({ ProcessingJobName: 'counting' }),
    );
    expect(stopped.ProcessingJobStatus).toBe('Stopped');
    const { ProcessingStartTime: start, ProcessingEndTime: end } = stopped;
    expect((end as Date).getTime() - (start as Date).getTime()).toBeGreaterThanOrEqual(3_600_000);
  } finally {
    await fixture.cloud.stop();
  }
}, 600_000);
