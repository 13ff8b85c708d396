import { App, Duration, Stack } from 'aws-cdk-lib';
import { DriftComparison, type MonitoringProps } from '../../lib';
import { driftPlan } from '../../lib/monitoring/drift-plan';

const HOUR = Duration.hours(1);
const JANUARY = new Date('2026-01-01T00:00:00Z');
const FEBRUARY = new Date('2026-02-01T00:00:00Z');

const planOf = (props: MonitoringProps) => driftPlan(new Stack(new App(), 'Shop'), props);
const settingsOf = (comparison: DriftComparison) => planOf({ driftComparisons: [comparison] }).comparisons[0];

test('by default a day and a week are compared with the training data, and a day with the same weekday', () => {
  expect(planOf({})).toEqual({
    comparisons: [
      { window: { hours: 24, maximumHours: 168 }, reference: { is: 'trainingData' }, minimumDistance: 0.2 },
      { window: { hours: 168, maximumHours: 672 }, reference: { is: 'trainingData' } },
      {
        window: { hours: 24, maximumHours: 168 },
        reference: { is: 'sameHours', everyHours: 168, times: 4 },
      },
    ],
    expectedFalseAlarmsPerYear: 1,
    policy: { minimumDistance: 0.05 },
    ignoredFeatures: [],
  });
});

test('windows grow by whole windows, and not into the hours that they are compared with', () => {
  expect(settingsOf(DriftComparison.withTrainingData({ window: Duration.hours(36) }))?.window).toEqual({
    hours: 36,
    maximumHours: 144,
  });
  expect(
    settingsOf(DriftComparison.withSameHours({ window: HOUR, every: Duration.days(1) }))?.window,
  ).toEqual({
    hours: 1,
    maximumHours: 24,
  });
});

test('a period of the past and the window before are references, too', () => {
  expect(settingsOf(DriftComparison.withPeriod(JANUARY, FEBRUARY))?.reference).toEqual({
    is: 'period',
    from: '2026-01-01T00:00:00.000Z',
    to: '2026-02-01T00:00:00.000Z',
  });
  expect(settingsOf(DriftComparison.withPreviousWindow({ window: HOUR, minimumDistance: 0.1 }))).toEqual({
    window: { hours: 1, maximumHours: 168 },
    reference: { is: 'previousWindow' },
    minimumDistance: 0.1,
  });
});

test.each<[DriftComparison, string]>([
  [
    DriftComparison.withTrainingData({ window: Duration.minutes(90) }),
    'window must be whole hours, 1 hour to 7 days, got 1.5',
  ],
  [
    DriftComparison.withTrainingData({ window: HOUR, maximumWindow: Duration.minutes(30) }),
    'maximumWindow must be 1 or more windows of 1 h, up to 28 days, got 0.5',
  ],
  [
    DriftComparison.withTrainingData({ maximumWindow: Duration.hours(36) }),
    'maximumWindow must be 1 or more windows of 24 h, up to 28 days, got 36',
  ],
  [
    DriftComparison.withTrainingData({ minimumDistance: 1 }),
    'minimumDistance must be above 0 and below 1, got 1',
  ],
  [
    DriftComparison.withSameHours({ every: Duration.hours(12) }),
    'every must be whole days, 1 to 28, got 12 h',
  ],
  [DriftComparison.withSameHours({ times: 5 }), 'the hours at most 28 days back, got 5'],
  [
    DriftComparison.withSameHours({ every: Duration.days(1), window: Duration.days(2) }),
    'window and maximumWindow must be at most every (24 h): the hours would overlap',
  ],
  [
    DriftComparison.withPeriod(FEBRUARY, JANUARY),
    'whole hours, 1 hour to 31 days, got 2026-02-01T00:00:00.000Z to 2026-01-01T00:00:00.000Z',
  ],
  [
    DriftComparison.withPeriod(new Date(JANUARY.getTime() + 1), new Date(JANUARY.getTime() + 3_600_001)),
    'whole hours, 1 hour to 31 days, got 2026-01-01T00:00:00.001Z to',
  ],
  [DriftComparison.withPeriod(new Date(Number.NaN), JANUARY), 'got an invalid date to'],
])('comparison %# is refused with the reason', (comparison, message) => {
  expect(() => planOf({ driftComparisons: [DriftComparison.withTrainingData(), comparison] })).toThrow(
    expect.objectContaining({ message: expect.stringContaining(`monitoring.driftComparisons[1]: `) }),
  );
  expect(() => planOf({ driftComparisons: [comparison] })).toThrow(message);
});

test.each<[MonitoringProps, RegExp]>([
  [{ driftComparisons: [] }, /driftComparisons must be 1 to 10 comparisons, got 0/],
  [{ expectedFalseAlarmsPerYear: 0 }, /must be above 0, and at most 365, got 0/],
  [{ minimumDriftDistance: 1 }, /minimumDriftDistance must be at least 0 and below 1, got 1/],
])('%j is refused', (props, message) => {
  expect(() => planOf(props)).toThrow(message);
});
