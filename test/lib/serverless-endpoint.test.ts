import { App, Duration, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import { Vpc } from 'aws-cdk-lib/aws-ec2';
import {
  ModelPipeline,
  type ModelPipelineProps,
  ReleaseStrategy,
  ServedBy,
  type ServerlessEndpointOptions,
  ServingContainer,
} from '../../lib';
import { roleStatements } from './role-statements';
import { brokenTransitions, definitionOf, unguardedTasks } from './state-machine-definition';

function stackWith(props: Partial<ModelPipelineProps> = {}, options?: ServerlessEndpointOptions): Stack {
  const stack = new Stack(new App(), 'Test', { env: { account: '111111111111', region: 'eu-central-1' } });
  new ModelPipeline(stack, 'Model', {
    pipelineName: 'flights',
    training: { source: 'examples/flights/source' },
    data: { label: 'late' },
    servedBy: ServedBy.serverlessEndpoint(options),
    ...props,
  });
  return stack;
}

function synthesize(props: Partial<ModelPipelineProps> = {}, options?: ServerlessEndpointOptions): Template {
  return Template.fromStack(stackWith(props, options));
}

describe('a pipeline with a serverless endpoint', () => {
  const own = () => ReleaseStrategy.inPlace({ bakeTime: Duration.minutes(30), approval: {} });
  const stack = stackWith({ releaseStrategy: own() }, { memorySize: 3072, maxConcurrency: 20 });
  const template = Template.fromStack(stack);
  const definition = definitionOf(template, 'Releases');
  const state = (name: string) => JSON.parse(JSON.stringify(definition.States[name]));

  test('plans variants without instances, in the place of the champion', () => {
    template.hasResourceProperties('AWS::Lambda::Function', {
      Description: Match.stringLikeRegexp('^Plans a release'),
      Environment: {
        Variables: {
          SETTINGS: Match.serializedJson(
            Match.objectLike({
              keepsVariant: true,
              hosting: { kind: 'serverless', memorySizeInMb: 3072, maxConcurrency: 20 },
            }),
          ),
        },
      },
    });
  });

  test('creates endpoint configs without data capture and without a key of volumes', () => {
    const { Arguments } = state('CreateEndpointConfig');
    expect(Object.keys(Arguments).sort()).toEqual(['EndpointConfigName', 'ProductionVariants', 'Tags']);
  });

  test('releases by one update, smoke-tests after it, and bakes under alarms', () => {
    expect(state('IsFirstRelease').Default).toBe('AskForApproval');
    expect(state('AskForApproval').Next).toBe('BeginShift');
    expect(Object.keys(state('UpdateEndpoint').Arguments).sort()).toEqual([
      'EndpointConfigName',
      'EndpointName',
    ]);
    expect(state('ChallengerReady').Choices[0].Next).toBe('SmokeTest');
    expect(state('SmokeTestPassed').Choices.at(-1).Next).toBe('Bake');
    expect(state('Bake')).toMatchObject({ Seconds: 1800, Next: 'LookAtAlarms' });
    expect(state('LookAtAlarms').Arguments).toEqual({
      AlarmNames: [expect.stringContaining('ErrorAlarm'), expect.stringContaining('LatencyAlarm')],
      AlarmTypes: ['MetricAlarm', 'CompositeAlarm'],
      StateValue: 'ALARM',
    });
    expect(definition.States).not.toHaveProperty('AnalyseStep');
    expect(definition.States).not.toHaveProperty('ShiftTraffic');
  });

  test('leads every failure to the champion, and every name to a state', () => {
    expect(brokenTransitions(definition)).toEqual([]);
    expect(unguardedTasks(definition).sort()).toEqual([
      'RecordRelease',
      'ResumeChampionScaling',
      'ResumeScaling',
      'ResumeScalingUnrecorded',
    ]);
  });

  test('lets the workflow see the alarms, and has the rest of a release undone when one goes off', () => {
    const statements = [...roleStatements(template)].flatMap(([role, all]) =>
      role.includes('ReleaseWorkflow') ? all : [],
    );
    expect(statements).toContainEqual(expect.objectContaining({ Action: 'cloudwatch:DescribeAlarms' }));
    template.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: Match.objectLike({
        source: ['aws.cloudwatch'],
        resources: Match.arrayWith([
          { 'Fn::GetAtt': [Match.stringLikeRegexp('ErrorAlarm'), 'Arn'] },
          { 'Fn::GetAtt': [Match.stringLikeRegexp('LatencyAlarm'), 'Arn'] },
        ]),
      }),
    });
  });

  test('has an alarm before requests are throttled', () => {
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      Namespace: 'AWS/SageMaker',
      MetricName: 'ServerlessConcurrentExecutionsUtilization',
      Dimensions: [
        { Name: 'EndpointName', Value: 'flights' },
        { Name: 'VariantName', Value: 'blue' },
      ],
      Threshold: 0.8,
      TreatMissingData: 'notBreaching',
    });
    const one = synthesize({}, { maxConcurrency: 1 });
    expect(JSON.stringify(one.findResources('AWS::CloudWatch::Alarm'))).not.toContain(
      'ServerlessConcurrentExecutionsUtilization',
    );
  });

  test('says what is not monitored', () => {
    Annotations.fromStack(stack).hasWarning(
      '/Test/Model',
      Match.stringLikeRegexp('records no requests of a serverless endpoint'),
    );
  });

  test('needs no instances of a quota', () => {
    template.hasResourceProperties('AWS::SSM::Parameter', {
      Name: '/model-pipeline/flights/resources',
      Value: Match.objectLike({ 'Fn::Join': Match.anyValue() }),
    });
    const { Value } = Object.values(template.findResources('AWS::SSM::Parameter'))[0]?.Properties ?? {};
    expect(JSON.stringify(Value)).not.toContain('for endpoint');
    expect(JSON.stringify(Value)).toContain('transform job');
    expect(JSON.stringify(Value)).not.toContain('\\"use\\":\\"endpoint\\"');
  });

  test.each<[string, Partial<ModelPipelineProps>, string]>([
    ['traffic in steps', { releaseStrategy: ReleaseStrategy.canary() }, 'ReleaseStrategy.inPlace()'],
    [
      'deployment guardrails',
      { releaseStrategy: ReleaseStrategy.deploymentGuardrails() },
      'ReleaseStrategy.inPlace()',
    ],
    ['a shadow', { releaseStrategy: ReleaseStrategy.shadow() }, 'ReleaseStrategy.inPlace()'],
    [
      'instances',
      { hosting: { instanceType: 'ml.m5.large', instanceCount: 2 } },
      'hosting.instanceType, hosting.instanceCount: a serverless endpoint has no instances',
    ],
    [
      'scaling',
      { hosting: { scaling: { maxCapacity: 2, targetInvocationsPerInstance: 10 } } },
      'hosting.scaling: a serverless endpoint has no instances',
    ],
    [
      'capture',
      { hosting: { capturePercentage: 50 } },
      'hosting.capturePercentage: SageMaker records no requests of a serverless endpoint',
    ],
    [
      'a drift monitor',
      { monitoring: { expectedFalseAlarmsPerYear: 2 } },
      'monitoring.expectedFalseAlarmsPerYear: SageMaker records no requests',
    ],
    [
      'a retraining by drift',
      { retraining: { onDrift: true } },
      'retraining.onDrift: SageMaker records no requests',
    ],
    [
      'network isolation',
      { hosting: { networkIsolation: true } },
      'hosting.networkIsolation: SageMaker does not isolate',
    ],
  ])('refuses %s by name', (_, props, message) => {
    expect(() => synthesize(props)).toThrow(message);
  });

  test('refuses a VPC, and a container whose images need GPUs', () => {
    const stack = new Stack(new App(), 'Test', { env: { account: '111111111111', region: 'eu-central-1' } });
    const vpc = new Vpc(stack, 'Vpc');
    const pipeline = (id: string, props: object) => () =>
      new ModelPipeline(stack, id, {
        pipelineName: id.toLowerCase(),
        servedBy: ServedBy.serverlessEndpoint(),
        smokeTest: { requests: [{ body: '1' }] },
        ...props,
      });
    expect(pipeline('InVpc', { vpc })).toThrow('vpc: SageMaker runs serverless endpoints outside any VPC');
    expect(pipeline('Large', { container: ServingContainer.djl() })).toThrow(
      'servedBy serverlessEndpoint has no GPU, and AWS publishes no image of ServingContainer.djl',
    );
    expect(pipeline('Adopts', { adopt: { endpointName: 'theirs' } })).toThrow(
      'adopt takes over an endpoint with instances',
    );
  });

  test.each<[ServerlessEndpointOptions, string]>([
    [{ memorySize: 1000 }, 'memorySize of the serverless endpoint must be one of 1024, 2048'],
    [
      { maxConcurrency: 201 },
      'maxConcurrency of the serverless endpoint must be a whole number from 1 to 200',
    ],
    [
      { maxConcurrency: 2, provisionedConcurrency: 3 },
      'provisionedConcurrency of the serverless endpoint must be a whole number from 1 to maxConcurrency, 2',
    ],
  ])('refuses %j', (options, message) => {
    expect(() => synthesize({}, options)).toThrow(message);
  });
});

describe('a release in place', () => {
  test('is possible on instances too, and not where a function serves alone', () => {
    const releaseStrategy = ReleaseStrategy.inPlace({ bakeTime: Duration.minutes(0) });
    const { States } = definitionOf(synthesize({ servedBy: ServedBy.ENDPOINT, releaseStrategy }), 'Releases');
    expect(States).not.toHaveProperty('Bake');
    expect(JSON.stringify(States.SmokeTestPassed)).toContain('LookAtAlarms');
    expect(() => synthesize({ servedBy: ServedBy.FUNCTION, releaseStrategy })).toThrow(
      'ReleaseStrategy.inPlace updates an endpoint, but a function serves alone',
    );
  });

  test('can be rolled back by alarms of the user, follows no shadow, and bakes in whole minutes', () => {
    const stack = new Stack();
    const arn = 'arn:aws:cloudwatch:eu-central-1:111111111111:alarm:complaints';
    const template = synthesize({
      releaseStrategy: ReleaseStrategy.inPlace({ rollbackAlarms: [Alarm.fromAlarmArn(stack, 'Own', arn)] }),
    });
    expect(JSON.stringify(definitionOf(template, 'Releases').States.LookAtAlarms)).toContain('complaints');
    expect(() => ReleaseStrategy.shadow({ followedBy: ReleaseStrategy.inPlace() }).bind(stack)).toThrow(
      'followedBy is an update in place',
    );
    expect(() => ReleaseStrategy.inPlace({ bakeTime: Duration.seconds(90) })).toThrow(
      'bakeTime must be whole minutes, at most 14 days, got 1 minute 30 seconds',
    );
  });
});
