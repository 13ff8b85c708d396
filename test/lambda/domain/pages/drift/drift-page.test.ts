import { baselineProfile, type DatasetProfile, profileRows } from '../../../../../lambda/domain/data/profile';
import { type DriftPageProps, driftPage } from '../../../../../lambda/domain/pages/drift/drift-page';
import { detectDrift } from '../../../../../lambda/domain/traffic/drift';

const ROWS = 400;
const rows = Array.from({ length: ROWS }, (_, index) => index);
const plan = (goldShare: number) =>
  rows.map((row) => ((row * 7) % ROWS < goldShare * ROWS ? 'gold' : 'basic'));

const REFERENCE = baselineProfile(
  [
    { name: 'load', kind: 'numeric', cells: rows },
    { name: '<plan>', kind: 'categorical', cells: plan(0.3) },
  ],
  rows,
);
const windowOf = (shift: number, goldShare = 0.3): DatasetProfile => {
  const plans = plan(goldShare);
  const moved = rows.map((row) => ({ cells: [row + shift, plans[row] as string], prediction: row }));
  return profileRows(REFERENCE, ['load', '<plan>'], moved);
};

function pageOf(window: DatasetProfile, more: Partial<DriftPageProps> = {}): string {
  return driftPage({
    ...detectDrift(REFERENCE, window),
    subject: 'flights 1.2.0',
    window: 'requests to green',
    reference: 'the training data',
    profiles: { reference: REFERENCE, window },
    ...more,
  });
}

test('has what has drifted on top, then all features by distance, then their distributions', () => {
  const page = pageOf(windowOf(100, 0.8));
  expect(page).toContain(
    '&#60;plan&#62; and 1 more of 3 features and answers have drifted from the training data',
  );
  expect(page).not.toContain('<plan>');
  const inOrder = [...page.matchAll(/<tr><td>([^<]*)<\/td>/g)].map(([, name]) => name);
  expect(inOrder).toEqual(['&#60;plan&#62;', 'load', 'the model&#39;s answers']);
  expect(page).toContain('20 % of the values are &#39;basic&#39;; 70 % in the training data');
  expect(page.match(/<svg /g)).toHaveLength(3);
  expect(page).toContain('30 % → 80 %');
  expect(page).not.toMatch(/<script|NaN|undefined/);
});

test('says that nothing has drifted, and has the distributions all the same', () => {
  const page = pageOf(windowOf(0));
  expect(page).toContain('Nothing has drifted from the training data');
  expect(page.match(/<svg /g)).toHaveLength(3);
});

test('says why there is no verdict, and since when a feature has drifted', () => {
  const window = windowOf(100);
  const report = detectDrift(REFERENCE, window);
  const features = report.features.map((one) => ({ ...one, since: '2026-11-24T08:00:00.000Z' }));
  const page = pageOf(window, {
    pending: 'it has been 6 of 24 hours',
    features,
    notes: ['3 records\nare lost.'],
  });
  expect(page).toContain('There is no verdict yet');
  expect(page).toContain('because it has been 6 of 24 hours');
  expect(page).toContain('2026-11-24 08:00');
  expect(page).toContain('3 records are lost.');
});

test('shows a report without distributions, or without rows', () => {
  const empty = profileRows(REFERENCE, ['load', '<plan>'], []);
  const page = pageOf(empty);
  expect(page).toContain('There are too few rows for a verdict');
  expect(page).not.toContain('<svg ');
});
