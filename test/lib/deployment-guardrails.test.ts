import { App, Duration, Stack } from 'aws-cdk-lib';
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions';
import { Alarm } from 'aws-cdk-lib/aws-cloudwatch';
import {
  type HostingProps,
  ModelPipeline,
  ReleaseStrategy,
  ServingContainer,
  TrafficRouting,
} from '../../lib';
import { roleStatements } from './role-statements';
import { definitionOf } from './state-machine-definition';

function synthesize(hosting: HostingProps = {}): Template {
  return Template.fromStack(guarded(hosting));
}

function guarded(hosting: HostingProps, container?: ServingContainer): Stack {
  const stack = new Stack(new App(), 'Test', { env: { account: '111111111111', region: 'eu-central-1' } });
  const own = Alarm.fromAlarmArn(
    stack,
    'Own',
    'arn:aws:cloudwatch:eu-central-1:111111111111:alarm:complaints',
  );
  new ModelPipeline(stack, 'Model', {
    pipelineName: 'flights',
    container,
    training: { source: 'examples/flights/source' },
    data: { label: 'late' },
    hosting,
    releaseStrategy: ReleaseStrategy.deploymentGuardrails({
      trafficRouting: TrafficRouting.LINEAR,
      stepPercentage: 25,
      waitInterval: Duration.minutes(5),
      rollbackAlarms: [own],
      approval: {},
    }),
  });
  return stack;
}

describe('a release by deployment guardrails', () => {
  const template = synthesize();
  const { States } = definitionOf(template, 'Releases');
  const state = (name: string) => JSON.parse(JSON.stringify(States[name]));

  test('is one update, which SageMaker undoes at alarms of the pipeline and of the user', () => {
    const { DeploymentConfig } = state('UpdateEndpoint').Arguments;
    expect(DeploymentConfig).toEqual({
      BlueGreenUpdatePolicy: {
        TrafficRoutingConfiguration: {
          Type: 'LINEAR',
          WaitIntervalInSeconds: 300,
          LinearStepSize: { Type: 'CAPACITY_PERCENT', Value: 25 },
        },
        TerminationWaitInSeconds: 600,
        MaximumExecutionTimeoutInSeconds: 5100,
      },
      AutoRollbackConfiguration: {
        Alarms: [
          { AlarmName: expect.stringContaining('ErrorAlarm') },
          { AlarmName: expect.stringContaining('LatencyAlarm') },
          { AlarmName: 'complaints' },
        ],
      },
    });
    expect(States).not.toHaveProperty('ShiftTraffic');
    expect(States).not.toHaveProperty('CreateFinalConfig');
  });

  test('asks the person before the update, and smoke-tests after it', () => {
    expect(state('IsFirstRelease').Default).toBe('AskForApproval');
    expect(state('AskForApproval').Next).toBe('BeginShift');
    expect(state('NoteShift').Next).toBe('StopScaling');
    expect(state('StopScaling').Next).toBe('UpdateEndpoint');
    expect(state('ChallengerReady').Choices[0].Next).toBe('SmokeTest');
    expect(JSON.stringify(state('SmokeTestPassed').Choices)).not.toContain('AskForApproval');
  });

  test('leads to states that there are', () => {
    const names = new Set(Object.keys(States));
    const targets = [...JSON.stringify(States).matchAll(/"(?:Next|Default)":"(\w+)"/g)].map(
      ([, name]) => name,
    );
    expect(targets.filter((name) => !names.has(name as string))).toEqual([]);
  });

  test("lets the workflow and the endpoint's role see the alarms", () => {
    const statement = expect.objectContaining({
      Action: 'cloudwatch:DescribeAlarms',
      Resource: expect.arrayContaining(['arn:aws:cloudwatch:eu-central-1:111111111111:alarm:complaints']),
    });
    for (const role of ['ExecutionRole', 'ReleaseWorkflow']) {
      const [, statements] = [...roleStatements(template)].find(([id]) => id.includes(role)) ?? [];
      expect(statements).toContainEqual(statement);
    }
  });

  test('has neither an analysis nor a watchdog of its own: SageMaker judges', () => {
    const descriptions = Object.values(template.findResources('AWS::Lambda::Function')).map(
      ({ Properties }) => Properties.Description as string,
    );
    expect(descriptions).not.toContain('Compares challenger and champion over the same minutes');
    expect(Object.keys(template.findResources('AWS::CloudWatch::Alarm')).join()).not.toContain('Fails');
  });

  // CapacitySize of SageMaker's API: a share of the endpoint's instances.
  test.each([
    [1, 1],
    [3, 1],
    [4, 0],
  ])(
    'with %d instances and steps of 25 %% draws %d warnings that a step is less than an instance',
    (instanceCount, count) => {
      const warnings = Annotations.fromStack(guarded({ instanceCount })).findWarning(
        '*',
        Match.stringLikeRegexp('25 % of . is less than one.*; use 4 instances, or ReleaseStrategy.canary'),
      );
      expect(warnings).toHaveLength(count);
    },
  );

  test('is refused for instances that have no guardrails', () => {
    const image = '111111111111.dkr.ecr.eu-central-1.amazonaws.com/neuron:1';
    expect(() => guarded({ instanceType: 'ml.inf1.xlarge' }, ServingContainer.custom({ image }))).toThrow(
      /deployment guardrails do nothing for instances of the type ml.inf1.* got "ml.inf1.xlarge"/,
    );
  });
});
