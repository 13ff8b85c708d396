import { calibrationCurve } from '../../../../../lambda/domain/gate/curves';
import { qualityPage } from '../../../../../lambda/domain/pages/quality/quality-page';
import type { QualityDocument } from '../../../../../lambda/domain/quality/quality-document';

const HELD = { metric: 'auc', holdout: 0.9, production: 0.89, drop: 0.01, pValue: 0.4, hasFallen: false };
const DOCUMENT: QualityDocument = {
  version: 1,
  from: '2026-11-23T10:00:00Z',
  until: '2026-11-24T10:00:00Z',
  modelVersion: '1.2.0',
  labels: 12_345,
  unusable: 3,
  unanswered: 40,
  firstProblem: 'ground-truth/2026/11/24/09/a.jsonl, line 3: label has no value',
  metrics: { auc: 0.89, calibrationError: 0.03 },
  figures: [
    { metric: 'auc', value: 0.89, interval: [0.87, 0.91] },
    { metric: 'calibrationError', value: 0.03 },
  ],
  completeness: {
    requests: 29_393,
    sampled: 1,
    labelled: 12_345,
    share: 0.42,
    changed: 7,
    delay: { medianSeconds: 3 * 3600, p95Seconds: 20 * 3600 },
  },
  comparison: HELD,
  slices: [
    { name: 'region = north', labels: 9000, value: 0.91, interval: [0.9, 0.92], comparison: HELD },
    {
      name: 'region = <south>',
      labels: 3345,
      value: 0.6,
      interval: [0.55, 0.65],
      comparison: { ...HELD, holdout: 0.85, production: 0.6, hasFallen: true, since: '2026-11-24T08:00:00Z' },
    },
    { name: 'region = east', labels: 12 },
  ],
  fairness: [
    {
      column: 'region',
      gaps: [
        { measure: 'selectionRate', gap: 0.2, interval: [0.1, 0.3], high: 'north', low: 'south', groups: [] },
      ],
    },
  ],
};

/** Rows of the tables' bodies, cell by cell. */
function rowsOf(page: string): string[][] {
  return [...page.matchAll(/<tr>(<td.*?)<\/tr>/gs)].map(([, row]) =>
    [...(row as string).matchAll(/<td[^>]*>(.*?)<\/td>/gs)].map(([, cell]) => cell as string),
  );
}

test('has what has fallen on top, then metrics, slices, calibration, gaps and labels', () => {
  const probabilities = Array.from({ length: 100 }, (_, row) => row / 100);
  const labels = probabilities.map((one, row) => Number(one > ((row * 7) % 10) / 10));
  const page = qualityPage('flights', DOCUMENT, calibrationCurve(labels, probabilities));
  expect(page).toContain(
    'AUC for region = &#60;south&#62; is worse than on the holdout: 0.6 instead of 0.85',
  );
  expect(page).toContain('since 2026-11-24 08:00 UTC');
  expect(rowsOf(page)).toEqual([
    ['AUC', '0.89', '0.87 to 0.91', '0.9', '✓ holds'],
    ['calibration error', '0.03', '', '', ''],
    ['region = &#60;south&#62;', '3,345', '0.6', '0.55 to 0.65', '0.85', '! worse'],
    ['region = north', '9,000', '0.91', '0.9 to 0.92', '0.9', '✓ holds'],
  ]);
  expect([...page.matchAll(/<h2>([^<]*)/g)].map(([, title]) => title)).toEqual([
    'Metrics',
    'AUC by slice',
    'Calibration',
    'Gaps between groups',
    'Labels',
  ]);
  expect(page).toContain('<dt>requests with a label</dt><dd>12,345 of 29,393, 42 %</dd>');
  expect(page).toContain('<dt>half of them within</dt><dd>3 h</dd>');
  expect(page).not.toMatch(/<script|NaN|undefined|<south>/);
});

test('shows both versions of a release beside each other', () => {
  const version = { from: '2026-11-24T09:00:00Z', labels: 500, slices: [] };
  const page = qualityPage('flights', {
    ...DOCUMENT,
    versions: [
      { ...version, modelVersion: '1.2.0', variant: 'green', figures: [{ metric: 'auc', value: 0.88 }] },
      {
        ...version,
        modelVersion: '1.3.0',
        variant: 'blue',
        figures: [{ metric: 'auc', value: 0.92, interval: [0.9, 0.94] }],
      },
    ],
  });
  expect(rowsOf(page)[0]?.slice(-2)).toEqual(['0.88', '0.92 (0.9 to 0.94)']);
  expect(page).toContain(
    'both versions since 2026-11-24 09:00 UTC: 1.2.0 with 500 labels, 1.3.0 with 500 labels',
  );
});

test('says that there is no verdict without a comparison, and draws nothing of no labels', () => {
  const { comparison: _, slices: __, figures: ___, fairness: ____, ...none } = DOCUMENT;
  const page = qualityPage('flights', { ...none, labels: 0, metrics: {} });
  expect(page).toContain('There is no verdict yet');
  expect(page).not.toMatch(/<svg|<table/);
});
