import { Duration } from 'aws-cdk-lib';
import { BetterDirection, InconclusiveAction, type IReleaseStrategy, ReleaseStrategy } from '../../lib';

const scheduleOf = (strategy: IReleaseStrategy) => {
  const { weights, stepDuration, maximumStepDuration, bakeTime, onInconclusive } = strategy.bind();
  return {
    weights,
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
    ['linear in three', ReleaseStrategy.linear({ steps: 3 }), [0.3333, 0.6667, 1]],
  ])('%s says how traffic moves', (_title, strategy, weights) => {
    expect(scheduleOf(strategy).weights).toEqual(weights);
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

  test('of a shadow comes before another one, with which it shares the probability of a false rollback', () => {
    const followedBy = ReleaseStrategy.linear({ steps: 2, analysis: { alpha: 0.02, minimumRequests: 7 } });
    const { weights, analysis, shadow } = ReleaseStrategy.shadow({ followedBy }).bind();
    expect({ weights, analysis }).toEqual({
      weights: [0.5, 1],
      analysis: { alpha: 0.01, minimumRequests: 7 },
    });
    expect(shadow).toMatchObject({ sampleShare: 1, duration: Duration.hours(1) });
    expect(shadow?.maximumDuration.toHours()).toBe(4);
    const usual = ReleaseStrategy.shadow({ duration: Duration.days(10) }).bind();
    expect(usual).toMatchObject({ weights: [0.1, 1], analysis: { alpha: 0.025 } });
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
      () => ReleaseStrategy.shadow({ followedBy: ReleaseStrategy.shadow() }),
      /followedBy is a shadow itself, and an endpoint has one at a time: name a strategy/,
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
