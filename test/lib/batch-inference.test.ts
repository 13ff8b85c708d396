import { App, Duration, Size, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import { Schedule } from 'aws-cdk-lib/aws-events';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Bucket, type IBucket } from 'aws-cdk-lib/aws-s3';
import {
  BatchEngine,
  BatchInference,
  type BatchInferenceOptions,
  BatchInput,
  BatchOutput,
  ModelPipeline,
  ServedBy,
  ServingContainer,
} from '../../lib';
import { roleStatements } from './role-statements';
import { brokenTransitions, definitionOf } from './state-machine-definition';

function newStack(): Stack {
  return new Stack(new App(), 'Test', { env: { account: '111111111111', region: 'eu-central-1' } });
}

function withBatch(options: Partial<BatchInferenceOptions> = {}): Template {
  const stack = newStack();
  const pipeline = new ModelPipeline(stack, 'Model', { pipelineName: 'churn', servedBy: ServedBy.FUNCTION });
  const customers = Bucket.fromBucketName(stack, 'Customers', 'all-customers');
  pipeline.addBatchInference('Nightly', {
    input: BatchInput.fromBucket(customers, 'daily/'),
    ...options,
  });
  return Template.fromStack(stack);
}

describe('a batch of a pipeline', () => {
  const template = withBatch({
    schedule: Schedule.cron({ hour: '2', minute: '0' }),
    output: BatchOutput.jsonLines({ columns: ['customer'] }),
    engine: BatchEngine.lambda({ maxConcurrency: 7, partSize: Size.mebibytes(4), memorySize: 3008 }),
  });
  const definition = definitionOf(template, 'Scores nightly');

  test('plans a run, scores its parts by a distributed map over their list, and ends it', () => {
    expect(brokenTransitions(definition)).toEqual([]);
    expect(definition.States.ScoreParts).toMatchObject({
      Type: 'Map',
      ItemReader: { Resource: expect.stringContaining('states:::s3:getObject') },
      ItemProcessor: { ProcessorConfig: { Mode: 'DISTRIBUTED', ExecutionType: 'STANDARD' } },
      MaxConcurrency: 7,
      ToleratedFailurePercentage: 100,
      Next: 'FinishRun',
    });
    expect(definition.TimeoutSeconds).toBe(12 * 3600);
  });

  test('tells its functions the input, the routing document, the output and the size of a part', () => {
    template.hasResourceProperties('AWS::Lambda::Function', {
      Handler: 'plan-batch.handler',
      Environment: {
        Variables: {
          SETTINGS: JSON.stringify({
            batchName: 'nightly',
            routingParameter: '/model-pipeline/churn/routing',
            input: { bucket: 'all-customers', prefix: 'daily/' },
            output: { format: 'jsonl', columns: ['customer'] },
            engine: 'lambda',
            partBytes: 4 * 2 ** 20,
          }),
        },
      },
    });
    template.hasResourceProperties('AWS::Lambda::Function', {
      Handler: 'score-batch.handler',
      MemorySize: 3008,
      Timeout: 900,
    });
  });

  test('reads nothing of the input but versions of its objects, and writes below its own prefix', () => {
    const statements = [...roleStatements(template)].flatMap(([role, all]) =>
      /NightlyScoreRole/.test(role) ? all : [],
    );
    const [write, ...others] = statements.filter(({ Action }) => [Action].flat().includes('s3:PutObject'));
    expect(others).toEqual([]);
    expect(JSON.stringify(write?.Resource)).toMatch(/batch\/nightly\/\*"/);
    const ofInput = statements.filter(({ Resource }) => JSON.stringify(Resource).includes('all-customers'));
    expect(ofInput.flatMap(({ Action }) => Action)).toEqual(['s3:GetObjectVersion']);
  });

  test('starts on its schedule, and publishes where the CLI finds it', () => {
    template.hasResourceProperties('AWS::Events::Rule', {
      ScheduleExpression: 'cron(0 2 * * ? *)',
      Targets: [Match.objectLike({ DeadLetterConfig: Match.anyValue() })],
    });
    template.hasResourceProperties('AWS::SSM::Parameter', {
      Name: '/model-pipeline/churn/batch/nightly',
    });
  });

  test('starts a run for each file that arrives, if it is to, and none for a file that is no input', () => {
    const onFiles = withBatch({ onNewFiles: true });
    onFiles.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: {
        source: ['aws.s3'],
        'detail-type': ['Object Created'],
        detail: { bucket: { name: ['all-customers'] }, object: { key: [{ prefix: 'daily/' }] } },
      },
      Targets: [Match.objectLike({ InputTransformer: Match.anyValue() })],
    });
    const { States } = definitionOf(onFiles, 'Scores nightly');
    expect(States.PlanRun?.Next).toBe('HasParts');
    expect(States.HasParts?.Choices?.[0]?.Next).toBe('NothingToScore');
  });

  test('turns on notifications of a bucket of the app only, and once', () => {
    const custom = (make: (stack: Stack, pipeline: ModelPipeline) => IBucket) => {
      const stack = newStack();
      const pipeline = new ModelPipeline(stack, 'Model', { servedBy: ServedBy.FUNCTION });
      const input = BatchInput.fromBucket(make(stack, pipeline), 'customers/');
      pipeline.addBatchInference('Nightly', { input, onNewFiles: true });
      return Object.keys(Template.fromStack(stack).findResources('Custom::S3BucketNotifications')).length;
    };
    expect(custom((stack) => Bucket.fromBucketName(stack, 'Theirs', 'theirs'))).toBe(0);
    expect(custom((_, pipeline) => pipeline.bucket)).toBe(0);
    expect(custom((stack) => new Bucket(stack, 'Own', { versioned: true }))).toBe(1);
  });

  test.each(['', 'batch/', 'batch/nightly/later/output/'])(
    'is refused if it reads what it writes, below "%s" of the bucket of the pipeline',
    (prefix) => {
      const stack = newStack();
      const pipeline = new ModelPipeline(stack, 'Model', { servedBy: ServedBy.FUNCTION });
      const input = BatchInput.fromBucket(pipeline.bucket, prefix);
      expect(() => pipeline.addBatchInference('Nightly', { input, onNewFiles: true })).toThrow(
        `the input must not hold what the batch writes below batch/nightly/ of the same bucket: give it a prefix such as customers/, got "${prefix}"`,
      );
    },
  );

  test('is refused with a bucket of the app that is not versioned', () => {
    const stack = newStack();
    const pipeline = new ModelPipeline(stack, 'Model', { servedBy: ServedBy.FUNCTION });
    const input = BatchInput.fromBucket(new Bucket(stack, 'Customers'), 'daily/');
    expect(() => pipeline.addBatchInference('Nightly', { input })).toThrow(
      /bucket Test\/Customers\/Resource of the input must be versioned, .*: set versioned to true$/,
    );
  });

  test('has an alarm on runs that fail or time out, of which most have no other datapoint', () => {
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      AlarmDescription: 'churn, batch nightly: a run failed (runbook: batchFailed)',
      Threshold: 0,
      ComparisonOperator: 'GreaterThanThreshold',
      Metrics: Match.arrayWith([
        Match.objectLike({ Expression: 'FILL(failed, 0) + FILL(timedOut, 0)' }),
        Match.objectLike({
          MetricStat: Match.objectLike({ Metric: Match.objectLike({ MetricName: 'ExecutionsFailed' }) }),
        }),
        Match.objectLike({
          MetricStat: Match.objectLike({ Metric: Match.objectLike({ MetricName: 'ExecutionsTimedOut' }) }),
        }),
      ]),
    });
  });

  test('has an alarm that a run is late only if it is told what is late', () => {
    const late = { MetricName: 'BatchRuns', EvaluationPeriods: 26, TreatMissingData: 'breaching' };
    expect(template.findResources('AWS::CloudWatch::Alarm', { Properties: late })).toEqual({});
    withBatch({ maximumTimeBetweenRuns: Duration.hours(26) }).hasResourceProperties(
      'AWS::CloudWatch::Alarm',
      late,
    );
  });

  test.each<[string, Partial<BatchInferenceOptions>, RegExp]>([
    ['a name that keys cannot have', { batchName: 'Nightly Run' }, /batchName must be .*, got "Nightly Run"/],
    [
      'a share of failed rows that all rows have',
      { maximumFailedShare: 1 },
      /maximumFailedShare must be at least 0 and below 1, got 1/,
    ],
    [
      'a time between runs that CloudWatch cannot look back',
      { maximumTimeBetweenRuns: Duration.days(8) },
      /maximumTimeBetweenRuns must be 1 to 168 whole hours, .*, got 192/,
    ],
    [
      'a part that a function cannot hold',
      { engine: BatchEngine.lambda({ partSize: Size.gibibytes(1) }) },
      /partSize of the engine must be 1 to 64 MiB/,
    ],
    [
      "a column of the output's own",
      { output: BatchOutput.csv({ columns: ['prediction'] }) },
      /columns of the output must not be .*, got 'prediction': rename it in the input/,
    ],
    [
      'a key beside that of the pipeline',
      { encryptionKey: undefined, tracing: 'Active' as never },
      /tracing of the pipeline Test\/Model hold here, too/,
    ],
  ])('is refused with %s', (_, options, problem) => {
    expect(() => withBatch(options)).toThrow(problem);
  });

  test.each<[string, BatchEngine, ServedBy, RegExp]>([
    [
      'by a function where an endpoint serves alone',
      BatchEngine.lambda(),
      ServedBy.ENDPOINT,
      /^Test\/Model\/Nightly: BatchEngine.lambda\(\) scores models in ONNX, .*use BatchEngine.transform\(\)/,
    ],
    [
      'by batch transform where a function serves alone',
      BatchEngine.transform(),
      ServedBy.FUNCTION,
      /BatchEngine.transform\(\) scores in the container that serves, .*use BatchEngine.lambda\(\)/,
    ],
    [
      'on an instance that batch transform does not have',
      BatchEngine.transform({ instanceType: 'ml.t3.medium', instanceCount: 0 }),
      ServedBy.ENDPOINT,
      /instanceType of the engine must be .*got "ml.t3.medium"; .*instanceCount of the engine must be/,
    ],
  ])('is refused %s, with the way out', (_, engine, servedBy, problem) => {
    const stack = newStack();
    const pipeline = new ModelPipeline(stack, 'Model', { servedBy });
    const input = BatchInput.fromBucket(pipeline.bucket, 'customers/');
    expect(() => pipeline.addBatchInference('Nightly', { input, engine })).toThrow(problem);
  });
});

describe('a batch of a pipeline that an endpoint serves', () => {
  const stack = newStack();
  const pipeline = new ModelPipeline(stack, 'Model', { pipelineName: 'churn' });
  pipeline.addBatchInference('Nightly', { input: BatchInput.fromBucket(pipeline.bucket, 'customers/') });
  const template = Template.fromStack(stack);
  const { States } = definitionOf(template, 'Scores nightly');

  test('scores by a batch transform job with a model of its own, which is deleted however the job ends', () => {
    expect(brokenTransitions(definitionOf(template, 'Scores nightly'))).toEqual([]);
    expect(States.TransformParts).toMatchObject({
      Resource: expect.stringContaining('sagemaker:createTransformJob.sync'),
      Arguments: { TransformInput: { SplitType: 'Line', ContentType: 'text/csv' } },
      Next: 'DeleteModel',
    });
    expect(States.DeleteModel?.Next).toBe('JoinParts');
    expect(States.DiscardModel?.Next).toBe('TransformFailed');
  });

  test('may delete models and stop jobs only with its own name and tag', () => {
    const all = [...roleStatements(template)].flatMap(([role, statements]) =>
      /NightlyWorkflowRole/.test(role) ? statements : [],
    );
    for (const [action, kind] of [
      ['sagemaker:DeleteModel', 'model'],
      ['sagemaker:StopTransformJob', 'transform-job'],
    ] as const) {
      const [allowed, ...others] = all.filter(({ Action }) => [Action].flat().includes(action));
      expect(others).toEqual([]);
      expect(JSON.stringify(allowed?.Resource)).toContain(`:${kind}/batch-nightly-*`);
      expect(allowed?.Condition).toEqual({
        StringEquals: { 'aws:ResourceTag/model-pipeline-batch': 'churn/nightly' },
      });
    }
  });

  test('runs the job with a role that reads prepared rows and versions, and writes scores', () => {
    const role = [...roleStatements(template)].flatMap(([id, statements]) =>
      /NightlyTransformRole/.test(id) ? statements : [],
    );
    const resources = role
      .filter(({ Action }) => /^s3:(Get|Put)Object$/.test(String(Action)))
      .map(({ Resource }) => JSON.stringify(Resource).match(/(batch|models)\/[^"]+/g));
    expect(resources).toEqual([
      expect.arrayContaining(['batch/nightly/*/prepared/*', 'models/*/model.tar.gz']),
      ['batch/nightly/*/scores/*'],
    ]);
  });
});

test('a batch in a container pulls the image that its pipeline serves with, from another account, too', () => {
  const stack = newStack();
  const image = '999999999999.dkr.ecr.eu-central-1.amazonaws.com/churn:1';
  const pipeline = new ModelPipeline(stack, 'Model', {
    container: ServingContainer.custom({ image }),
  });
  pipeline.addBatchInference('Nightly', { input: BatchInput.fromBucket(pipeline.bucket, 'customers/') });
  const role = [...roleStatements(Template.fromStack(stack))].flatMap(([id, statements]) =>
    /NightlyTransformRole/.test(id) ? statements : [],
  );
  const pulls = role.filter(({ Action }) => [Action].flat().includes('ecr:BatchGetImage'));
  expect(JSON.stringify(pulls)).toContain(':ecr:eu-central-1:999999999999:repository/churn"');
});

test('a batch of an imported pipeline has a platform of its own, and notifies by the topic of the pipeline', () => {
  const stack = newStack();
  const pipeline = ModelPipeline.fromPipelineAttributes(stack, 'Model', {
    pipelineName: 'churn',
    servedBy: ServedBy.FUNCTION,
  });
  const encryptionKey = new Key(stack, 'Key');
  const batch = new BatchInference(stack, 'Weekly', {
    pipeline,
    input: BatchInput.fromBucket(pipeline.bucket, 'customers/'),
    vpc: new Vpc(stack, 'Vpc'),
    encryptionKey,
  });
  const template = Template.fromStack(stack);
  expect(batch.batchName).toBe('weekly');
  template.allResourcesProperties('AWS::Logs::LogGroup', { KmsKeyId: Match.anyValue() });
  template.hasResourceProperties('AWS::Lambda::Function', {
    Handler: 'score-batch.handler',
    VpcConfig: Match.anyValue(),
  });
  template.resourceCountIs('AWS::SNS::Topic', 0);
  template.hasResourceProperties('AWS::CloudWatch::Alarm', {
    AlarmDescription: 'churn, batch weekly: a run failed (runbook: batchFailed)',
  });
});
