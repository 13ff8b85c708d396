import type { ReportNotice } from '../../../contracts/functions/monitoring';
import { deliverReport } from '../../../lambda/deliver-report/deliver-report';
import { otlpMetrics } from '../../../lambda/deliver-report/otlp-metrics';
import { driftRows } from '../../../lambda/domain/pages/drift/drift-rows';
import type { QualityDocument } from '../../../lambda/domain/quality/quality-document';
import type { DriftDocument } from '../../../lambda/domain/traffic/drift-document';
import { openTelemetryWorld, REFUSED, type SinkWorld, tableWorld, webhookWorld } from './sink-worlds';

const UNTIL = '2026-11-24T10:00:00.000Z';
const WINDOW = { modelVersion: '1.2.0', variant: 'green', until: UNTIL };

/** A report on features, each with a distance of its own. */
function driftOf(features: readonly string[]): DriftDocument {
  return {
    version: 2,
    ...WINDOW,
    unreadable: 0,
    ignoredFeatures: [],
    status: 'drift',
    drifted: [...features],
    comparisons: [
      {
        from: '2026-11-23T10:00:00.000Z',
        windowHours: 24,
        reference: { settings: { is: 'trainingData' }, rows: 1_000 },
        minimumDistance: 0.05,
        report: {
          status: 'drift',
          rows: 400,
          drifted: [...features],
          features: features.map((feature, index) => ({
            feature,
            rows: 400,
            status: 'drift' as const,
            distance: 0.1 + index / 1_000,
          })),
        },
      },
    ],
  };
}

const QUALITY: QualityDocument = {
  version: 1,
  ...WINDOW,
  from: '2026-11-23T10:00:00.000Z',
  labels: 500,
  unusable: 0,
  unanswered: 0,
  metrics: { auc: 0.81 },
  figures: [{ metric: 'auc', value: 0.81, interval: [0.79, 0.83] }],
  slices: [{ name: 'region = south', metric: 'accuracy', labels: 120, value: 0.7 }],
};

const names = (count: number) => Array.from({ length: count }, (_, index) => `feature${index}`);

/** @returns the reports that the sink refuses, with what it says */
async function deliverTo(
  { sink }: SinkWorld,
  report: ReportNotice['report'],
  document: DriftDocument | QualityDocument,
): Promise<[ReportNotice, string][]> {
  const refused: [ReportNotice, string][] = [];
  await deliverReport(
    { report, key: `profiles/green/2026/11/24/09/${report}.json` },
    {
      pipelineName: 'flights',
      store: { readJson: async () => document as never },
      sink,
      keepRefused: async (notice, reason) => {
        refused.push([notice, reason]);
      },
    },
  );
  return refused;
}

describe.each([
  ['webhook', webhookWorld],
  ['OpenTelemetry', openTelemetryWorld],
  ['table', tableWorld],
])('the sink %s', (_name, open) => {
  let world: SinkWorld;
  beforeEach(async () => {
    world = await open();
  });
  afterEach(() => world.close());

  const deliver = (report: ReportNotice['report'], document: DriftDocument | QualityDocument) =>
    deliverTo(world, report, document);

  test('takes the drift of every feature, and quality by metric and slice', async () => {
    const features = names(450);
    expect(await deliver('drift', driftOf(features))).toEqual([]);
    expect(await deliver('quality', QUALITY)).toEqual([]);
    expect(world.taken()).toEqual([
      ...features.map((subject, index) => ({ kind: 'drift', subject, value: 0.1 + index / 1_000 })),
      { kind: 'quality', subject: 'auc', value: 0.81 },
      { kind: 'quality', subject: 'accuracy', value: 0.7 },
    ]);
  });

  test('takes a report that comes twice as one', async () => {
    await deliver('drift', driftOf(['load']));
    await deliver('drift', driftOf(['load']));
    expect(world.taken()).toEqual([{ kind: 'drift', subject: 'load', value: 0.1 }]);
  });

  test('fails while it is down, so that the report comes again, and takes it then', async () => {
    world.isDown = true;
    await expect(deliver('drift', driftOf(['load']))).rejects.toMatchObject({
      name: 'SinkUnavailable',
      message: expect.stringMatching(/503|Service Unavailable/),
    });
    world.isDown = false;
    await deliver('drift', driftOf(['load']));
    expect(world.taken()).toHaveLength(1);
  });
});

test.each([
  ['webhook', webhookWorld, '422 a subject is unknown'],
  ['OpenTelemetry', openTelemetryWorld, '3 rejected no'],
])('a report that the sink %s refuses is kept, with what it says', async (_name, open, said) => {
  const world = await open();
  expect(await deliverTo(world, 'drift', driftOf(['load', REFUSED]))).toEqual([
    [
      { report: 'drift', key: 'profiles/green/2026/11/24/09/drift.json' },
      expect.stringMatching(new RegExp(`refuses .*drift\\.json: ${said}$`)),
    ],
  ]);
  world.close();
});

test('numbers that a window does not have are no points of OpenTelemetry', () => {
  const [row] = driftRows('flights', driftOf(['load']));
  const rows = [{ ...(row as NonNullable<typeof row>), wasserstein: Number.POSITIVE_INFINITY }];
  const report = { kind: 'drift' as const, id: 'k', pipeline: 'flights', ...WINDOW, rows };
  expect(otlpMetrics(report)).toEqual({
    resourceMetrics: [
      {
        resource: {
          attributes: [
            { key: 'service.name', value: { stringValue: 'flights' } },
            { key: 'service.version', value: { stringValue: '1.2.0' } },
            { key: 'model_pipeline.variant', value: { stringValue: 'green' } },
          ],
        },
        scopeMetrics: [
          {
            scope: { name: 'cdk-model-pipeline' },
            metrics: ['drifted', 'distance', 'rows'].map((name) => ({
              name: `model_pipeline.drift.${name}`,
              unit: '1',
              gauge: {
                dataPoints: [
                  {
                    timeUnixNano: '1795514400000000000',
                    asDouble: { drifted: 1, distance: 0.1, rows: 400 }[name],
                    attributes: [
                      { key: 'feature', value: { stringValue: 'load' } },
                      { key: 'reference', value: { stringValue: 'the training data' } },
                      { key: 'window_hours', value: { intValue: '24' } },
                    ],
                  },
                ],
              },
            })),
          },
        ],
      },
    ],
  });
});
