import { App, Duration, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { User } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import {
  type AsynchronousEndpointOptions,
  ModelPipeline,
  type ModelPipelineProps,
  ReleaseStrategy,
  ServedBy,
} from '../../lib';
import { roleStatements } from './role-statements';
import { brokenTransitions, definitionOf } from './state-machine-definition';

function pipelineIn(
  stack: Stack,
  options?: AsynchronousEndpointOptions,
  props: Partial<ModelPipelineProps> = {},
): ModelPipeline {
  return new ModelPipeline(stack, 'Model', {
    pipelineName: 'flights',
    training: { source: 'examples/flights/source' },
    data: { label: 'late' },
    servedBy: ServedBy.asynchronousEndpoint(options),
    ...props,
  });
}

function newStack(): Stack {
  return new Stack(new App(), 'Test', { env: { account: '111111111111', region: 'eu-central-1' } });
}

function synthesize(
  options?: AsynchronousEndpointOptions,
  props: Partial<ModelPipelineProps> = {},
): Template {
  const stack = newStack();
  pipelineIn(stack, options, props);
  return Template.fromStack(stack);
}

describe('a pipeline with an asynchronous endpoint', () => {
  const stack = newStack();
  const arn = (name: string) => `arn:aws:sns:eu-central-1:111111111111:${name}`;
  const pipeline = pipelineIn(stack, {
    maxConcurrencyPerInstance: 2,
    successTopic: Topic.fromTopicArn(stack, 'Answered', arn('answered')),
    errorTopic: Topic.fromTopicArn(stack, 'Failed', arn('failed')),
    scaling: { maxCapacity: 4, targetBacklogPerInstance: 5 },
    maximumBacklog: 50,
    maximumRequestAge: Duration.minutes(30),
  });
  pipeline.grants.invokeAsynchronously(new User(stack, 'Client'));
  const template = Template.fromStack(stack);
  const definition = definitionOf(template, 'Releases');

  test('queues and answers in its bucket, tells topics, and records nothing', () => {
    const { Arguments } = definition.States.CreateEndpointConfig as unknown as { Arguments: object };
    expect(Arguments).not.toHaveProperty('DataCaptureConfig');
    expect(Arguments).toMatchObject({
      AsyncInferenceConfig: {
        ClientConfig: { MaxConcurrentInvocationsPerInstance: 2 },
        OutputConfig: {
          S3OutputPath: expect.stringMatching(/\/asynchronous\/answers$/),
          S3FailurePath: expect.stringMatching(/\/asynchronous\/failures$/),
          NotificationConfig: { SuccessTopic: arn('answered'), ErrorTopic: arn('failed') },
        },
      },
    });
  });

  test('releases by deployment guardrails unless told otherwise', () => {
    expect(JSON.stringify(definition.States.UpdateEndpoint)).toContain('BlueGreenUpdatePolicy');
    expect(brokenTransitions(definition)).toEqual([]);
    const inPlace = synthesize({}, { releaseStrategy: ReleaseStrategy.inPlace() });
    expect(definitionOf(inPlace, 'Releases').States).toHaveProperty('LookAtAlarms');
  });

  test("lets the endpoint's role read requests, write answers and publish, and the smoke test invoke", () => {
    const statements = [...roleStatements(template)];
    const ofRole = (name: RegExp) => JSON.stringify(statements.filter(([role]) => name.test(role)));
    const serving = ofRole(/ExecutionRole/);
    for (const part of [
      'asynchronous/requests/*',
      'asynchronous/answers/*',
      'sns:Publish',
      arn('answered'),
    ]) {
      expect(serving).toContain(part);
    }
    expect(serving).not.toContain('capture/*');
    expect(ofRole(/SmokeTest/)).toContain('sagemaker:InvokeEndpointAsync');
    expect(ofRole(/SmokeTest/)).not.toContain('"sagemaker:InvokeEndpoint"');
  });

  test('lets a client put requests, send them and read answers', () => {
    template.hasResourceProperties('AWS::IAM::Policy', {
      PolicyName: Match.stringLikeRegexp('^ClientDefaultPolicy'),
      PolicyDocument: {
        Statement: Match.arrayWith([Match.objectLike({ Action: 'sagemaker:InvokeEndpointAsync' })]),
      },
    });
    const alone = new ModelPipeline(newStack(), 'Alone', { servedBy: ServedBy.FUNCTION });
    expect(() => alone.grants.invokeAsynchronously(new User(alone, 'Client'))).toThrow('a function serves');
  });

  test('scales by the requests that wait, to none', () => {
    template.hasResourceProperties('AWS::Lambda::Function', {
      Description: Match.stringLikeRegexp('^Keeps the endpoint from scaling'),
      Environment: {
        Variables: {
          SETTINGS: Match.serializedJson(
            Match.objectLike({
              scaling: Match.objectLike({
                minCapacity: 0,
                maxCapacity: 4,
                metric: 'ApproximateBacklogSizePerInstance',
                isOfEndpoint: true,
                targetValue: 5,
              }),
              wakingAlarm: Match.stringLikeRegexp('-requests-without-instances$'),
            }),
          ),
        },
      },
    });
  });

  test('lets only two functions change its alarm on requests without instances, and only that alarm', () => {
    const functionsWith = (action: string) =>
      [...roleStatements(template)].flatMap(([role, statements]) =>
        statements
          .filter(({ Action }) => [Action].flat().includes(action))
          .map(({ Resource }) => JSON.stringify(Resource))
          .filter((resource) => !resource.includes(':alarm:TargetTracking'))
          .map((resource) => [/ScaleEndpoint|Lifecycle/.exec(role)?.[0], /[^:]+$/.exec(resource)?.[0]]),
      );
    const alarm = expect.stringMatching(/^[\w-]+-requests-without-instances"/);
    expect(functionsWith('cloudwatch:DeleteAlarms').sort()).toEqual([
      ['Lifecycle', alarm],
      ['ScaleEndpoint', alarm],
    ]);
    expect(functionsWith('cloudwatch:PutMetricAlarm')).toEqual([['ScaleEndpoint', alarm]]);
  });
  test('has alarms on backlog and age, and counts requests by what AWS publishes', () => {
    for (const [MetricName, Threshold] of [
      ['ApproximateBacklogSize', 50],
      ['ApproximateAgeOfOldestRequest', 1800],
    ]) {
      template.hasResourceProperties('AWS::CloudWatch::Alarm', {
        Namespace: 'AWS/SageMaker',
        MetricName,
        Threshold,
        Dimensions: [{ Name: 'EndpointName', Value: 'flights' }],
      });
    }
    const alarms = JSON.stringify(template.findResources('AWS::CloudWatch::Alarm'));
    expect(alarms).not.toContain('"MetricName":"Invocations"');
    expect(alarms).toContain('"Stat":"SampleCount"');
  });

  test('says what is not monitored', () => {
    Annotations.fromStack(stack).hasWarning(
      '/Test/Model',
      Match.stringLikeRegexp('requests to an asynchronous endpoint are not recorded'),
    );
  });

  test.each<[string, Partial<ModelPipelineProps>, string]>([
    [
      'traffic in steps',
      { releaseStrategy: ReleaseStrategy.canary() },
      'InvokeEndpointAsync has no TargetVariant',
    ],
    ['a shadow', { releaseStrategy: ReleaseStrategy.shadow() }, 'InvokeEndpointAsync has no TargetVariant'],
    [
      'capture',
      { hosting: { capturePercentage: 10 } },
      'hosting.capturePercentage: AWS documents data capture',
    ],
    [
      'a drift monitor',
      { monitoring: { expectedFalseAlarmsPerYear: 2 } },
      'monitoring.expectedFalseAlarmsPerYear: AWS documents data capture',
    ],
    [
      'scaling by requests',
      { hosting: { scaling: { maxCapacity: 2, targetInvocationsPerInstance: 9 } } },
      'hosting.scaling: an asynchronous endpoint scales by the requests that wait',
    ],
  ])('refuses %s by name', (_, props, message) => {
    expect(() => synthesize({}, props)).toThrow(message);
  });

  test.each<[AsynchronousEndpointOptions, string]>([
    [{ maxConcurrencyPerInstance: 1001 }, 'maxConcurrencyPerInstance of the asynchronous endpoint must be'],
    [{ maximumBacklog: 0 }, 'maximumBacklog of the asynchronous endpoint must be above 0'],
    [{ scaling: { maxCapacity: 0, targetBacklogPerInstance: 1 } }, 'maxCapacity of the scaling'],
    [{ scaling: { maxCapacity: 2, targetBacklogPerInstance: 0 } }, 'targetBacklogPerInstance of the scaling'],
  ])('refuses %j', (options, message) => {
    expect(() => synthesize(options)).toThrow(message);
  });
});
