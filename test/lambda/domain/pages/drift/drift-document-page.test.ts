import { baselineProfile, profileRows } from '../../../../../lambda/domain/data/profile';
import { driftDocumentPage } from '../../../../../lambda/domain/pages/drift/drift-document-page';
import { detectDrift } from '../../../../../lambda/domain/traffic/drift';
import type {
  DriftComparisonReport,
  DriftDocument,
} from '../../../../../lambda/domain/traffic/drift-document';

const rows = Array.from({ length: 400 }, (_, index) => index);
const TRAINING = baselineProfile([{ name: 'load', kind: 'numeric', cells: rows }]);
const WINDOW = profileRows(
  TRAINING,
  ['load'],
  rows.map((row) => ({ cells: [row + 150] })),
);
const PAST = { is: 'sameHours', everyHours: 168, times: 4 } as const;

const comparison = (more: Partial<DriftComparisonReport>): DriftComparisonReport => ({
  from: '2026-11-23T10:00:00.000Z',
  windowHours: 24,
  reference: { settings: { is: 'trainingData' }, rows: 400 },
  report: detectDrift(TRAINING, TRAINING),
  ...more,
});

const pageOf = (...comparisons: DriftComparisonReport[]) => {
  const document: DriftDocument = {
    version: 2,
    modelVersion: '1.2.0',
    variant: 'green',
    until: '2026-11-24T10:00:00.000Z',
    unreadable: 3,
    firstProblem: '1.jsonl, line 1',
    rejections: { noAnswer: 1, contentType: 2 },
    rejectedRecords: 'rejected.jsonl',
    ignoredFeatures: ['weekday'],
    status: 'stable',
    drifted: [],
    comparisons,
  };
  return driftDocumentPage(
    document,
    comparisons.map(() => ({ window: WINDOW, reference: TRAINING })),
  );
};

test('shows the comparison that found drift, and names what the others found', () => {
  const page = pageOf(
    comparison({ pending: 'it is too young' }),
    comparison({}),
    comparison({ reference: { settings: PAST, rows: 400 }, report: detectDrift(TRAINING, WINDOW) }),
  );
  expect(page).toContain('load has drifted from the same hours of the 4 weeks before');
  expect(page).toContain('compared with the training data: no verdict yet, because it is too young.');
  expect(page).toContain('compared with the training data: nothing has drifted.');
  expect(page).toContain(
    '3 records of the last hour cannot be read (2 have a content type that is not read, 1 have no answer; examples are in rejected.jsonl). The first: 1.jsonl, line 1',
  );
  expect(page).toContain('Not tested: weekday.');
});

test('shows the first comparison if none has a verdict', () => {
  const page = pageOf(comparison({ pending: 'it is too young' }), comparison({ pending: 'it has few rows' }));
  expect(page).toContain('because it is too young');
  expect(page).toContain('no verdict yet, because it has few rows.');
});
