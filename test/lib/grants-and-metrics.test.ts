import { App, Duration, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Alarm, type IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import { AccountPrincipal, Role } from 'aws-cdk-lib/aws-iam';
import { type IModelPipeline, ModelPipeline, type ModelPipelineProps, ServedBy } from '../../lib';

const ENV = { account: '111111111111', region: 'eu-central-1' };

const PROPS: ModelPipelineProps = {
  pipelineName: 'flights',
  training: { source: 'examples/flights/source' },
  data: { label: 'late' },
};

type Statement = { Action: string | string[]; Resource: unknown };

/** Statements that a grant adds to a role, by action. */
function granted(
  grant: (pipeline: IModelPipeline, role: Role) => unknown,
  newPipeline: (stack: Stack) => IModelPipeline,
): Map<string, unknown> {
  const stack = new Stack(new App(), 'Test', { env: ENV });
  const role = new Role(stack, 'User', { assumedBy: new AccountPrincipal('111111111111') });
  grant(newPipeline(stack), role);
  const policies = Template.fromStack(stack).findResources('AWS::IAM::Policy', {
    Properties: { Roles: [{ Ref: Match.stringLikeRegexp('^User') }] },
  });
  return new Map(
    Object.values(policies)
      .flatMap(({ Properties }) => Properties.PolicyDocument.Statement as Statement[])
      .flatMap(({ Action, Resource }) => [Action].flat().map((action) => [action, Resource])),
  );
}

const deployed = (stack: Stack) => new ModelPipeline(stack, 'Model', PROPS);
const byName = (stack: Stack) => ModelPipeline.fromPipelineName(stack, 'Model', 'flights');

describe.each([
  ['a pipeline of the stack', deployed],
  ['a pipeline by its name', byName],
])('the grants of %s', (_title, pipeline) => {
  test('invoke allows to send requests to the endpoint, and nothing else', () => {
    const statements = granted(({ grants }, role) => grants.invoke(role), pipeline);
    expect([...statements.keys()]).toEqual(['sagemaker:InvokeEndpoint']);
    // A pipeline by its name has the endpoint that its stack publishes.
    expect(JSON.stringify([...statements.values()])).toMatch(
      /:sagemaker:eu-central-1:111111111111:endpoint\/(flights"|",\{"Fn::Select":.*\\"endpoint\\":)/,
    );
  });

  test.each([
    ['writeTrainingData', '/training-data/*'],
    ['writeGroundTruth', '/ground-truth/*'],
  ] as const)('%s allows to upload below %s only', (name, place) => {
    const statements = granted(({ grants }, role) => grants[name](role), pipeline);
    expect(statements.get('s3:PutObject')).toEqual({
      'Fn::Join': ['', expect.arrayContaining([place])],
    });
    expect([...statements.keys()].filter((action) => /Get|List|Delete/.test(action))).toEqual([]);
  });

  test('putBusinessMetrics allows metrics of one namespace', () => {
    const stack = new Stack(new App(), 'Test', { env: ENV });
    const role = new Role(stack, 'User', { assumedBy: new AccountPrincipal('111111111111') });
    pipeline(stack).grants.putBusinessMetrics(role, 'Shop');
    Template.fromStack(stack).hasResourceProperties('AWS::IAM::Policy', {
      PolicyDocument: {
        Statement: [
          {
            Action: 'cloudwatch:PutMetricData',
            Effect: 'Allow',
            Resource: '*',
            Condition: { StringEquals: { 'cloudwatch:namespace': 'Shop' } },
          },
        ],
      },
    });
  });

  test('retrain allows to invoke the function that starts retrainings, and not to start the workflow', () => {
    const statements = granted(({ grants }, role) => grants.retrain(role), pipeline);
    expect([...statements.keys()].sort()).toEqual([
      'lambda:InvokeFunction',
      'states:DescribeExecution',
      'states:GetExecutionHistory',
    ]);
  });

  test('release allows to start releases and to roll back', () => {
    const statements = granted(({ grants }, role) => grants.release(role), pipeline);
    expect([...statements.keys()].sort()).toEqual([
      'lambda:InvokeFunction',
      'states:DescribeExecution',
      'states:GetExecutionHistory',
      'states:StartExecution',
    ]);
  });

  test('read shows records, but no rows of data, requests or labels', () => {
    const statements = granted(({ grants }, role) => grants.read(role), pipeline);
    const objects = JSON.stringify(statements.get('s3:GetObject'));
    expect(objects).toContain('/ledger/*');
    expect(objects).not.toMatch(/training-data|capture|ground-truth|answers|holdout|datasets\/\*"/);
    expect([...statements.keys()].filter((action) => !/:(Get|List|Describe)/.test(action))).toEqual([]);
  });
});

describe('a pipeline by its name', () => {
  test('reads generated names from what the stack of the pipeline publishes', () => {
    const stack = new Stack(new App(), 'Test', { env: ENV });
    stack.exportValue(byName(stack).bucket.bucketName, { name: 'bucket' });
    const template = Template.fromStack(stack);
    const [parameter] = Object.keys(
      template.findParameters('*', {
        Type: 'AWS::SSM::Parameter::Value<String>',
        Default: '/model-pipeline/flights/resources',
      }),
    );
    const after = { 'Fn::Select': [1, { 'Fn::Split': ['"bucket":"', { Ref: parameter }] }] };
    expect(Object.values(template.findOutputs('*'))[0]?.Value).toEqual({
      'Fn::Select': [0, { 'Fn::Split': ['"', after] }],
    });
  });

  test('that a function serves grants to invoke its alias', () => {
    const statements = granted(
      ({ grants }, role) => grants.invoke(role),
      (stack) =>
        ModelPipeline.fromPipelineAttributes(stack, 'Model', {
          pipelineName: 'flights',
          servedBy: ServedBy.FUNCTION,
        }),
    );
    expect([...statements.keys()]).toEqual(['lambda:InvokeFunction']);
    expect(JSON.stringify([...statements.values()])).toContain('serverlessFunction');
  });
});

describe('the metrics of a pipeline', () => {
  const stack = new Stack(new App(), 'Test', { env: ENV });
  const pipeline = new ModelPipeline(stack, 'Model', { ...PROPS, serverlessInference: {} });
  const alarm = (id: string, metric: IMetric) =>
    new Alarm(stack, id, { metric, threshold: 1, evaluationPeriods: 1, alarmName: id });
  alarm('drift', pipeline.metricDriftedFeatures({ period: Duration.hours(2) }));
  alarm('quality', pipeline.metricQualityDrop());
  alarm('retrainings', pipeline.metricRetrainings());
  alarm('requests', pipeline.metricInvocations({ period: Duration.minutes(5) }));
  alarm('latency', pipeline.metricLatency({ statistic: 'p99' }));
  alarm('function', pipeline.serverlessInference?.metricErrors() as IMetric);
  const template = Template.fromStack(stack);
  const propertiesOf = (AlarmName: string) =>
    Object.values(template.findResources('AWS::CloudWatch::Alarm', { Properties: { AlarmName } }))[0]
      ?.Properties;

  test.each([
    ['drift', { Namespace: 'ModelPipeline', MetricName: 'DriftedFeatures', Period: 7200 }],
    [
      'quality',
      { Namespace: 'ModelPipeline', MetricName: 'QualityDrop', Statistic: 'Maximum', Period: 3600 },
    ],
    ['retrainings', { Namespace: 'AWS/States', MetricName: 'ExecutionsStarted', Statistic: 'Sum' }],
  ])('of %s are those that are published', (name, properties) => {
    expect(propertiesOf(name)).toMatchObject(properties);
  });

  test.each([
    ['requests', 'AWS/SageMaker', 'Invocations', { Stat: 'Sum', Period: 300 }],
    ['latency', 'AWS/SageMaker', 'ModelLatency', { Stat: 'p99', Period: 60 }],
    ['function', 'ModelPipeline', 'Invocation5XXErrors', { Stat: 'Sum', Period: 60 }],
  ])('of %s cover both variants', (name, Namespace, MetricName, stat) => {
    const { Metrics } = propertiesOf(name);
    const variants = Metrics.filter(({ MetricStat }: { MetricStat?: object }) => MetricStat);
    expect(variants).toHaveLength(2);
    for (const { MetricStat } of variants) {
      expect(MetricStat).toMatchObject({ ...stat, Metric: { Namespace, MetricName } });
    }
  });
});
