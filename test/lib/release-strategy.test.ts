import { App, Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Alarm, type CfnAlarm, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import {
  BetterDirection,
  type DeploymentGuardrailsOptions,
  InconclusiveAction,
  type IReleaseStrategy,
  ModelPipeline,
  ReleaseStrategy,
  ReleaseStrategyConfig,
  TrafficRouting,
} from '../../lib';

const guardrails = ReleaseStrategy.deploymentGuardrails;

const scheduleOf = (strategy: IReleaseStrategy) => {
  const { trafficShares, stepDuration, maximumStepDuration, bakeTime, onInconclusive } = strategy.bind(
    new App(),
  )._schedule;
  return {
    trafficShares,
    minutes: [stepDuration, maximumStepDuration, bakeTime].map((duration) => duration.toMinutes()),
    onInconclusive,
  };
};

describe('a strategy', () => {
  test.each([
    ['all at once', ReleaseStrategy.allAtOnce(), [1]],
    ['blue-green', ReleaseStrategy.blueGreen(), [0.1, 1]],
    ['blue-green in steps', ReleaseStrategy.blueGreen({ canary: [0.05, 0.25] }), [0.05, 0.25, 1]],
    ['canary', ReleaseStrategy.canary({ share: 0.2 }), [0.2, 1]],
    ['linear', ReleaseStrategy.linear(), [0.2, 0.4, 0.6, 0.8, 1]],
    ['guardrails', ReleaseStrategy.deploymentGuardrails(), [0.1, 1]],
    [
      'linear guardrails',
      guardrails({ trafficRouting: TrafficRouting.LINEAR, stepPercentage: 40 }),
      [0.4, 0.8, 1],
    ],
    ['guardrails all at once', guardrails({ trafficRouting: TrafficRouting.ALL_AT_ONCE }), [1]],
    ['linear in three', ReleaseStrategy.linear({ steps: 3 }), [0.3333, 0.6667, 1]],
  ])('%s says how traffic moves', (_title, strategy, trafficShares) => {
    expect(scheduleOf(strategy).trafficShares).toEqual(trafficShares);
  });

  test('waits four times as long for traffic as its longest step, and rolls back then, unless told otherwise', () => {
    const bakeTime = Duration.hours(1);
    expect(scheduleOf(ReleaseStrategy.canary({ bakeTime }))).toMatchObject({
      minutes: [10, 240, 60],
      onInconclusive: 'roll-back',
    });
    const told = { maximumStepDuration: Duration.minutes(90), onInconclusive: InconclusiveAction.PROMOTE };
    expect(scheduleOf(ReleaseStrategy.canary({ bakeTime, ...told }))).toMatchObject({
      minutes: [10, 90, 60],
      onInconclusive: 'promote',
    });
  });

  test('waits 14 days at most for traffic', () => {
    const { maximumStepDuration } = ReleaseStrategy.allAtOnce({ bakeTime: Duration.days(10) }).bind(
      new App(),
    )._schedule;
    expect(maximumStepDuration.toDays()).toBe(14);
  });

  test('of a shadow comes before another one, with which it shares the probability of a false rollback', () => {
    const followedBy = ReleaseStrategy.linear({ steps: 2, analysis: { alpha: 0.02, minimumRequests: 7 } });
    const { trafficShares, analysis, shadow } = ReleaseStrategy.shadow({ followedBy }).bind(
      new App(),
    )._schedule;
    expect({ trafficShares, analysis }).toEqual({
      trafficShares: [0.5, 1],
      analysis: { alpha: 0.01, minimumRequests: 7 },
    });
    expect(shadow).toMatchObject({ sampleShare: 1, duration: Duration.hours(1) });
    expect(shadow?.maximumDuration.toHours()).toBe(4);
    const usual = ReleaseStrategy.shadow({ duration: Duration.days(10) }).bind(new App())._schedule;
    expect(usual).toMatchObject({ trafficShares: [0.1, 1], analysis: { alpha: 0.025 } });
    expect(usual.shadow?.maximumDuration.toDays()).toBe(14);
  });

  test.each([
    [
      'shadows that AWS or its metrics do not allow',
      () =>
        ReleaseStrategy.shadow({
          duration: Duration.days(15),
          maximumDuration: Duration.seconds(90),
          sampleShare: 0,
          agreementTolerance: -1,
          minimumAgreement: 95,
        }),
      /^shadow: duration must be whole minutes, from 1 to 14 days .* got 15 days; maximumDuration must .* got 1 minute 30 seconds; sampleShare must be above 0 and at most 1, got 0; .*agreementTolerance must be at least 0, got -1; minimumAgreement must be a share from 0 to 1, got 95$/,
    ],
    [
      'a shadow that may not last as long as it must',
      () => ReleaseStrategy.shadow({ duration: Duration.hours(2), maximumDuration: Duration.hours(1) }),
      /maximumDuration must be at least duration, 2 hours, got 1 hour/,
    ],
    [
      'a shadow of a shadow',
      () => ReleaseStrategy.shadow({ followedBy: ReleaseStrategy.shadow() }).bind(new App()),
      /followedBy is a shadow itself, and an endpoint can have only one: choose a strategy/,
    ],
    [
      'shares that do not increase',
      () => ReleaseStrategy.blueGreen({ canary: [0.5, 0.1] }),
      /must increase .* got \[0.5, 0.1\]/,
    ],
    ['a share of all', () => ReleaseStrategy.canary({ share: 1 }), /between 0 and 1, got \[1\]/],
    ['one step', () => ReleaseStrategy.linear({ steps: 1 }), /whole number from 2 to 20, got 1/],
    [
      'a part of a minute',
      () => ReleaseStrategy.canary({ stepDuration: Duration.seconds(90) }),
      /stepDuration must be whole minutes, at least 1/,
    ],
    [
      'a longest step that is shorter than the bake',
      () => ReleaseStrategy.canary({ bakeTime: Duration.hours(2), maximumStepDuration: Duration.hours(1) }),
      /maximumStepDuration must be at least stepDuration and bakeTime, got 1 hour/,
    ],
    [
      'steps and a bake for longer than CloudWatch knows of',
      () => ReleaseStrategy.linear({ stepDuration: Duration.days(3), bakeTime: Duration.days(3) }),
      /^the steps and the bake together must be at most 14 days since CloudWatch .*, got 15 days$/,
    ],
    [
      'a longest step for longer than that',
      () => ReleaseStrategy.canary({ maximumStepDuration: Duration.days(15) }),
      /^maximumStepDuration must be at most 14 days since .*, got 15 days$/,
    ],
    [
      'a business metric that names the variant itself',
      () =>
        ReleaseStrategy.canary({
          analysis: {
            maximumPredictionShift: 2,
            businessMetrics: [
              {
                namespace: 'Shop',
                metricName: 'Orders',
                dimensionsMap: { VariantName: 'blue' },
                better: BetterDirection.HIGHER,
                toleratedChange: -1,
              },
            ],
          },
        }),
      /maximumPredictionShift must be 0 to 1, got 2; .*: Orders gets the dimension VariantName from the release, leave it out; .*: toleratedChange of Orders must be at least 0, got -1/,
    ],
    [
      'an analysis out of range',
      () => ReleaseStrategy.canary({ analysis: { alpha: 0, maximumLatencyRatio: 0.5 } }),
      /analysis.alpha must be 0.000001 to 0.5, got 0; analysis.maximumLatencyRatio must be 1 to 100, got 0.5/,
    ],
  ])('is refused with %s', (_title, strategy, message) => {
    expect(strategy).toThrow(message);
  });
});

describe('deployment guardrails', () => {
  test('give up an hour after their waits, at most after 8 hours, unless told otherwise', () => {
    const patience = (options: DeploymentGuardrailsOptions) =>
      guardrails(options).bind(new App())._schedule.guardrails?.maximumExecutionTime.toMinutes();
    expect(patience({})).toBe(80);
    expect(patience({ trafficRouting: TrafficRouting.LINEAR })).toBe(160);
    expect(patience({ trafficRouting: TrafficRouting.LINEAR, waitInterval: Duration.minutes(50) })).toBe(480);
    expect(patience({ maximumExecutionTime: Duration.hours(3) })).toBe(180);
  });

  test.each<[string, DeploymentGuardrailsOptions, RegExp]>([
    [
      'a canary of more than half',
      { stepPercentage: 51 },
      /stepPercentage must be .* 1 to 50, got 51; .*blueGreen/,
    ],
    [
      'linear steps below a tenth',
      { trafficRouting: TrafficRouting.LINEAR, stepPercentage: 9 },
      /stepPercentage must be a whole number from 10 to 50, got 9/,
    ],
    ['a part of a percent', { stepPercentage: 0.5 }, /whole number from 1 to 50, got 0.5/],
    [
      'a share of all at once',
      { trafficRouting: TrafficRouting.ALL_AT_ONCE, stepPercentage: 10 },
      /no effect if traffic moves all at once, got 10; leave it out/,
    ],
    [
      'waits that use the time up',
      { maximumExecutionTime: Duration.minutes(20) },
      /waits together, 20 minutes, must be shorter than maximumExecutionTime, 20 minutes/,
    ],
    [
      'waits of more than 8 hours',
      { trafficRouting: TrafficRouting.LINEAR, waitInterval: Duration.hours(1) },
      /waits together, 9 hours 10 minutes, must be shorter than maximumExecutionTime, 8 hours/,
    ],
    [
      'everything at once, told in one error',
      {
        stepPercentage: 60,
        waitInterval: Duration.hours(2),
        terminationWait: Duration.hours(2),
        maximumExecutionTime: Duration.minutes(5),
        rollbackAlarms: Array(9).fill(Alarm.fromAlarmArn(new Stack(), 'A', 'arn:aws:cloudwatch:r:1:alarm:a')),
      },
      /^deployment guardrails: stepPercentage .*; waitInterval must be at most 1 hour, got 2 hours.*; terminationWait .*; maximumExecutionTime must be 10 minutes to 8 hours, got 5 minutes; the waits .*; rollbackAlarms must be at most 8.* got 9; combine some in a CompositeAlarm$/,
    ],
  ])('are refused with %s', (_title, options, message) => {
    expect(() => guardrails(options)).toThrow(message);
  });

  test('do not follow a shadow, which is in another variant', () => {
    expect(() => ReleaseStrategy.shadow({ followedBy: guardrails() }).bind(new App())).toThrow(
      /followedBy is deployment guardrails.* choose a strategy with two variants/,
    );
  });
});

test('a strategy of a user may make constructs of its own, and is bound once', () => {
  const stack = new Stack(new App(), 'Test');
  class OwnStrategy implements IReleaseStrategy {
    bind(scope: Construct): ReleaseStrategyConfig {
      const metric = new Metric({ namespace: 'Shop', metricName: 'FailedOrders' });
      return ReleaseStrategyConfig.stepped({
        shares: [0.5],
        stepDuration: Duration.days(1),
        maximumStepDuration: Duration.days(2),
        bakeTime: Duration.hours(1),
        onInconclusive: InconclusiveAction.PROMOTE,
        rollbackAlarms: [new Alarm(scope, 'FailedOrders', { metric, threshold: 1, evaluationPeriods: 1 })],
      });
    }
  }
  const pipeline = new ModelPipeline(stack, 'Model', {
    training: { source: 'examples/flights/source' },
    data: { label: 'late' },
    releaseStrategy: new OwnStrategy(),
  });
  const alarm = pipeline.node.findChild('FailedOrders');
  const rules = Template.fromStack(stack).findResources('AWS::Events::Rule');
  expect(JSON.stringify(rules)).toContain(stack.getLogicalId(alarm.node.defaultChild as CfnAlarm));
});
