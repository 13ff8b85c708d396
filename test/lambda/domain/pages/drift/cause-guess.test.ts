import { causeGuess } from '../../../../../lambda/domain/pages/drift/cause-guess';
import type {
  DriftComparisonReport,
  DriftDocument,
  DriftedFeature,
} from '../../../../../lambda/domain/traffic/drift-document';

const LATER = '2026-11-24T08:00:00.000Z';
const INPUTS = ['age', 'load', 'plan', 'zone'];

function documentOf(
  changes: Readonly<Record<string, Partial<DriftedFeature>>>,
  more: Partial<DriftComparisonReport> = {},
): DriftDocument {
  const features = [...INPUTS, 'prediction'].map((feature): DriftedFeature => {
    const found = changes[feature];
    return {
      feature,
      status: found ? 'drift' : 'stable',
      rows: 900,
      ...(found && { since: LATER, ...found }),
    };
  });
  const drifted = Object.keys(changes);
  const status = drifted.length > 0 ? 'drift' : 'stable';
  return {
    version: 2,
    modelVersion: '1.2.0',
    variant: 'green',
    until: '2026-11-24T10:00:00.000Z',
    unreadable: 0,
    ignoredFeatures: [],
    status,
    drifted,
    comparisons: [
      {
        from: '2026-11-23T10:00:00.000Z',
        windowHours: 24,
        reference: { settings: { is: 'trainingData' }, rows: 50_000 },
        report: { status, drifted, rows: 900, features },
        ...more,
      },
    ],
  };
}

const change = (values: 'missing' | 'otherCategories', before: number, after: number) => ({
  change: { values, before, after } as const,
});
const beyond = (after: number) => ({
  change: { values: 'above', bound: 100, isExtreme: true, before: 0, after } as const,
});

test.each<[string, DriftDocument, string]>([
  [
    'one feature is missing more often',
    documentOf({ load: change('missing', 0.01, 0.4) }),
    'load: its source delivers fewer values.',
  ],
  [
    'one feature has new categories',
    documentOf({ plan: change('otherCategories', 0, 0.3) }),
    'plan: new categories, or another way to write the old ones.',
  ],
  [
    'most values of one feature lie beyond all training data',
    documentOf({ load: beyond(0.9) }),
    'load: another unit or scale.',
  ],
  [
    'some values of one feature lie beyond all training data',
    documentOf({ load: beyond(0.2) }),
    'one source has changed: load has moved alone.',
  ],
  ['the answers alone have moved', documentOf({ prediction: {} }), 'no input has moved by itself'],
  [
    'most features have moved',
    documentOf({ age: {}, load: {}, plan: {} }),
    'most features have moved together',
  ],
])('a cause is guessed if %s', (_, document, guess) => {
  expect(causeGuess(document, new Date('2026-09-01T00:00:00Z'))).toContain(guess);
});

test('a drift since the first comparison of a version is one of its training data', () => {
  const document = documentOf({ load: {}, age: {} });
  expect(causeGuess(document, new Date('2026-11-23T07:30:00Z'))).toContain(
    'since the first comparison of version 1.2.0',
  );
  expect(causeGuess(document, new Date('2026-11-20T00:00:00Z'))).toBeUndefined();
});

test('nothing is guessed of half of the features, of windows of the past, or without a verdict', () => {
  expect(causeGuess(documentOf({ age: {}, load: {} }))).toBeUndefined();
  expect(causeGuess(documentOf({}))).toBeUndefined();
  const load = { load: beyond(0.9) };
  expect(causeGuess(documentOf(load, { pending: 'it is too young' }))).toBeUndefined();
  const past = { settings: { is: 'previousWindow' } as const, rows: 900 };
  expect(causeGuess(documentOf(load, { reference: past }))).toBeUndefined();
});
