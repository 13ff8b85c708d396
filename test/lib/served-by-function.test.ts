import { App, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { ModelPipeline, type ModelPipelineProps, ReleaseStrategy, ServedBy } from '../../lib';
import { brokenTransitions, definitionOf, unguardedTasks } from './state-machine-definition';

function synthesize(props: Partial<ModelPipelineProps> = {}): Template {
  const stack = new Stack(new App(), 'Test', { env: { account: '111111111111', region: 'eu-central-1' } });
  new ModelPipeline(stack, 'Model', {
    pipelineName: 'flights',
    training: { source: 'examples/flights/source' },
    data: { label: 'late' },
    servedBy: ServedBy.FUNCTION,
    ...props,
  });
  return Template.fromStack(stack);
}

describe('a pipeline that a function serves alone', () => {
  const template = synthesize();
  const release = definitionOf(template, 'Releases a version');
  const restore = definitionOf(template, 'Gives the champion');

  test('releases by the states of any release, without those of an endpoint', () => {
    expect(Object.keys(release.States)).toEqual(
      expect.arrayContaining([
        'PlanRelease',
        'CreateModel',
        'SmokeTest',
        'ShiftTraffic',
        'Observe',
        'AnalyseStep',
        'Bake',
        'WriteReport',
        'RecordRelease',
        'RestoreChampion',
        'RolledBack',
      ]),
    );
    const calls = [release, restore].flatMap(({ States }) =>
      [...JSON.stringify(States).matchAll(/aws-sdk:(\w+:\w+)/g)].map(([, action]) => action),
    );
    expect(calls).toEqual(['sagemaker:createModel']);
  });

  test('leads every failure to the champion, and every name to a state', () => {
    expect(unguardedTasks(release)).toEqual(['RecordRelease', 'RecordRollback']);
    for (const definition of [release, restore]) expect(brokenTransitions(definition)).toEqual([]);
  });

  test('asks a person, if the strategy does, before the version has traffic', () => {
    const approved = synthesize({ releaseStrategy: ReleaseStrategy.allAtOnce({ approval: {} }) });
    const definition = definitionOf(approved, 'Releases a version');
    expect(brokenTransitions(definition)).toEqual([]);
    expect(definition.States.SmokeTestPassed?.Choices?.at(-1)?.Next).toBe('AskForApproval');
    expect(definition.States.AskForApproval?.Next).toBe('BeginStep');
  });

  test("watches the function's requests, and undoes a release in which they fail", () => {
    const ofFunction = {
      MetricStat: Match.objectLike({ Metric: Match.objectLike({ Namespace: 'ModelPipeline' }) }),
    };
    for (const variant of ['blue', 'green']) {
      template.hasResourceProperties('AWS::CloudWatch::Alarm', {
        AlarmDescription: Match.stringLikeRegexp(`Most requests to the variant ${variant} `),
        Metrics: Match.arrayWith([
          Match.objectLike({ Expression: 'IF(requests >= 10, FILL(failed, 0) / requests, 0)' }),
          Match.objectLike(ofFunction),
        ]),
      });
    }
    const alarms = JSON.stringify(template.findResources('AWS::CloudWatch::Alarm'));
    const dashboard = JSON.stringify(template.findResources('AWS::CloudWatch::Dashboard'));
    for (const text of [alarms, dashboard]) expect(text).not.toContain('AWS/SageMaker');
  });

  test('lets its workflows touch no endpoint, but for removing one that served before', () => {
    const statements = Object.values(template.findResources('AWS::IAM::Policy')).flatMap(
      ({ Properties }) => Properties.PolicyDocument.Statement as { Action: string | string[] }[],
    );
    const actions = new Set(statements.flatMap(({ Action }) => Action));
    expect(
      [...actions].filter((action) => /^sagemaker:(Create|Update|Invoke|Delete)Endpoint/.test(action)).sort(),
    ).toEqual(['sagemaker:DeleteEndpoint', 'sagemaker:DeleteEndpointConfig']);
  });

  test('records all requests where monitors look for them, unless told otherwise', () => {
    const settingsOf = (found: Template) => {
      const functions = found.findResources('AWS::Lambda::Function', {
        Properties: { Description: Match.stringLikeRegexp('^Answers with the version') },
      });
      return JSON.parse(Object.values(functions)[0]?.Properties.Environment.Variables.SETTINGS);
    };
    expect(settingsOf(template)).toMatchObject({ capturePercentage: 100, captureFolder: 'flights' });
    expect(settingsOf(synthesize({ serverlessInference: { capturePercentage: 5 } }))).toMatchObject({
      capturePercentage: 5,
    });
    const beside = synthesize({ servedBy: ServedBy.ENDPOINT, serverlessInference: {} });
    expect(settingsOf(beside)).toEqual(expect.not.objectContaining({ captureFolder: expect.anything() }));
  });

  test.each([
    [
      { releaseStrategy: ReleaseStrategy.deploymentGuardrails() },
      'Test/Model/Release: deployment guardrails move the traffic of an endpoint, but a function serves alone: choose ReleaseStrategy.canary',
    ],
    [
      { hosting: { instanceType: 'ml.c5.large', instanceCount: 2 } },
      'Test/Model: hosting.instanceType, hosting.instanceCount describe an endpoint, but with ServedBy.FUNCTION there is none: see serverlessInference, or choose ServedBy.ENDPOINT',
    ],
  ])('refuses %j with the way out', (props, message) => {
    expect(() => synthesize(props)).toThrow(message);
  });

  test("takes the environment of batches' containers", () => {
    expect(() => synthesize({ hosting: { environment: { LEVEL: 'INFO' } } })).not.toThrow();
  });
});
