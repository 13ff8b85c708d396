import type { AlarmMessageProps } from '../../../../../lambda/domain/pages/alarm-message';
import { referenceInWords } from '../../../../../lambda/domain/pages/drift/comparison-words';
import { driftMessage } from '../../../../../lambda/domain/pages/drift/drift-message';
import type {
  DriftComparisonReport,
  DriftDocument,
  DriftedFeature,
} from '../../../../../lambda/domain/traffic/drift-document';

type Feature = DriftedFeature;

const feature = (name: string, more: Partial<Feature> = {}): Feature => ({
  feature: name,
  status: 'stable',
  rows: 12_345,
  distance: 0.01,
  ...more,
});

const drifted = (name: string, distance: number, more: Partial<Feature> = {}) =>
  feature(name, { status: 'drift', distance, since: '2026-11-24T08:00:00.000Z', ...more });

const comparisonOf = (features: readonly Feature[]): DriftComparisonReport => ({
  from: '2026-11-23T10:00:00.000Z',
  windowHours: 24,
  reference: { settings: { is: 'trainingData' }, rows: 50_000 },
  falseAlarmsPerYear: 1 / 3,
  report: { ...driftOf(features), rows: 12_345, features },
});

const driftOf = (features: readonly Feature[]) => {
  const drifted = features
    .filter(({ status }) => status === 'drift')
    .sort((a, b) => (b.distance ?? 0) - (a.distance ?? 0))
    .map((one) => one.feature);
  return { status: drifted.length > 0 ? ('drift' as const) : ('stable' as const), drifted };
};

const documentOf = (...comparisons: DriftComparisonReport[]): DriftDocument => ({
  version: 2,
  modelVersion: '1.2.0',
  variant: 'green',
  until: '2026-11-24T10:00:00.000Z',
  unreadable: 0,
  ignoredFeatures: [],
  ...driftOf(comparisons.flatMap(({ report }) => report.features)),
  comparisons,
});

const URI = 's3://artifacts/profiles/green/2026/11/24/09/drift.json';

const messageOf = (features: readonly Feature[], more: Partial<AlarmMessageProps<DriftDocument>> = {}) =>
  driftMessage({
    pipelineName: 'flights',
    alarm: { name: 'flights-drift', reason: 'Threshold Crossed' },
    report: { document: documentOf(comparisonOf(features)), uri: URI },
    remedy: 'retrain.',
    ...more,
  });

test('names the section of the runbook if there is one', () => {
  const runbook = 's3://artifacts/runbook/runbook.html#drift';
  expect(messageOf([]).text).not.toContain('Runbook');
  expect(messageOf([], { runbook }).text).toContain(`\nRunbook: ${runbook}`);
});

test('names the drifted features, the farthest first, by how much and since when, and the report', () => {
  const { subject, text } = messageOf([
    feature('weekday'),
    drifted('carrier', 0.25, { change: { values: 'category', category: 'AA', before: 0.3, after: 0.55 } }),
    drifted('distance', 0.41, {
      change: { values: 'above', bound: 2300, isExtreme: false, before: 0.01, after: 0.21 },
    }),
    drifted('prediction', 0.06, {
      change: { values: 'missing', before: 0.001, after: 0.12 },
      since: '2026-11-24T10:00:00.000Z',
    }),
  ]);
  expect(subject).toBe('flights: distance and 2 more have drifted');
  expect(text.split('\n')).toEqual([
    'The traffic of version 1.2.0 of flights has drifted.',
    'Compared with the training data, 3 of 4 features and answers have drifted (12,345 rows from 2026-11-23 10:00 to 2026-11-24 10:00 UTC; false alarms expected: at most 0.33 a year):',
    '- distance: 21 % of the values are above 2300; 1 % in the training data (distance 0.41, since 2026-11-24 08:00 UTC)',
    "- carrier: 55 % of the values are 'AA'; 30 % in the training data (distance 0.25, since 2026-11-24 08:00 UTC)",
    "- the model's answers: 12 % of the values are missing; 0.1 % in the training data (distance 0.06, since 2026-11-24 10:00 UTC)",
    'What to do: retrain.',
    'Alarm: flights-drift: Threshold Crossed',
    `Report: ${URI}`,
  ]);
});

test('a report of an earlier version has neither changes nor times', () => {
  const { subject, text } = messageOf([feature('age', { status: 'drift', distance: 0.5 })]);
  expect(subject).toBe('flights: age has drifted');
  expect(text).toContain('\n- age: (distance 0.5)\n');
});

test('of 10,000 features with long names the farthest ten are named, and how many more there are', () => {
  const many = Array.from({ length: 10_000 }, (_, index) =>
    drifted(`${index}-${'x'.repeat(1000)}`, 1 - index / 20_000, {
      change: { values: 'category', category: `c${'y'.repeat(99)}`, before: 0, after: 1 },
    }),
  );
  const { text } = messageOf(many);
  expect(text.split('\n').filter((line) => line.startsWith('- '))).toHaveLength(11);
  expect(text).toContain('- and 9990 more, which the report lists');
  expect(text.length).toBeLessThan(10_000);
});

test('names with line breaks stay on their line', () => {
  expect(messageOf([drifted('a\nWhat to do: pay', 0.5)]).text).toContain('\n- a What to do: pay: (distance');
});

test('a report that cannot be read does not keep the message back', () => {
  const { subject, text } = messageOf([], { report: { problem: 'access denied' } });
  expect(subject).toBe('flights: inputs or answers have drifted');
  expect(text.split('\n')).toEqual([
    'The traffic of flights has drifted.',
    'The report that says which features could not be read: access denied',
    'What to do: retrain.',
    'Alarm: flights-drift: Threshold Crossed',
  ]);
});

test('an alarm without drift in the latest comparison, such as one that a person set, is said to be so', () => {
  const { subject, text } = messageOf([feature('age')]);
  expect(subject).toBe('flights: the drift alarm went off');
  expect(text).toMatch(
    /but the latest comparisons of version 1\.2\.0 find no drift\.\nCompared with the training data, nothing has drifted \(12,345/,
  );
});

test('each comparison with a verdict says from what its features have drifted', () => {
  const weekly: DriftComparisonReport = {
    ...comparisonOf([
      drifted('age', 0.2, {
        change: { values: 'above', bound: 60, isExtreme: true, before: 0.02, after: 0.2 },
      }),
    ]),
    reference: { settings: { is: 'sameHours', everyHours: 168, times: 4 }, rows: 7000, times: 3 },
  };
  const pending: DriftComparisonReport = { ...comparisonOf([drifted('age', 0.9)]), pending: 'too early' };
  const document = documentOf(comparisonOf([feature('age')]), weekly, pending);
  const { text } = messageOf([], { report: { document, uri: URI } });
  expect(text.split('\n').filter((line) => /^Compared|^-/.test(line))).toEqual([
    expect.stringMatching(/^Compared with the training data, nothing has drifted .*\.$/),
    expect.stringMatching(/^Compared with the same hours of the 3 weeks before, 1 of 1 .*:$/),
    '- age: 20 % of the values are above 60; 2 % in the same hours of the 3 weeks before (distance 0.2, since 2026-11-24 08:00 UTC)',
  ]);
});

test.each<[DriftComparisonReport['reference']['settings'], string]>([
  [{ is: 'sameHours', everyHours: 168, times: 1 }, 'the same hours of the week before'],
  [{ is: 'sameHours', everyHours: 24, times: 7 }, 'the same hours of the 7 days before'],
  [{ is: 'sameHours', everyHours: 48, times: 2 }, 'the same hours of 2, 4 days before'],
  [{ is: 'previousWindow' }, 'the 24 hours before'],
  [
    { is: 'period', from: '2026-11-01T00:00:00.000Z', to: '2026-11-08T00:00:00.000Z' },
    'the hours from 2026-11-01 00:00 to 2026-11-08 00:00 UTC',
  ],
])('%j is named in words', (settings, words) => {
  expect(referenceInWords({ ...comparisonOf([]), reference: { settings, rows: 1 } })).toBe(words);
});
