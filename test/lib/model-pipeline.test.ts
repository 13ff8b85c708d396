import { App, Duration, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import {
  BetterDirection,
  DataSchema,
  DataSplit,
  type IReleaseStrategy,
  ModelPipeline,
  type ModelPipelineProps,
  PromotionMetric,
  PromotionRule,
  ReleaseStrategy,
  TrainingContainer,
} from '../../lib';
import { allStatements, roleStatements } from './role-statements';
import { brokenTransitions, definitionOf, unguardedTasks } from './state-machine-definition';

const PROPS = {
  pipelineName: 'flights',
  training: { source: 'examples/flights/source' },
  data: { label: 'late' },
} satisfies ModelPipelineProps;

function synthesize(props: Partial<ModelPipelineProps> = {}): Template {
  const stack = new Stack(new App(), 'Test', { env: { account: '111111111111', region: 'eu-central-1' } });
  new ModelPipeline(stack, 'Model', { ...PROPS, ...props });
  return Template.fromStack(stack);
}

describe('a model pipeline', () => {
  const template = synthesize();

  test('leaves endpoints, configs and models to the release workflow, so that a deploy changes no traffic', () => {
    for (const type of ['Endpoint', 'EndpointConfig', 'Model']) {
      template.resourceCountIs(`AWS::SageMaker::${type}`, 0);
    }
  });

  test('has its name and id before anything else of it is made or changed', () => {
    const resources = template.toJSON().Resources as Record<string, { Type: string; DependsOn?: string[] }>;
    const [identity] = Object.keys(template.findResources('Custom::ModelPipelineIdentity'));
    const late = Object.entries(resources).filter(
      ([id, { DependsOn = [] }]) =>
        // The function that gives the id logs with the others.
        !/^Model(Identity|LogsFunctions)/.test(id) && !DependsOn.includes(identity as string),
    );
    expect(late).toEqual([]);
  });

  test("may change and delete only what has its tags, and no other pipeline's endpoint whose name begins alike", () => {
    const CHANGING =
      /^sagemaker:(Update|Delete)(Endpoint|EndpointConfig|Model|EndpointWeightsAndCapacities)$/;
    const statements = allStatements(template);
    const unconditional = statements.filter(
      ({ Action, Condition }) => [Action].flat().some((action) => CHANGING.test(action)) && !Condition,
    );
    expect(unconditional).toEqual([]);
    const text = JSON.stringify(statements);
    expect(text).toContain(':endpoint/flights"');
    expect(text).not.toMatch(/:endpoint\/flights[^"]/);
    expect(text).not.toMatch(/:(model|endpoint-config)\/flights[^-]/);
  });

  test('refuses a name that another pipeline of the app has in the same place, and names both', () => {
    const app = new App();
    const env = { account: '111111111111', region: 'eu-central-1' };
    const [stack, same, elsewhere] = [
      new Stack(app, 'Test', { env }),
      new Stack(app, 'Same', { env }),
      new Stack(app, 'Elsewhere', { env: { ...env, region: 'us-east-1' } }),
    ];
    new ModelPipeline(stack, 'Model', PROPS);
    for (const scope of [stack, same]) {
      expect(() => new ModelPipeline(scope, 'Again', PROPS)).toThrow(
        `${scope.node.path}/Again: pipelineName 'flights' is that of Test/Model already, in the same account and region: give one of them another name`,
      );
    }
    new ModelPipeline(elsewhere, 'Model', PROPS);
  });

  test('refuses a training without data', () => {
    const stack = new Stack(new App(), 'Test');
    expect(() => new ModelPipeline(stack, 'Model', { training: PROPS.training })).toThrow(
      "Test/Model: training needs data: name the column with the label, as in data: { label: 'churned' }",
    );
  });

  test('refuses a shadow that must agree with answers that nobody records', () => {
    const releaseStrategy = ReleaseStrategy.shadow({ minimumAgreement: 0.9 });
    expect(() => synthesize({ releaseStrategy, hosting: { capturePercentage: 0 } })).toThrow(
      'minimumAgreement of the shadow compares recorded answers, but hosting.capturePercentage is 0: increase it, or leave out minimumAgreement',
    );
  });

  test.each([
    [{ maxCapacity: 4 }, 'hosting.scaling needs one target: targetInvocationsPerInstance or targetConcurr'],
    [
      { maxCapacity: 4, targetInvocationsPerInstance: 60, targetConcurrencyPerInstance: 2 },
      'hosting.scaling needs one target: targetInvocationsPerInstance or targetConcurrencyPerInstance, got [60,2]',
    ],
    [
      { maxCapacity: 4, minCapacity: 0, targetInvocationsPerInstance: 60 },
      'minCapacity must be a whole number of at least 1, since an endpoint without instances answers nothing, got 0',
    ],
    [
      { maxCapacity: 1, targetInvocationsPerInstance: 60 },
      'maxCapacity must be a whole number of at least minCapacity, 2, got 1',
    ],
    [
      { maxCapacity: 5, minCapacity: 3, targetInvocationsPerInstance: 60 },
      'hosting.instanceCount must lie between minCapacity, 3, and maxCapacity, 5',
    ],
    [
      { maxCapacity: 5, targetConcurrencyPerInstance: 0 },
      'the target of hosting.scaling must be above 0, got 0',
    ],
  ])('refuses scaling that cannot be: %j', (scaling, problem) => {
    expect(() => synthesize({ hosting: { instanceCount: 2, scaling } })).toThrow(problem);
  });

  test('lets only one function scale its endpoint, and only if asked to; who deletes the endpoint may deregister it', () => {
    const scaling = { maxCapacity: 4, targetInvocationsPerInstance: 60 };
    const allowed = (template: Template, action: string) =>
      [...roleStatements(template).values()].filter((statements) =>
        statements.some(({ Action }) => [Action].flat().includes(`application-autoscaling:${action}`)),
      ).length;
    expect(allowed(template, 'RegisterScalableTarget')).toBe(0);
    expect(allowed(synthesize({ hosting: { scaling } }), 'RegisterScalableTarget')).toBe(1);
    // The functions that scale, repair and remove it, both workflows, and what deletes the pipeline.
    expect(allowed(template, 'DeregisterScalableTarget')).toBe(6);
  });

  test.each([
    ['the challenger comes', ReleaseStrategy.canary(), 'UpdateEndpoint', 'StopScaling'],
    ['its shadow comes', ReleaseStrategy.shadow(), 'StartShadow', 'UpdateEndpoint'],
  ])('stops scaling before %s', (_title, releaseStrategy, update, afterConfig) => {
    const { States } = definitionOf(synthesize({ releaseStrategy }), 'Releases');
    expect(States.StopScaling?.Next).toBe(update);
    expect(States.IsFirstRelease?.Default).toBe(afterConfig);
  });

  test('warns that nothing scales while a release waits for days', () => {
    const scaling = { maxCapacity: 4, targetInvocationsPerInstance: 60 };
    const warnings = (releaseStrategy: IReleaseStrategy) => {
      const stack = new Stack(new App(), 'Test');
      new ModelPipeline(stack, 'Model', { ...PROPS, hosting: { scaling }, releaseStrategy });
      return Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp('may take days')).length;
    };
    expect(warnings(ReleaseStrategy.shadow())).toBe(1);
    expect(warnings(ReleaseStrategy.canary({ approval: {} }))).toBe(1);
    expect(warnings(ReleaseStrategy.canary())).toBe(0);
  });

  // Developer guide of Step Functions, "Using CloudWatch Logs": other groups each add to a resource policy of
  // 5,120 characters.
  test('logs its state machines in a group that needs no statement of its own in the resource policy', () => {
    const machines = Object.values(template.findResources('AWS::StepFunctions::StateMachine'));
    const groups = machines.map(({ Properties }) => {
      const arn = Properties.LoggingConfiguration.Destinations[0].CloudWatchLogsLogGroup.LogGroupArn;
      return template.findResources('AWS::Logs::LogGroup')[arn['Fn::GetAtt'][0]]?.Properties.LogGroupName;
    });
    expect(machines.length).toBeGreaterThanOrEqual(3);
    expect(groups.every((name) => /^\/aws\/vendedlogs\/states\/[\w-]+$/.test(name))).toBe(true);
    expect(new Set(groups).size).toBe(1);
  });

  // aws-stepfunctions-tasks of aws-cdk-lib 2.276.0: CreateTrainingJob, CreateTransformJob, CreateModel,
  // CreateEndpoint.
  test('lets workflows that make something of SageMaker list its tags, as the CDK tasks do', () => {
    const statements = [...roleStatements(template)].flatMap(([role, ofRole]) =>
      role.includes('Workflow') ? ofRole : [],
    );
    const resourcesOf = (action: string) =>
      JSON.stringify(
        statements.filter(({ Action }) => [Action].flat().includes(action)).map(({ Resource }) => Resource),
      );
    for (const kind of ['training-job', 'transform-job', 'model', 'endpoint', 'endpoint-config']) {
      expect(resourcesOf('sagemaker:ListTags')).toContain(`:${kind}/`);
    }
  });

  test('keeps its data in one versioned, encrypted bucket that is never public and survives the stack', () => {
    template.hasResource('AWS::S3::Bucket', {
      DeletionPolicy: 'Retain',
      Properties: {
        VersioningConfiguration: { Status: 'Enabled' },
        BucketEncryption: Match.anyValue(),
        PublicAccessBlockConfiguration: { BlockPublicAcls: true, RestrictPublicBuckets: true },
        NotificationConfiguration: { EventBridgeConfiguration: { EventBridgeEnabled: true } },
      },
    });
    template.hasResourceProperties('AWS::S3::BucketPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({ Effect: 'Deny', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
        ]),
      },
    });
  });

  test('retrains when the drift alarm goes off', () => {
    template.hasResourceProperties('AWS::Events::Rule', {
      EventPattern: {
        source: ['aws.cloudwatch'],
        resources: [{ 'Fn::GetAtt': [Match.stringLikeRegexp('DriftAlarm'), 'Arn'] }],
        detail: { state: { value: ['ALARM'] } },
      },
    });
  });

  test('lets its alarms publish to the topic', () => {
    template.hasResourceProperties('AWS::SNS::TopicPolicy', {
      PolicyDocument: {
        Statement: Match.arrayWith([
          Match.objectLike({
            Action: 'sns:Publish',
            Effect: 'Allow',
            Principal: { Service: 'cloudwatch.amazonaws.com' },
          }),
        ]),
      },
    });
  });

  test('alarms on drift in 2 of 3 hours', () => {
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: 'DriftedFeatures',
      Threshold: 1,
      EvaluationPeriods: 3,
      DatapointsToAlarm: 2,
      Period: 3600,
      TreatMissingData: 'notBreaching',
    });
  });

  test('alarms when labels say that quality has fallen', () => {
    template.hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: 'QualityFell',
      Threshold: 1,
      EvaluationPeriods: 1,
      Period: 3600,
      TreatMissingData: 'notBreaching',
    });
  });

  test('passes its execution role only to SageMaker', () => {
    const passRole = allStatements(template).filter(({ Action }) => Action === 'iam:PassRole');
    expect(passRole.length).toBeGreaterThan(0);
    for (const { Condition } of passRole) {
      expect(Condition).toEqual({ StringEquals: { 'iam:PassedToService': 'sagemaker.amazonaws.com' } });
    }
  });

  test('publishes where its parts are, for the CLI', () => {
    template.hasResourceProperties('AWS::SSM::Parameter', { Name: '/model-pipeline/flights/resources' });
  });

  test('trains with the scikit-learn image of its region', () => {
    const planning = template.findResources('AWS::Lambda::Function', {
      Properties: { Description: 'Assigns the semantic version of the challenger' },
    });
    expect(JSON.stringify(planning)).toContain('492215442770.dkr.ecr.eu-central-1.');
    const { Train } = definitionOf(template, 'Retrains').States;
    expect(Train).toMatchObject({
      Arguments: { AlgorithmSpecification: { TrainingImage: '{% $version.trainingImage %}' } },
    });
  });

  test('finds the image by a mapping when the region is known only at deployment', () => {
    const stack = new Stack(new App(), 'Agnostic');
    new ModelPipeline(stack, 'Model', PROPS);
    Template.fromStack(stack).hasMapping('SagemakerScikitLearn190Registries', {
      'us-east-1': { account: '683313688378' },
    });
  });
});

describe('invalid props fail at synth, naming the construct and the way out', () => {
  test.each<[string, Partial<ModelPipelineProps>, RegExp]>([
    [
      'a name that SageMaker refuses',
      { pipelineName: 'Flights_Model' },
      /^Test\/Model: pipelineName must be .* got "Flights_Model"/,
    ],
    [
      'a folder without the scripts',
      { training: { source: 'docs' } },
      /Source: train\.py, inference\.py not found in the source folder docs/,
    ],
    [
      'an instance type that is none',
      { hosting: { instanceType: 'm5.large' } },
      /hosting.instanceType .* ml\.m5\.large; .*, got "m5.large"$/,
    ],
    [
      'an instance with a GPU for a container without',
      { hosting: { instanceType: 'ml.g5.xlarge' } },
      /^Test\/Model: hosting.instanceType ml.g5.xlarge has GPUs, .* ServingContainer.scikitLearn 1.9-0/,
    ],
    [
      'a training container that no image of AWS serves',
      { training: { ...PROPS.training, container: TrainingContainer.pytorch('2.10.0') } },
      /^Test\/Model: ServingContainer.pytorch has no version "2.10.0": AWS publishes .*2\.6\.0/,
    ],
    [
      'half an instance',
      { hosting: { instanceCount: 0.5 } },
      /hosting.instanceCount must be a whole number of at least 1, got 0.5/,
    ],
    [
      'several wrong props at once',
      { hosting: { instanceCount: 0, capturePercentage: 101 } },
      /instanceCount.*capturePercentage/,
    ],
    [
      'data that cannot be split, and a schema with mistakes',
      {
        data: {
          label: 'late',
          holdoutFraction: 1,
          ignoredColumns: ['late'],
          split: DataSplit.byGroup('late'),
          schema: DataSchema.of({ columns: { age: { missing: { maximum: 5 } } } }),
        },
      },
      /^Test\/Model: data.holdoutFraction must be .* got 1; data.ignoredColumns must not name the label.*; data.split must not use the label, got "late"; data.schema.columns.age.missing.maximum must be 0 to 1, got 5/,
    ],
    [
      'a reserved hyperparameter',
      { training: { ...PROPS.training, hyperparameters: { sagemaker_program: 'x' } } },
      /must not start with sagemaker_/,
    ],
    [
      'patience without anybody who is asked',
      { promotion: { approvalTimeout: Duration.seconds(30) } },
      /promotion.approvalTimeout needs promotion.ifUndecided: .*; promotion.approvalTimeout must be 1 minute to 360 days.*, got "30 seconds"/,
    ],
    ['an impossible alpha', { promotion: { alpha: 0 } }, /promotion.alpha must be 0.000001 to 0.5, got 0/],
    [
      'a policy with several faults',
      {
        promotion: {
          metric: PromotionMetric.quantileLoss(9),
          rules: [PromotionRule.sizeWithin(0), PromotionRule.noSliceWorse({ columns: [] })],
          minimumRows: 1,
        },
      },
      /minimumRows must be .* got 1; .*must include superior or notInferior.*; .*quantile must be between 0 and 1, got 9; .*sizeWithin: ratio must be above 0, got 0; .*columns must name one/,
    ],
    [
      'more alarm hours than are looked at',
      { monitoring: { driftHoursToAlarm: 4 } },
      /driftHoursToAlarm must be 1 to driftEvaluationHours, got 4/,
    ],
    [
      'a comparison with almost no labels',
      { monitoring: { quality: { minimumLabels: 10, alpha: 1 } } },
      /quality.alpha must be between 0 and 1, got 1; monitoring.quality.minimumLabels must be at least 100, got 10/,
    ],
    [
      'a fairness gap between no groups',
      { monitoring: { quality: { maximumFairnessGap: 0.1 } } },
      /maximumFairnessGap needs columns whose groups are compared: set monitoring.quality.fairness/,
    ],
  ])('%s', (_what, props, message) => {
    expect(() => synthesize(props)).toThrow(message);
  });
});

describe('the release workflow', () => {
  const template = synthesize({
    releaseStrategy: ReleaseStrategy.blueGreen({
      canary: [0.2],
      stepDuration: Duration.minutes(7),
      bakeTime: Duration.minutes(9),
      analysis: {
        maximumPredictionShift: 0.2,
        businessMetrics: [
          {
            namespace: 'Shop',
            metricName: 'Orders',
            dimensionsMap: { Shop: 'de' },
            better: BetterDirection.HIGHER,
          },
        ],
      },
    }),
  });
  const definition = definitionOf(template, 'Releases');

  test('smoke-tests the new variant before it shifts any traffic', () => {
    expect(definition.States.ChallengerReady?.Choices?.[0]?.Next).toBe('SmokeTest');
    expect(definition.States.SmokeTestPassed?.Choices?.[1]?.Next).toBe('ShiftTraffic');
    expect(definition.States.SmokeTestPassed?.Default).toBe('RestoreChampion');
  });

  test('believes an update only if the endpoint runs the config that was asked for', () => {
    expect(definition.States.ChallengerReady?.Choices?.[0]?.Condition).toContain(
      '$endpoint.EndpointConfigName = $plan.configName',
    );
  });

  test('looks every minute, and its function knows how long the steps last and what is compared', () => {
    expect(definition.States.Observe?.Seconds).toBe(60);
    expect(definition.States.Bake?.Seconds).toBe(60);
    template.hasResourceProperties('AWS::Lambda::Function', {
      Description: Match.stringLikeRegexp('^Compares challenger'),
      Environment: {
        Variables: {
          SETTINGS: Match.serializedJson({
            problem: { type: 'binary' },
            durations: { step: 7, bake: 9, longest: 36 },
            policy: {
              maximumPredictionShift: 0.2,
              business: [{ name: 'Orders', better: 'higher', toleratedChange: 0.05 }],
            },
            businessMetrics: [{ namespace: 'Shop', metricName: 'Orders', dimensions: { Shop: 'de' } }],
            requestMetrics: [
              {
                namespace: 'AWS/SageMaker',
                dimensions: { EndpointName: 'flights' },
                releaseDimension: 'EndpointConfigName',
              },
            ],
          }),
        },
      },
    });
  });

  test("is undone by the alarms of both variants, and by the user's own", () => {
    const alarm = Alarm.fromAlarmArn(new Stack(), 'Shop', 'arn:aws:cloudwatch:eu-west-1:1:alarm:shop');
    const watched = synthesize({ releaseStrategy: ReleaseStrategy.canary({ rollbackAlarms: [alarm] }) });
    watched.hasResourceProperties('AWS::Events::Rule', {
      Description: Match.stringLikeRegexp('^Rolls back the release .* an alarm goes off'),
      EventPattern: {
        resources: [
          { 'Fn::GetAtt': [Match.stringLikeRegexp('blueFails'), 'Arn'] },
          { 'Fn::GetAtt': [Match.stringLikeRegexp('greenFails'), 'Arn'] },
          alarm.alarmArn,
        ],
        detail: { state: { value: ['ALARM'] } },
      },
    });
  });

  test('leads every failure to the champion', () => {
    // What is left only records, and lets the endpoint scale again; if that fails it must be seen, not
    // hidden.
    expect(unguardedTasks(definition)).toEqual([
      'RecordRelease',
      'ResumeScaling',
      'ResumeChampionScaling',
      'ResumeScalingUnrecorded',
    ]);
    // A rollback that cannot be recorded at once is recorded as far as possible; if that fails, too, the
    // release fails.
    const { RecordRollback, RecordWhatCanBe, ResumeScalingUnrecorded } = definition.States;
    expect(RecordRollback).toMatchObject({ Catch: [{ Next: 'RecordWhatCanBe' }] });
    expect(RecordWhatCanBe).toMatchObject({ Catch: [{ Next: 'ResumeScalingUnrecorded' }] });
    expect(ResumeScalingUnrecorded).toMatchObject({ Next: 'RollbackNotRecorded' });
    expect(definition.States.RollbackNotRecorded).toMatchObject({ Type: 'Fail' });
  });

  test('names only states that exist, and each is reached', () => {
    expect(brokenTransitions(definition)).toEqual([]);
  });
});
