import { App, Duration, Size, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { HyperparameterRange, ModelPipeline, RangeScale, type TrainingProps, TuningGoal } from '../../lib';
import { definitionOf } from './state-machine-definition';

const source = 'examples/flights/source';

function pipeline(training: Partial<TrainingProps>): Stack {
  const stack = new Stack(new App(), 'Test');
  new ModelPipeline(stack, 'Model', {
    pipelineName: 'churn',
    training: { source, ...training },
    data: { label: 'churned' },
  });
  return stack;
}

/** What a retraining asks SageMaker for. */
function trainingJob(training: Partial<TrainingProps>): Record<string, unknown> {
  const { States } = definitionOf(Template.fromStack(pipeline(training)), 'Retrains ');
  return (States.Train as unknown as { Arguments: Record<string, unknown> }).Arguments;
}

describe('the training job of a retraining', () => {
  test('has one machine of its own, a network and an hour, unless asked otherwise', () => {
    const job = trainingJob({});
    expect(job).toMatchObject({
      ResourceConfig: { InstanceType: 'ml.m5.large', InstanceCount: 1, VolumeSizeInGB: 30 },
      StoppingCondition: { MaxRuntimeInSeconds: 3600 },
      InputDataConfig: [{ ChannelName: 'train' }],
    });
    expect(Object.keys(job).filter((name) => /Spot|Checkpoint|Isolation/.test(name))).toEqual([]);
  });

  test('can have several machines with more storage', () => {
    expect(trainingJob({ instanceCount: 3, volumeSize: Size.gibibytes(200) })).toMatchObject({
      ResourceConfig: { InstanceCount: 3, VolumeSizeInGB: 200 },
    });
  });

  test('on spare machines leaves checkpoints of its version, and waits for a day longer than it runs', () => {
    expect(trainingJob({ spot: {}, maximumRuntime: Duration.hours(2) })).toMatchObject({
      EnableManagedSpotTraining: true,
      StoppingCondition: { MaxRuntimeInSeconds: 7_200, MaxWaitTimeInSeconds: 93_600 },
      CheckpointConfig: {
        S3Uri: expect.stringMatching(/^\{% 's3:\/\/<\w+>\/checkpoints\/' & \$version.modelVersion %\}$/),
        LocalPath: '/opt/ml/checkpoints',
      },
      Environment: { CHECKPOINT_DIR: '/opt/ml/checkpoints' },
    });
    expect(trainingJob({ spot: { maximumWait: Duration.hours(5) } })).toMatchObject({
      StoppingCondition: { MaxWaitTimeInSeconds: 18_000 },
    });
  });

  test('without a network gets the scripts by a channel', () => {
    const job = trainingJob({ networkIsolation: true });
    expect(job).toMatchObject({
      EnableNetworkIsolation: true,
      InputDataConfig: [{ ChannelName: 'train' }, { ChannelName: 'code' }],
    });
    const [, code] = job.InputDataConfig as { DataSource: { S3DataSource: { S3Uri: string } } }[];
    expect(code?.DataSource.S3DataSource.S3Uri).toBe('{% $version.codeUrl %}');
    expect(job.HyperParameters).toContain('"/opt/ml/input/data/code/sourcedir.tar.gz"');
  });

  const SEARCH: Partial<TrainingProps> = {
    metrics: { loss: 'loss=([0-9.]+);' },
    hyperparameters: { epochs: '3' },
    maximumRuntime: Duration.hours(2),
    tuning: {
      ranges: {
        rate: HyperparameterRange.continuous(0.001, 1, RangeScale.LOGARITHMIC),
        depth: HyperparameterRange.integer(2, 8),
        shape: HyperparameterRange.anyOf('round', 'square'),
      },
      objective: 'loss',
      goal: TuningGoal.MINIMIZE,
      maximumTrainings: 9,
      parallelTrainings: 4,
    },
  };

  test('becomes a search of hyperparameters, whose best training goes on', () => {
    const template = Template.fromStack(pipeline(SEARCH));
    const { States, TimeoutSeconds } = definitionOf(template, 'Retrains ');
    expect(States.Train).toMatchObject({
      Resource: 'arn:<AWS::Partition>:states:::sagemaker:createHyperParameterTuningJob.sync',
      Arguments: {
        HyperParameterTuningJobConfig: {
          Strategy: 'Random',
          HyperParameterTuningJobObjective: { Type: 'Minimize', MetricName: 'loss' },
          ResourceLimits: { MaxNumberOfTrainingJobs: 9, MaxParallelTrainingJobs: 4 },
          ParameterRanges: {
            ContinuousParameterRanges: [
              { Name: 'rate', MinValue: '0.001', MaxValue: '1', ScalingType: 'Logarithmic' },
            ],
            IntegerParameterRanges: [{ Name: 'depth', MinValue: '2', MaxValue: '8', ScalingType: 'Linear' }],
            CategoricalParameterRanges: [{ Name: 'shape', Values: ['round', 'square'] }],
          },
        },
        TrainingJobDefinition: { AlgorithmSpecification: { MetricDefinitions: [{ Name: 'loss' }] } },
      },
      Next: 'TakeBestTraining',
    });
    expect(States.TakeBestTraining).toMatchObject({ Next: 'PackageModel' });
    // Three rounds of trainings, in the place of one of an hour.
    const one = definitionOf(Template.fromStack(pipeline({})), 'Retrains ').TimeoutSeconds;
    expect(TimeoutSeconds - one).toBe(3 * 7_200 - 3_600);
  });

  test.each<[string, Partial<TrainingProps>, RegExp]>([
    [
      'a search without a metric',
      { ...SEARCH, metrics: {} },
      /training.tuning.objective must be one of training.metrics \(there are none\), got "loss"/,
    ],
    [
      'a search for what is given',
      { ...SEARCH, hyperparameters: { depth: '3' } },
      /training.hyperparameters must not set 'depth', because training.tuning.ranges searches it/,
    ],
    [
      'ranges and counts that are none',
      {
        ...SEARCH,
        tuning: {
          ranges: {
            a: HyperparameterRange.integer(0.5, 2),
            b: HyperparameterRange.continuous(2, 2),
            c: HyperparameterRange.continuous(0, 2, RangeScale.LOGARITHMIC),
            d: HyperparameterRange.anyOf(),
          },
          objective: 'loss',
          maximumTrainings: 2,
          parallelTrainings: 3,
        },
      },
      /parallelTrainings must be .*, got 3; .*ranges.a must have whole numbers as its ends; .*ranges.b must go from .*; .*ranges.c must be above 0 .*; .*ranges.d must have a value/,
    ],
    ['no machine', { instanceCount: 0 }, /training.instanceCount must be a whole number .*, got 0/],
    [
      'part of a gibibyte',
      { volumeSize: Size.mebibytes(1500) },
      /training.volumeSize must be whole gibibytes, 1 to 16384, got 1.46/,
    ],
    [
      'more time than there is',
      { maximumRuntime: Duration.days(29) },
      /: training.maximumRuntime must be 60 seconds to 28 days, got 2505600$/,
    ],
    [
      'less time to wait than to run',
      { spot: { maximumWait: Duration.minutes(30) } },
      /training.spot.maximumWait must be training.maximumRuntime \(3600 seconds\) to 28 days, got 1800/,
    ],
  ])('cannot have %s', (_what, training, message) => {
    expect(() => pipeline(training)).toThrow(message);
  });
});
