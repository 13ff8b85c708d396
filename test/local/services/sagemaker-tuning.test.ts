import { EventBridgeClient, PutRuleCommand, PutTargetsCommand } from '@aws-sdk/client-eventbridge';
import {
  CreateHyperParameterTuningJobCommand,
  type CreateHyperParameterTuningJobCommandInput,
  DescribeHyperParameterTuningJobCommand,
  DescribeTrainingJobCommand,
  type HyperParameterTrainingJobDefinition,
  type HyperParameterTuningJobConfig,
  ListHyperParameterTuningJobsCommand,
  ListTrainingJobsForHyperParameterTuningJobCommand,
  SageMakerClient,
  StopHyperParameterTuningJobCommand,
} from '@aws-sdk/client-sagemaker';
import { archive, BUCKET, IMAGE, ROLE, SageMakerFixture, unpacked } from './sagemaker-fixture';
import { START } from './service-fixture';

const ARN = 'arn:aws:sagemaker:us-east-1:000000000000:hyper-parameter-tuning-job/search';

/** Is the better, the nearer its rate is to 0.3; fails for the shape `bad`. */
const TRAIN = `
import argparse, os
parser = argparse.ArgumentParser()
parser.add_argument('--rate', type=float)
parser.add_argument('--depth', type=int)
parser.add_argument('--shape')
parser.add_argument('--flavour')
arguments = parser.parse_args()
assert arguments.flavour == 'sweet'
assert arguments.shape != 'bad'
print('loss=%.6f;' % abs(arguments.rate - 0.3))
open(os.path.join(os.environ['SM_MODEL_DIR'], 'model.txt'), 'w').write('%r' % arguments.rate)
`;

const CONFIG = {
  Strategy: 'Random',
  RandomSeed: 7,
  HyperParameterTuningJobObjective: { Type: 'Minimize', MetricName: 'loss' },
  ResourceLimits: { MaxNumberOfTrainingJobs: 3, MaxParallelTrainingJobs: 2 },
  ParameterRanges: {
    ContinuousParameterRanges: [
      { Name: 'rate', MinValue: '0.01', MaxValue: '1', ScalingType: 'Logarithmic' },
    ],
    IntegerParameterRanges: [{ Name: 'depth', MinValue: '2', MaxValue: '9' }],
    CategoricalParameterRanges: [{ Name: 'shape', Values: ['round', 'square'] }],
  },
} satisfies HyperParameterTuningJobConfig;

const DEFINITION: HyperParameterTrainingJobDefinition = {
  RoleArn: ROLE,
  AlgorithmSpecification: {
    TrainingImage: IMAGE,
    TrainingInputMode: 'File',
    MetricDefinitions: [{ Name: 'loss', Regex: 'loss=([0-9.]+);' }],
  },
  StaticHyperParameters: {
    sagemaker_program: '"train.py"',
    sagemaker_submit_directory: `"s3://${BUCKET}/code/sourcedir.tar.gz"`,
    flavour: 'sweet',
  },
  OutputDataConfig: { S3OutputPath: `s3://${BUCKET}/out/` },
  ResourceConfig: { InstanceType: 'ml.m5.large', InstanceCount: 1, VolumeSizeInGB: 30 },
  StoppingCondition: { MaxRuntimeInSeconds: 3600 },
};

interface Changes {
  readonly name?: string;
  readonly config?: Partial<HyperParameterTuningJobConfig>;
  readonly definition?: Partial<HyperParameterTrainingJobDefinition>;
}

function job({
  name = 'search',
  config,
  definition,
}: Changes = {}): CreateHyperParameterTuningJobCommandInput {
  return {
    HyperParameterTuningJobName: name,
    HyperParameterTuningJobConfig: { ...CONFIG, ...config },
    TrainingJobDefinition: { ...DEFINITION, ...definition },
  };
}

/** A search in which every training fails. */
const HOPELESS = {
  ...CONFIG.ParameterRanges,
  CategoricalParameterRanges: [{ Name: 'shape', Values: ['bad'] }],
};

describe('SageMaker hyperparameter tuning', () => {
  let fixture: SageMakerFixture;
  beforeEach(async () => {
    fixture = new SageMakerFixture();
    await fixture.start();
    await script(TRAIN);
  }, 300_000);
  afterEach(() => fixture.cloud.stop());

  const script = (text: string) => fixture.put('code/sourcedir.tar.gz', archive({ 'train.py': text }));
  const create = (changes?: Changes) =>
    fixture.sagemaker.send(new CreateHyperParameterTuningJobCommand(job(changes)));
  const describeJob = (HyperParameterTuningJobName = 'search') =>
    fixture.sagemaker.send(new DescribeHyperParameterTuningJobCommand({ HyperParameterTuningJobName }));
  const trainings = async (HyperParameterTuningJobName = 'search') => {
    const { TrainingJobSummaries } = await fixture.sagemaker.send(
      new ListTrainingJobsForHyperParameterTuningJobCommand({ HyperParameterTuningJobName }),
    );
    return TrainingJobSummaries ?? [];
  };

  test('a job tries values within their ranges, and tells which training came out best', async () => {
    expect(await create()).toMatchObject({ HyperParameterTuningJobArn: ARN });
    expect(await describeJob()).toMatchObject({ HyperParameterTuningJobStatus: 'InProgress' });
    await fixture.settle();

    const all = await trainings();
    expect(all).toHaveLength(3);
    for (const { TrainingJobName, TunedHyperParameters: tuned, ObjectiveStatus } of all) {
      expect(TrainingJobName).toMatch(/^search-00[123]-[0-9a-f]{8}$/);
      expect(ObjectiveStatus).toBe('Succeeded');
      expect(Number(tuned?.rate)).toBeGreaterThanOrEqual(0.01);
      expect(Number(tuned?.rate)).toBeLessThanOrEqual(1);
      expect(['2', '3', '4', '5', '6', '7', '8', '9']).toContain(tuned?.depth);
      expect(['round', 'square']).toContain(tuned?.shape);
    }
    const losses = all.map(({ TunedHyperParameters: tuned }) => Math.abs(Number(tuned?.rate) - 0.3));
    const best = all[losses.indexOf(Math.min(...losses))];
    const done = await describeJob();
    expect(done).toMatchObject({
      HyperParameterTuningJobStatus: 'Completed',
      HyperParameterTuningEndTime: START,
      HyperParameterTuningJobConfig: CONFIG,
      TrainingJobStatusCounters: { Completed: 3, InProgress: 0, NonRetryableError: 0 },
      ObjectiveStatusCounters: { Succeeded: 3, Pending: 0, Failed: 0 },
      BestTrainingJob: {
        TrainingJobName: best?.TrainingJobName,
        FinalHyperParameterTuningJobObjectiveMetric: { Type: 'Minimize', MetricName: 'loss' },
      },
    });
    const training = await fixture.sagemaker.send(
      new DescribeTrainingJobCommand({ TrainingJobName: best?.TrainingJobName }),
    );
    expect(training).toMatchObject({
      TuningJobArn: ARN,
      HyperParameters: {
        ...best?.TunedHyperParameters,
        flavour: 'sweet',
        _tuning_objective_metric: 'loss',
      },
    });
    const key = training.ModelArtifacts?.S3ModelArtifacts?.replace(`s3://${BUCKET}/`, '') as string;
    expect(unpacked(await fixture.getBytes(key))['model.txt']).toBe(best?.TunedHyperParameters?.rate);
  });

  test('the same seed tries the same values, another one others', async () => {
    const valuesOf = async (name: string, RandomSeed: number) => {
      const ResourceLimits = { MaxNumberOfTrainingJobs: 2, MaxParallelTrainingJobs: 2 };
      await create({ name, config: { RandomSeed, ResourceLimits } });
      await fixture.settle();
      return (await trainings(name)).map(({ TunedHyperParameters }) => TunedHyperParameters);
    };
    const first = await valuesOf('first', 1);
    expect(await valuesOf('again', 1)).toEqual(first);
    expect(await valuesOf('other', 2)).not.toEqual(first);
  });

  test('machines can be given as the SageMaker SDK gives them', async () => {
    const HyperParameterTuningResourceConfig = {
      InstanceType: 'ml.m5.xlarge',
      InstanceCount: 1,
      VolumeSizeInGB: 10,
    } as const;
    await create({ definition: { ResourceConfig: undefined, HyperParameterTuningResourceConfig } });
    await fixture.settle();
    const [{ TrainingJobName } = {}] = await trainings();
    expect(await fixture.sagemaker.send(new DescribeTrainingJobCommand({ TrainingJobName }))).toMatchObject({
      TrainingJobStatus: 'Completed',
      ResourceConfig: HyperParameterTuningResourceConfig,
    });
  });

  test('a job of which no training succeeds gives up, and tells where to look', async () => {
    await create({
      config: {
        ParameterRanges: HOPELESS,
        ResourceLimits: { MaxNumberOfTrainingJobs: 8, MaxParallelTrainingJobs: 1 },
      },
    });
    await fixture.settle();
    expect(await describeJob()).toMatchObject({
      HyperParameterTuningJobStatus: 'Failed',
      FailureReason: expect.stringMatching(/^No training job succeeded after 5 attempts/),
      TrainingJobStatusCounters: { NonRetryableError: 5 },
    });
    expect((await trainings())[0]).toMatchObject({
      TrainingJobStatus: 'Failed',
      FailureReason: expect.stringContaining('AssertionError'),
      ObjectiveStatus: 'Failed',
    });
  });

  test('a job that is stopped stops its trainings', async () => {
    await script('import time\nwhile True: time.sleep(3600)');
    await create();
    while ((await trainings()).length < 2);
    const stop = new StopHyperParameterTuningJobCommand({ HyperParameterTuningJobName: 'search' });
    await fixture.sagemaker.send(stop);
    await fixture.settle();
    expect(await describeJob()).toMatchObject({
      HyperParameterTuningJobStatus: 'Stopped',
      TrainingJobStatusCounters: { Stopped: 2, InProgress: 0 },
    });
    await expect(fixture.sagemaker.send(stop)).rejects.toThrow(
      'The request was rejected because the hyperparameter tuning job is in status Stopped.',
    );
  });

  test('events tell of every change, and jobs are listed', async () => {
    const queue = await fixture.queueFor('changes', 'events.amazonaws.com');
    const events = new EventBridgeClient(fixture.config());
    const pattern = { 'detail-type': ['SageMaker HyperParameter Tuning Job State Change'] };
    await events.send(new PutRuleCommand({ Name: 'changes', EventPattern: JSON.stringify(pattern) }));
    await events.send(new PutTargetsCommand({ Rule: 'changes', Targets: [{ Id: 'queue', Arn: queue.arn }] }));
    await create({ config: { ResourceLimits: { MaxNumberOfTrainingJobs: 1, MaxParallelTrainingJobs: 1 } } });
    await fixture.settle();
    expect((await fixture.receiveJson(queue.url)).at(-1)).toMatchObject({
      resources: [ARN],
      detail: { HyperParameterTuningJobName: 'search', HyperParameterTuningJobStatus: 'Completed' },
    });
    const { HyperParameterTuningJobSummaries } = await fixture.sagemaker.send(
      new ListHyperParameterTuningJobsCommand({ StatusEquals: 'Completed' }),
    );
    expect(HyperParameterTuningJobSummaries).toMatchObject([
      {
        HyperParameterTuningJobName: 'search',
        Strategy: 'Random',
        TrainingJobStatusCounters: { Completed: 1 },
      },
    ]);
    await expect(create({ name: 'SEARCH' })).rejects.toMatchObject({ name: 'ResourceInUse' });
    await expect(describeJob('other')).rejects.toThrow("can't find a tuning job with the name other");
  });

  test('by Bayesian, after three trainings by chance, values are near the best ones so far', async () => {
    const limits = { MaxNumberOfTrainingJobs: 6, MaxParallelTrainingJobs: 1 };
    await create({ config: { Strategy: 'Bayesian', ResourceLimits: limits } });
    await fixture.settle();
    const all = (await trainings()).sort((a, b) =>
      (a.TrainingJobName as string).localeCompare(b.TrainingJobName as string),
    );
    // The range of the rate is logarithmic, from 0.01 to 1.
    const places = all.map(({ TunedHyperParameters: tuned }) => 1 + Math.log10(Number(tuned?.rate)) / 2);
    const losses = all.map(({ TunedHyperParameters: tuned }) => Math.abs(Number(tuned?.rate) - 0.3));
    expect(places).toHaveLength(6);
    for (let at = 3; at < 6; at++) {
      const best = losses.indexOf(Math.min(...losses.slice(0, at)));
      expect(Math.abs((places[at] as number) - (places[best] as number))).toBeLessThanOrEqual(0.1 + 1e-9);
    }
    expect(new Set(places).size).toBe(6);
  });

  const range = (more: object) => ({
    ParameterRanges: {
      ContinuousParameterRanges: [{ Name: 'rate', MinValue: '0', MaxValue: '1', ...more }],
    },
  });
  test.each<[string, Changes, RegExp]>([
    ['a name of 33 characters', { name: 'x'.repeat(33) }, /length less than or equal to 32/],
    [
      'another strategy',
      { config: { Strategy: 'Hyperband' } },
      /tuning by the strategy Hyperband; it searches by/,
    ],
    [
      'more at once than in all',
      { config: { ResourceLimits: { MaxNumberOfTrainingJobs: 1, MaxParallelTrainingJobs: 2 } } },
      /MaxParallelTrainingJobs \(2\) must be at least 1, and not more than MaxNumberOfTrainingJobs \(1\)/,
    ],
    [
      'a range without an inside',
      { config: range({ MaxValue: '0' }) },
      /range of rate, 0 to 0, must go from/,
    ],
    [
      'a logarithmic range from 0',
      { config: range({ ScalingType: 'Logarithmic' }) },
      /range of rate, 0 to 1, must be above 0 to be searched on a logarithmic scale/,
    ],
    ['no range', { config: { ParameterRanges: {} } }, /must have at least one hyperparameter/],
    [
      'an objective that nobody prints',
      { config: { HyperParameterTuningJobObjective: { Type: 'Maximize', MetricName: 'auc' } } },
      /A metric is required .*'auc' is none of the metric definitions \(loss\)/,
    ],
    [
      'what a training job cannot be',
      { definition: { ResourceConfig: { ...DEFINITION.ResourceConfig, InstanceCount: 2 } as never } },
      /does not implement training on several instances/,
    ],
    [
      'a role that is not there',
      { definition: { RoleArn: 'arn:aws:iam::000000000000:role/nobody' } },
      /Could not assume role/,
    ],
  ])('%s is refused', async (_what, changes, message) => {
    await expect(create(changes)).rejects.toThrow(message);
  });

  test.each([
    ['sagemaker:CreateHyperParameterTuningJob', ['iam:PassRole'], ARN],
    ['iam:PassRole', ['sagemaker:CreateHyperParameterTuningJob'], ROLE],
  ])('whoever may not %s cannot create a job', async (missing, Action, resource) => {
    const statement = { Effect: 'Allow', Action, Resource: '*' };
    const client = new SageMakerClient(await fixture.roleConfig('caller', [statement]));
    await expect(client.send(new CreateHyperParameterTuningJobCommand(job()))).rejects.toMatchObject({
      name: 'AccessDeniedException',
      message: expect.stringContaining(`${missing} on resource: ${resource}`),
    });
  });
});
