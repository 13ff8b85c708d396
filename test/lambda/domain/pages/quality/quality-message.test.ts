import { qualityMessage } from '../../../../../lambda/domain/pages/quality/quality-message';
import type { QualityDocument } from '../../../../../lambda/domain/quality/quality-document';

const FALLEN = {
  metric: 'auc',
  holdout: 0.9,
  production: 0.81,
  drop: 0.09,
  pValue: 1e-6,
  hasFallen: true,
  since: '2026-11-24T08:00:00Z',
};
const DOCUMENT: QualityDocument = {
  version: 1,
  from: '2026-11-23T10:00:00Z',
  until: '2026-11-24T10:00:00Z',
  modelVersion: '1.2.0',
  labels: 12_345,
  unusable: 0,
  unanswered: 0,
  metrics: { auc: 0.81 },
  figures: [{ metric: 'auc', value: 0.81, interval: [0.79, 0.83] }],
  completeness: {
    requests: 29_393,
    sampled: 1,
    labelled: 12_345,
    share: 0.42,
    changed: 0,
    delay: { medianSeconds: 3 * 3600, p95Seconds: 20 * 3600 },
  },
  comparison: FALLEN,
  slices: [
    { name: 'region = north', labels: 9000, value: 0.88, comparison: { ...FALLEN, hasFallen: false } },
    {
      name: 'region = south',
      labels: 3345,
      value: 0.6,
      interval: [0.55, 0.65],
      comparison: { ...FALLEN, holdout: 0.85, production: 0.6, drop: 0.25, since: '2026-11-24T10:00:00Z' },
    },
  ],
  conceptDrift: {
    detector: 'adwin',
    requests: 12_345,
    hasDrifted: true,
    since: '2026-11-24T06:12:00Z',
    before: 0.1,
    after: 0.25,
  },
};

const messageOf = (report: Parameters<typeof qualityMessage>[0]['report']) =>
  qualityMessage({
    pipelineName: 'flights',
    alarm: { name: 'Flights-QualityAlarm', reason: 'Threshold Crossed' },
    report,
    remedy: 'retrain.',
    runbook: 's3://b/runbook/runbook.html#quality',
  });
const ofDocument = (document: QualityDocument) => messageOf({ document, uri: 's3://b/quality.json' });

const END = [
  'What to do: retrain.',
  'Alarm: Flights-QualityAlarm: Threshold Crossed',
  'Runbook: s3://b/runbook/runbook.html#quality',
];

test('says what has fallen, where, by how much, since when, and with how many labels', () => {
  const { subject, text } = ofDocument(DOCUMENT);
  expect(subject).toBe('flights: AUC has fallen and 1 more');
  expect(text.split('\n')).toEqual([
    'Version 1.2.0 of flights is worse than on its holdout, by the labels of 2026-11-23 10:00 to 2026-11-24 10:00 UTC:',
    '- AUC is 0.81 (0.79 to 0.83) instead of 0.9, worse by 0.09, with 12,345 labels, since 2026-11-24 08:00 UTC',
    '- AUC for region = south is 0.6 (0.55 to 0.65) instead of 0.85, worse by 0.25, with 3,345 labels, since 2026-11-24 10:00 UTC',
    'Answers are wrong more often since 2026-11-24 06:12 UTC: 25 % instead of 10 % (adwin).',
    '42 % of 29,393 requests have a label, half of them within 3 h, 95 % within 20 h.',
    ...END,
    'Report: s3://b/quality.json',
  ]);
});

test('names a slice that has fallen alone, and errors that have risen', () => {
  const { conceptDrift: _, completeness: __, ...others } = DOCUMENT;
  const alone = ofDocument({ ...others, comparison: { ...FALLEN, hasFallen: false } });
  expect(alone.subject).toBe('flights: AUC has fallen for region = south');
  expect(alone.text).not.toContain('12,345 labels');
  const risen = { ...FALLEN, metric: 'mae', holdout: 10, production: 14, drop: 4 };
  const errors = ofDocument({ ...others, slices: [], comparison: risen });
  expect(errors.subject).toBe('flights: mean absolute error has risen');
  expect(errors.text).toContain('- mean absolute error is 14 instead of 10, worse by 4, with 12,345 labels');
});

test('says so if the latest report finds nothing, or cannot be read', () => {
  const { comparison: _, slices: __, ...nothing } = DOCUMENT;
  expect(ofDocument(nothing)).toMatchObject({
    subject: 'flights: the quality alarm went off',
    text: expect.stringMatching(
      /^The quality alarm of flights went off, but version 1.2.0 is not significantly/,
    ),
  });
  expect(messageOf({ problem: 'it is\ngone' }).text.split('\n')).toEqual([
    'The quality of flights has fallen.',
    'The report that says by how much could not be read: it is gone',
    ...END,
  ]);
});
