import { type DriftStatusReport, driftStatusOf, driftStatusText } from '../../bin/cli/drift-status';
import type { Pipeline } from '../../bin/cli/pipeline';
import type { DriftDocument } from '../../lambda/domain/traffic/drift-document';

const PRODUCTION = { variant: 'green', modelVersion: '1.2.0' };
const REPORT = { status: 'insufficient-rows' as const, drifted: [], rows: 60, features: [] };

const documentOf = (more: Partial<DriftDocument>): DriftDocument => ({
  version: 2,
  modelVersion: '1.2.0',
  variant: 'green',
  until: '2026-11-24T10:00:00.000Z',
  unreadable: 0,
  ignoredFeatures: [],
  status: 'stable',
  drifted: [],
  comparisons: [],
  ...more,
});

const pipelineWith = (document?: DriftDocument) =>
  ({
    objects: {
      foldersBelow: async (prefix: string) => (document ? [`${prefix}24/`] : []),
      keysBelow: async (prefix: string) => [`${prefix}09/drift.json`],
      read: async () => JSON.stringify(document),
    },
  }) as unknown as Pipeline;

const textOf = async (document: DriftDocument) =>
  driftStatusText((await driftStatusOf(pipelineWith(document), PRODUCTION)) as DriftStatusReport);

test('says that there is no verdict, since when and why', async () => {
  const comparison = (pending: string) => ({
    from: '2026-11-23T10:00:00.000Z',
    windowHours: 24,
    reference: { settings: { is: 'trainingData' as const }, rows: 1000 },
    pending,
    report: REPORT,
  });
  const few = '60 rows in 24 hours, but at least 100 are needed';
  const document = documentOf({
    status: 'insufficient-rows',
    noVerdictSince: '2026-11-20T08:00:00.000Z',
    comparisons: [comparison(few), comparison(few), comparison('the past is still being learned')],
  });
  expect(await textOf(document)).toBe(
    `drift until 2026-11-24 10:00 UTC: no verdict since 2026-11-20 08:00 UTC: ${few}; the past is still being learned`,
  );
});

test('names what has drifted, and requests that nobody recorded', async () => {
  expect(await textOf(documentOf({}))).toBe('drift until 2026-11-24 10:00 UTC: stable');
  expect(
    await textOf(documentOf({ status: 'drift', drifted: ['age', 'plan'], unrecordedRequests: 500 })),
  ).toBe(
    'drift until 2026-11-24 10:00 UTC: drift: age, plan\n500 requests of the last hour were answered, and none was recorded',
  );
});

test('says nothing of another version, or without a report', async () => {
  expect(await driftStatusOf(pipelineWith(), PRODUCTION)).toBeUndefined();
  expect(
    await driftStatusOf(pipelineWith(documentOf({ modelVersion: '1.1.0' })), PRODUCTION),
  ).toBeUndefined();
});
