import { App, Duration, Stack } from 'aws-cdk-lib';
import { Match, Template } from 'aws-cdk-lib/assertions';
import { Architecture } from 'aws-cdk-lib/aws-lambda';
import {
  ColumnType,
  DataSchema,
  ModelPipeline,
  type ModelPipelineProps,
  ReleaseStrategy,
  ServedBy,
} from '../../lib';
import { allStatements, roleStatements } from './role-statements';
import { brokenTransitions, definitionOf, unguardedTasks } from './state-machine-definition';

const ACCOUNT = { account: '111111111111', region: 'eu-central-1' };

function synthesize(props: Partial<ModelPipelineProps> = {}): Template {
  const stack = new Stack(new App(), 'Test', { env: ACCOUNT });
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

  test('takes features that are categories, and has each version checked against its graph', () => {
    const schema = DataSchema.of({ columns: { carrier: { type: ColumnType.CATEGORY } } });
    synthesize({ data: { label: 'late', schema } }).hasResourceProperties('AWS::Lambda::Function', {
      Description: Match.stringLikeRegexp('^Profiles the training data'),
      Environment: {
        Variables: {
          SETTINGS: Match.serializedJson({ problem: { type: 'binary' }, servesByFunction: true }),
        },
      },
    });
  });

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
    expect(unguardedTasks(release)).toEqual(['RecordRelease']);
    for (const definition of [release, restore]) expect(brokenTransitions(definition)).toEqual([]);
  });

  test('starts instances before requests only if it is to: a new version waits for its own, those of the previous one end', () => {
    const concurrency = { minimum: 2, maximum: 10 };
    const warm = synthesize({ serverlessInference: { provisionedConcurrency: concurrency } });
    const states = definitionOf(warm, 'Releases a version').States;
    expect([states.CreateModel?.Next, states.IsFunctionWarm?.Choices?.[0]?.Next]).toEqual([
      'WarmFunction',
      'SmokeTest',
    ]);
    expect([states.RecordRelease?.Next, states.RecordRollback?.Next]).toEqual([
      'EndFormerInstances',
      'EndLeftoverInstances',
    ]);
    for (const comment of ['Releases a version', 'Gives the champion'])
      expect(brokenTransitions(definitionOf(warm, comment))).toEqual([]);
    warm.hasResourceProperties('AWS::Lambda::Function', {
      Environment: {
        Variables: Match.objectLike({
          SETTINGS: Match.objectLike({
            'Fn::Join': Match.arrayWith([
              Match.arrayWith([Match.stringLikeRegexp('"minimum":2,"maximum":10,"targetUtilization":0.7')]),
            ]),
          }),
        }),
      },
    });
    const countOf = (each: Template, type: string) => Object.keys(each.findResources(type)).length;
    for (const type of ['AWS::Lambda::Function', 'AWS::IAM::Role'])
      expect(countOf(warm, type)).toBe(countOf(template, type) + 1);
    expect(JSON.stringify(template)).not.toMatch(/ProvisionedConcurrency|WarmFunction/);
    const ending = allStatements(warm).filter(({ Action }) =>
      [Action].flat().includes('lambda:DeleteProvisionedConcurrencyConfig'),
    );
    expect(ending).toHaveLength(2);
  });

  test('refuses instances that no release could start, or whose number makes no sense', () => {
    const wrong = { minimum: 0.5, maximum: 0, targetUtilization: 1 };
    const provisioned = (concurrency: typeof wrong, servedBy: ServedBy) => () =>
      synthesize({ servedBy, serverlessInference: { provisionedConcurrency: concurrency } });
    expect(provisioned(wrong, ServedBy.FUNCTION)).toThrow(
      /minimum must be a whole number from 1[\s\S]*maximum must be a whole number from minimum[\s\S]*targetUtilization must be 0.1 to 0.9/,
    );
    expect(provisioned({ minimum: 1, maximum: 2, targetUtilization: 0.5 }, ServedBy.ENDPOINT)).toThrow(
      /provisionedConcurrency needs servedBy: ServedBy.FUNCTION/,
    );
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
    const actions = new Set(allStatements(template).flatMap(({ Action }) => Action));
    expect(
      [...actions].filter((action) => /^sagemaker:(Create|Update|Invoke|Delete)Endpoint/.test(action)).sort(),
    ).toEqual(['sagemaker:DeleteEndpoint', 'sagemaker:DeleteEndpointConfig']);
  });

  describe('with a strategy that begins with a shadow', () => {
    const shadowed = synthesize({
      releaseStrategy: ReleaseStrategy.shadow({
        sampleShare: 0.5,
        followedBy: ReleaseStrategy.canary({ approval: {} }),
      }),
      serverlessInference: {
        maximumRoutingAge: Duration.seconds(30),
        memorySize: 3008,
        architecture: Architecture.ARM_64,
      },
    });

    test('compares the shadow after the smoke test, and waits for the last copies before a person is asked', () => {
      const { States } = definitionOf(shadowed, 'Releases a version');
      expect(brokenTransitions({ ...release, States })).toEqual([]);
      expect(unguardedTasks({ ...release, States })).toEqual(['RecordRelease']);
      expect(States.SmokeTestPassed?.Choices?.at(-1)?.Next).toBe('IsShadowFirst');
      expect(States.IsShadowFirst).toMatchObject({
        Choices: [{ Next: 'BeginShadow' }],
        Default: 'AskForApproval',
      });
      expect(States.EndShadow?.Next).toBe('WaitForLastCopies');
      expect(States.WaitForLastCopies).toMatchObject({ Seconds: 30, Next: 'AskForApproval' });
      expect(JSON.stringify(States)).not.toContain('$plan.shadow');
    });

    test('has a second function like the first, to which that one sends copies', () => {
      const functions = Object.entries(shadowed.findResources('AWS::Lambda::Function'));
      const [[shadow, { Properties: answers } = {}] = [], [, { Properties: serves } = {}] = []] = [
        'copies of requests',
        'with the version',
      ].map((text) =>
        functions.find(([, { Properties }]) => Properties.Description.startsWith(`Answers ${text}`)),
      );
      expect(answers).toMatchObject({
        MemorySize: 3008,
        Architectures: ['arm64'],
        Code: serves.Code,
        Timeout: serves.Timeout,
      });
      const settings = JSON.stringify(serves.Environment.Variables.SETTINGS);
      expect(settings).toContain(`"Ref":"${shadow}"`);
      expect(settings).toContain('\\"sampleShare\\":0.5');
      expect(answers.Environment.Variables.SETTINGS).not.toContain('sampleShare');
      shadowed.hasResourceProperties('AWS::Lambda::EventInvokeConfig', {
        FunctionName: { Ref: shadow },
        MaximumRetryAttempts: 0,
        MaximumEventAgeInSeconds: 60,
      });
    });

    test('compares what the function counts, and asks no endpoint', () => {
      const [compare] = Object.values(
        shadowed.findResources('AWS::Lambda::Function', {
          Properties: { Description: Match.stringLikeRegexp('^Compares the champion with') },
        }),
      );
      const settings = JSON.parse(compare?.Properties.Environment.Variables.SETTINGS);
      expect(settings.requestMetrics).toMatchObject({
        namespace: 'ModelPipeline',
        releaseDimension: 'ReleaseId',
      });
    });

    test('has none beside an endpoint, whose requests SageMaker copies', () => {
      const beside = synthesize({
        servedBy: ServedBy.ENDPOINT,
        serverlessInference: {},
        releaseStrategy: ReleaseStrategy.shadow(),
      });
      const dropping = { Properties: { MaximumRetryAttempts: 0 } };
      expect(beside.findResources('AWS::Lambda::EventInvokeConfig', dropping)).toEqual({});
    });
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

  test('begins as an extension, and alarms when it cannot record, if it records requests', () => {
    const beginning = { Handler: 'start.handler', Description: Match.stringLikeRegexp('^Answers with') };
    template.hasResourceProperties('AWS::Lambda::Function', beginning);
    const alarm = { Namespace: 'ModelPipeline', MetricName: 'CaptureWriteErrors' };
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      ...alarm,
      Dimensions: [{ Name: 'Pipeline', Value: 'flights' }],
      Threshold: 1,
    });
    const silent = synthesize({ servedBy: ServedBy.ENDPOINT, serverlessInference: {} });
    expect(silent.findResources('AWS::CloudWatch::Alarm', { Properties: alarm })).toEqual({});
  });

  describe('when the function changes', () => {
    const changed = synthesize({ serverlessInference: { memorySize: 2048 } });
    const versions = (found: Template) => Object.entries(found.findResources('AWS::Lambda::Version'));

    test('publishes a version, and keeps the one before, which serves until the release of it has ended', () => {
      const [[id, version] = [], ...others] = versions(template);
      expect(others).toEqual([]);
      expect(version).toMatchObject({
        DeletionPolicy: 'RetainExceptOnCreate',
        UpdateReplacePolicy: 'Retain',
      });
      expect(versions(changed).map(([changedId]) => changedId)).not.toContain(id);
      expect(versions(synthesize()).map(([again]) => again)).toEqual([id]);
    });

    test('leaves the alias that callers invoke as it is', () => {
      const alias = (found: Template) => Object.entries(found.findResources('AWS::Lambda::Alias'));
      const properties = (found: Template) => alias(found).map(([id, { Properties }]) => [id, Properties]);
      expect(properties(changed)).toEqual(properties(template));
      expect(alias(template)).toMatchObject([
        [
          expect.any(String),
          {
            Properties: { Name: 'live', FunctionVersion: '1' },
            DependsOn: expect.arrayContaining([versions(template)[0]?.[0]]),
          },
        ],
      ]);
      template.hasOutput('*', {
        Description: Match.stringLikeRegexp('^Answers after'),
        Value: { 'Fn::Join': ['', Match.arrayWith([':live'])] },
      });
    });

    test('tells the lifecycle, which has the version in production released again', () => {
      const [id] = versions(template)[0] ?? [];
      template.hasResourceProperties('Custom::ModelPipelineLifecycle', { FunctionVersion: { Ref: id } });
      synthesize({ servedBy: ServedBy.ENDPOINT }).hasResourceProperties('Custom::ModelPipelineLifecycle', {
        FunctionVersion: Match.absent(),
      });
    });

    test('lets only those who follow a release move the alias, and only that function', () => {
      const movers = [...roleStatements(template)].flatMap(([role, statements]) =>
        statements
          .filter(({ Action }) => Action.includes('lambda:UpdateAlias'))
          .map(({ Resource }) => [role, Resource]),
      );
      const [functionId] = Object.keys(
        template.findResources('AWS::Lambda::Function', {
          Properties: { Description: Match.stringLikeRegexp('^Answers with the version') },
        }),
      );
      const arn = { 'Fn::GetAtt': [functionId, 'Arn'] };
      expect(movers).toEqual(
        // NoteShift and RecordRelease share a role.
        ['ReleaseRecordsRole', 'LifecycleHandlerRole'].map((name) => [expect.stringContaining(name), arn]),
      );
    });
  });

  test.each([
    [
      { releaseStrategy: ReleaseStrategy.deploymentGuardrails() },
      'Test/Model/Release: deployment guardrails move the traffic of an endpoint, but a function serves alone: choose ReleaseStrategy.canary',
    ],
    [
      {
        releaseStrategy: ReleaseStrategy.shadow({ minimumAgreement: 0.9 }),
        serverlessInference: { capturePercentage: 0 },
      },
      'minimumAgreement of the shadow compares recorded answers, but serverlessInference.capturePercentage is 0: increase it, or leave out minimumAgreement',
    ],
    [
      { hosting: { instanceType: 'ml.c5.large', instanceCount: 2 } },
      'Test/Model: hosting.instanceType, hosting.instanceCount describe an endpoint, but with ServedBy.FUNCTION there is no endpoint: see serverlessInference, or choose ServedBy.ENDPOINT',
    ],
  ])('refuses %j with the way out', (props, message) => {
    expect(() => synthesize(props)).toThrow(message);
  });

  test("takes the environment of batches' containers", () => {
    expect(() => synthesize({ hosting: { environment: { LEVEL: 'INFO' } } })).not.toThrow();
  });
});
