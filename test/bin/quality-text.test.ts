import { qualityText } from '../../bin/cli/quality-text';
import type { QualityDocument } from '../../lambda/domain/quality/quality-document';

const REPORT: QualityDocument = {
  version: 1,
  from: '2026-11-23T10:00:00.000Z',
  until: '2026-11-24T10:00:00.000Z',
  modelVersion: '1.0.0',
  labels: 400,
  unusable: 0,
  unanswered: 0,
  metrics: { auc: 0.8 },
  figures: [{ metric: 'auc', value: 0.8, interval: [0.75, 0.85] }],
};

test('quality shows both versions of a release side by side, for all rows and by slice', () => {
  const version = (modelVersion: string, value: number) => ({
    modelVersion,
    variant: 'blue',
    from: '2026-11-24T09:10:00.000Z',
    labels: 200,
    figures: [{ metric: 'auc', value, interval: [value - 0.05, value + 0.05] as const }],
    slices: [{ name: 'region = south', labels: 100, metric: 'auc', value: value - 0.2 }],
  });
  const text = qualityText({ ...REPORT, versions: [version('1.0.0', 0.8), version('1.1.0', 0.9)] });
  const from = text.split('\n').findIndex((line) => line.startsWith('since'));
  const lines = text.split('\n').slice(from, from + 4);
  expect(lines.map((line) => line.trimEnd().replace(/ {2,}/g, ' | '))).toEqual([
    'since 2026-11-24 09:10 UTC, both versions have answered requests:',
    'slice | metric | 1.0.0, champion (200 labels) | 1.1.0, challenger (200 labels)',
    'all | auc | 0.8 (0.75 to 0.85) | 0.9 (0.85 to 0.95)',
    'region = south | auc | 0.6 | 0.7',
  ]);
  expect(qualityText(REPORT)).not.toContain('both versions');
});
